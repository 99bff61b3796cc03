/** What a run may log: numbers, and plain data. */
import { TidemillError, whatIs } from '../../errors/index.ts'

/** Logged values by what they become. */
export interface Logged {
  readonly metrics: readonly (readonly [name: string, value: number])[]
  /** As JSON text. */
  readonly details: readonly (readonly [name: string, json: string])[]
}

const deepest = 32
const longestDetail = 8 * 2 ** 20

/**
 * Numbers become metrics, everything else that is plain becomes details; members that are undefined are not there.
 *
 * @throws models.argument naming every value that is no plain data
 */
export function sortLogged(values: unknown): Logged {
  if (!isPlainObject(values))
    throw new TidemillError('models.argument', `log wants an object of metrics, not ${whatIs(values)}`, {
      hint: 'run.log({ accuracy: 0.97 })',
    })
  const metrics: (readonly [string, number])[] = []
  const details: (readonly [string, string])[] = []
  const problems: string[] = []
  for (const [name, value] of Object.entries(values)) {
    if (name === '' || name.length > 200) problems.push(`name of a metric must have 1 to 200 characters, not ${name.length}`)
    else if (typeof value === 'number') metrics.push([name, value])
    else if (value !== undefined) {
      const wrong = notPlain(value, name, new Set())
      if (wrong !== undefined) problems.push(wrong)
      else {
        const json = printPlain(value)
        if (json.length > longestDetail)
          problems.push(`${name} has ${json.length} characters of JSON, at most ${longestDetail}: keep it as an artifact`)
        else details.push([name, json])
      }
    }
  }
  if (problems.length > 0)
    throw new TidemillError('models.argument', `log: ${problems.join('; ')}`, {
      hint: 'numbers become metrics; texts, lists and plain objects become details',
      details: { problems },
    })
  return { metrics, details }
}

/** What is wrong with a value, with the way to it; undefined for plain data. */
function notPlain(value: unknown, path: string, above: ReadonlySet<object>): string | undefined {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value !== 'object') return `${path} is ${whatIs(value)}`
  if (isNumbers(value)) return undefined
  if (above.has(value)) return `${path} holds itself`
  if (above.size >= deepest) return `${path} is more than ${deepest} levels deep`
  const inside = new Set([...above, value])
  if (Array.isArray(value))
    return value.map((item: unknown, i) => notPlain(item, `${path}[${i}]`, inside)).find(wrong => wrong !== undefined)
  if (!isPlainObject(value)) return `${path} is ${whatIs(value)}`
  return Object.entries(value)
    .map(([name, item]) => (item === undefined ? undefined : notPlain(item, `${path}.${name}`, inside)))
    .find(wrong => wrong !== undefined)
}

/** Not a promise, a map or a model of a class: their members are not what they hold. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Typed arrays stand for lists of numbers. */
function isNumbers(value: object): value is Float64Array {
  return (
    ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof BigInt64Array) && !(value instanceof BigUint64Array)
  )
}

/** Plain data as JSON; the numbers that JSON lacks stand in objects of one member `$number`. */
export function printPlain(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) return { $number: String(part) }
    return typeof part === 'object' && part !== null && isNumbers(part) ? Array.from(part) : part
  })
}

/** What `printPlain` wrote. */
export function readPlain(json: string): unknown {
  return JSON.parse(json, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || !('$number' in part)) return part
    return Object.keys(part).length === 1 && typeof part.$number === 'string' ? Number(part.$number) : part
  })
}
