import { didYouMean, TidemillError, whatIs } from '../errors/index.ts'
import type { AnyJob, OnError } from './job.ts'
import { isTokenMap } from './tokens.ts'

/** The options of a job with their defaults, in numbers. */
export interface Settings {
  readonly taskRows: number | undefined
  readonly splitBytes: number | undefined
  readonly partitions: number
  readonly memory: number
  readonly onError: OnError
  readonly attempts: number
  readonly backoffMs: number
  readonly retryAll: boolean
  readonly deadlineMs: number
  readonly speculation: { readonly afterMs: number; readonly times: number } | undefined
  readonly output: { readonly folder: string; readonly mode: 'error' | 'replace' } | undefined
}

const names = [
  'map',
  'combine',
  'reduce',
  'partition',
  'sort',
  'taskRows',
  'splitBytes',
  'partitions',
  'memory',
  'onError',
  'retry',
  'deadline',
]
names.push('speculation', 'output', 'schema', 'onProgress', 'signal', 'keep')
const example = 'tm.mapReduce(source, { *map(row) { yield [key, value] }, reduce: (key, values) => ({ key }) })'

/**
 * Looks at all that a job says before anything runs.
 *
 * @throws session.map-reduce
 */
export function checkJob(job: unknown): Settings {
  if (typeof job !== 'object' || job === null) throw wrong(`job must be an object with map and reduce, not ${whatIs(job)}`, example)
  const given = job as Readonly<Record<keyof AnyJob, unknown>>
  for (const name of ['map', 'combine', 'reduce', 'partition', 'sort'] as const) {
    const part = given[name]
    const optional = name !== 'map' && name !== 'reduce'
    if (typeof part !== 'function' && !(optional && part === undefined) && !(name === 'map' && isTokenMap(part)))
      throw wrong(`${name} must be a function, not ${whatIs(part)}`, example)
  }
  const unknown = Object.keys(job).filter(name => !names.includes(name))
  if (unknown.length > 0)
    throw wrong(`unknown option of mapReduce: ${unknown.join(', ')} (have ${names.join(', ')})`, didYouMean(unknown, names))
  if (isTokenMap(given.map) && given.combine !== undefined)
    throw wrong('combine is not for a prepared map: it counts where it reads', 'leave combine out')
  if (given.onProgress !== undefined && typeof given.onProgress !== 'function')
    throw wrong(`onProgress must be a function, not ${whatIs(given.onProgress)}`)
  const retry = objectOf('retry', given.retry, ['attempts', 'backoff', 'on'])
  return {
    taskRows: given.taskRows === undefined ? undefined : whole('taskRows', given.taskRows),
    splitBytes: given.splitBytes === undefined ? undefined : bytesOf('splitBytes', given.splitBytes),
    partitions: whole('partitions', given.partitions ?? 16),
    memory: bytesOf('memory', given.memory ?? '256MB'),
    onError: onErrorOf(given.onError),
    attempts: whole('attempts', retry['attempts'] ?? 3),
    backoffMs: msOf('backoff', retry['backoff'] ?? '100ms'),
    retryAll: oneOf('on', retry['on'] ?? 'lost', ['lost', 'all']) === 'all',
    deadlineMs: msOf('deadline', given.deadline ?? '10m'),
    speculation: speculationOf(given.speculation),
    output: outputOf(given.output),
  }
}

/** @throws session.map-reduce when a prepared map gets something else than lines */
export function checkTokenSource(source: { readonly kind: string }, { map }: AnyJob): void {
  if (isTokenMap(map) && source.kind !== 'lines')
    throw wrong(
      `a prepared map wants lines, not ${source.kind}`,
      'tm.mapReduce(lines(path), { map: words(), ... }), or a map of your own for rows',
    )
}

function onErrorOf(given: unknown): OnError {
  if (given === undefined || given === 'fail' || given === 'skip') return given ?? 'fail'
  if (typeof given === 'string') throw wrong(`onError must be fail, skip or { quarantine }, not ${whatIs(given)}`)
  const { quarantine, values } = objectOf('onError', given, ['quarantine', 'values'])
  if (typeof quarantine !== 'string' || quarantine === '') throw wrong(`quarantine must be the path of a file, not ${whatIs(quarantine)}`)
  return { quarantine, values: oneOf('values', values ?? 'redacted', ['redacted', 'shown']) }
}

function speculationOf(given: unknown): Settings['speculation'] {
  if (given === false) return undefined
  const { after, times } = objectOf('speculation', given, ['after', 'times'])
  if (times !== undefined && !(typeof times === 'number' && times >= 1)) throw wrong(`times must be a number from 1, not ${whatIs(times)}`)
  return { afterMs: msOf('after', after ?? '2s'), times: times ?? 2 }
}

function outputOf(given: unknown): Settings['output'] {
  if (given === undefined) return undefined
  const { folder, mode } = typeof given === 'string' ? { folder: given, mode: undefined } : objectOf('output', given, ['folder', 'mode'])
  if (typeof folder !== 'string' || folder === '') throw wrong(`output must be the path of a folder, not ${whatIs(folder)}`)
  return { folder, mode: oneOf('mode', mode ?? 'error', ['error', 'replace']) }
}

function objectOf(name: string, given: unknown, have: readonly string[]): Readonly<Record<string, unknown>> {
  if (given === undefined) return {}
  if (typeof given !== 'object' || given === null) throw wrong(`${name} must be an object (${have.join(', ')}), not ${whatIs(given)}`)
  const unknown = Object.keys(given).filter(key => !have.includes(key))
  if (unknown.length > 0)
    throw wrong(`unknown option of ${name}: ${unknown.join(', ')} (have ${have.join(', ')})`, didYouMean(unknown, have))
  return given as Readonly<Record<string, unknown>>
}

function whole(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw wrong(`${name} must be a whole number from 1, not ${whatIs(value)}`)
}

function oneOf<const T extends string>(name: string, value: unknown, have: readonly T[]): T {
  const found = have.find(one => one === value)
  if (found !== undefined) return found
  throw wrong(`${name} must be ${have.join(' or ')}, not ${whatIs(value)}`)
}

const timeUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function msOf(name: string, value: unknown): number {
  const [, amount, unit = ''] = (typeof value === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value) : null) ?? []
  if (amount !== undefined) return Number(amount) * (timeUnits[unit] as number)
  throw wrong(`${name} must be a duration such as '30s', not ${whatIs(value)}`)
}

const sizeUnits: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }

function bytesOf(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  const [, amount, unit = ''] = (typeof value === 'string' ? /^(\d+(?:\.\d+)?) ?(B|[KMG]i?B)$/.exec(value) : null) ?? []
  const bytes = Math.floor(Number(amount) * (sizeUnits[unit] ?? Number.NaN))
  if (bytes > 0) return bytes
  throw wrong(`${name} must be bytes such as '256MB', not ${whatIs(value)}`)
}

function wrong(message: string, hint?: string): TidemillError {
  return new TidemillError('session.map-reduce', message, hint === undefined ? {} : { hint })
}
