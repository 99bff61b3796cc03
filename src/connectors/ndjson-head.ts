import { TidemillError } from '../errors/index.ts'
import type { Head } from './read-head.ts'

/**
 * The keys of the first lines of an NDJSON file, in the order they come.
 *
 * @throws connectors.format naming the first line that is no JSON object
 */
export function learnNdjson(file: string, { text, whole }: Head): readonly string[] {
  const lines = text.split('\n')
  const keys = new Set<string>()
  const end = whole ? lines.length : lines.length - 1
  for (let index = 0; index < end; index++) {
    const line = lines[index]?.trim() ?? ''
    if (line === '') continue
    for (const key of Object.keys(objectOf(file, line, index + 1))) keys.add(key)
  }
  return [...keys]
}

function objectOf(file: string, line: string, number: number): object {
  const value = parse(file, line, number)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw notAnObject(file, line, number, undefined)
}

function parse(file: string, line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw notAnObject(file, line, number, error)
  }
}

function notAnObject(file: string, text: string, line: number, cause: unknown): TidemillError {
  // The place that the parser names counts within the line: `(line 1 column 8)` would mislead.
  const why = cause instanceof Error ? `: ${cause.message.replace(/ in JSON.*$/s, '').replace(/, "?\.\.\..*$/s, '')}` : ''
  return new TidemillError('connectors.format', `line ${line} of ${file} is no JSON object${why}`, {
    details: { file, line },
    hint: cureFor(text, line),
    ...(cause === undefined ? {} : { cause }),
  })
}

function cureFor(text: string, line: number): string {
  if (line === 1 && text.startsWith('[')) return 'NDJSON is one object a line, not one big array: jq -c ".[]" a.json > a.ndjson'
  if (line === 1 && /^\{\s*$/.test(text)) return 'NDJSON is one object a line, not over several lines: jq -c . a.json > a.ndjson'
  return 'NDJSON is one object a line: correct the line, or leave it out'
}
