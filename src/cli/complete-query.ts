import { readdirSync } from 'node:fs'
import type { Schema } from '../schema/index.ts'
import { isDataName } from './source-of.ts'

const keywords =
  'select from where group by order limit offset having join left right full inner outer cross semi anti asof on using as distinct union all intersect except with recursive case when then else end and or not in is null between like ilike exists cast try_cast over partition rows range preceding following unbounded current row filter within asc desc nulls first last sample values interval date timestamp true false unnest qualify window'.split(
    ' ',
  )
const functions =
  'count sum avg min max median mode stddev variance quantile_cont approx_count_distinct arg_max arg_min string_agg list first last row_number rank dense_rank lag lead ntile coalesce nullif round floor ceil abs sqrt ln exp power length lower upper trim substring replace split_part regexp_matches regexp_replace regexp_extract concat strftime strptime date_trunc date_part date_diff year month day hour greatest least if'.split(
    ' ',
  )
export const dotCommands = ['.tables', '.schema', '.open', '.mode', '.rows', '.help', '.exit'] as const

/**
 * What may be typed next: names of tables and columns, keywords and functions, files between quotes, columns of a table after its name and a point.
 *
 * @returns candidates, and the piece of the line that they stand for
 */
export function completeQuery(line: string, tables: ReadonlyMap<string, Schema>, before = ''): [string[], string] {
  if (before === '' && /^\.\w*$/.test(line)) return [dotCommands.filter(command => command.startsWith(line)), line]
  const ofTable = /^\.(?:schema)\s+(\S*)$/.exec(line)
  if (ofTable !== null) return [[...tables.keys()].filter(name => name.startsWith(ofTable[1] ?? '')), ofTable[1] ?? '']
  const path = /^\.open\s+(\S*)$/.exec(line)?.[1] ?? openQuote(`${before}\n${line}`)
  if (path !== undefined) return [filesLike(path), path]
  const [word = ''] = /[\p{L}_][\p{L}\p{N}_.]*$/u.exec(line) ?? []
  if (word === '') return [[], '']
  const [, table, start = ''] = /^(.+)\.([^.]*)$/.exec(word) ?? []
  const own = table === undefined ? undefined : [...tables].find(([name]) => name.toLowerCase() === table.toLowerCase())?.[1]
  if (table !== undefined && own !== undefined) return [starting(start, columns(own)), start]
  const loud = word === word.toUpperCase() && word.length > 1
  const words = [...keywords, ...functions].map(keyword => (loud ? keyword.toUpperCase() : keyword))
  const names = [...tables.keys()].map(quotedName)
  return [starting(word, [...names, ...[...tables.values()].flatMap(columns), ...words]), word]
}

function starting(word: string, candidates: readonly string[]): string[] {
  const low = word.toLowerCase()
  return [...new Set(candidates.filter(one => one.replace(/^"/, '').toLowerCase().startsWith(low)))]
}

function columns(schema: Schema): readonly string[] {
  return schema.map(field => quotedName(field.name))
}

/** As SQL wants a name. */
export function quotedName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) && !keywords.includes(name.toLowerCase()) ? name : `"${name.replaceAll('"', '""')}"`
}

/** What was typed since a quote that is still open. */
function openQuote(text: string): string | undefined {
  const parts = text.split("'")
  return parts.length % 2 === 0 ? parts.at(-1) : undefined
}

/** Data files and folders that begin so. */
export function filesLike(start: string): string[] {
  const folder = start.slice(0, start.lastIndexOf('/') + 1)
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })
      .filter(entry => !entry.name.startsWith('.') && (entry.isDirectory() || isDataName(entry.name)))
      .map(entry => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
      .filter(path => path.startsWith(start))
  } catch {
    // There is no such folder.
    return []
  }
}
