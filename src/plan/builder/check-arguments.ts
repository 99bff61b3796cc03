/** What JavaScript lets pass and the compiler would not: each is told with how to write it, and the line. */
import { callSite, didYouMean, type ErrorCode, printCallSite, TidemillError, whatIs } from '../../errors/index.ts'
import { needRelation } from '../need-relation.ts'
import type { Relation } from '../seams.ts'

/** An error about the arguments of a verb; it ends with the user's line. */
export function misuse(message: string, hint?: string, code: ErrorCode = 'plan.argument'): TidemillError {
  const at = printCallSite(callSite())
  return new TidemillError(code, at === undefined ? message : `${message} at ${at}`, {
    ...(hint === undefined ? {} : { hint }),
    details: at === undefined ? {} : { at },
  })
}

/** Throws where a callback was wanted. */
export function needCallback(verb: string, value: unknown, example: string): void {
  if (typeof value !== 'function') throw misuse(`${verb} wants a callback, not ${whatIs(value)}`, example)
}

/** Throws where names of columns were wanted, one by one. */
export function needNames(verb: string, values: readonly unknown[], example: string): void {
  for (const value of values) if (typeof value !== 'string') throw noName(verb, 'names of columns', value, example)
}

/** Throws where names of columns or callbacks were wanted, one by one. */
export function needPicks(verb: string, values: readonly unknown[], example: string): void {
  for (const value of values)
    if (typeof value !== 'string' && typeof value !== 'function') throw noName(verb, 'names of columns or callbacks', value, example)
}

function noName(verb: string, wants: string, value: unknown, example: string): TidemillError {
  const names = Array.isArray(value) && value.length > 0 && value.every(item => typeof item === 'string') ? value : undefined
  if (names === undefined) return misuse(`${verb} wants ${wants}, not ${whatIs(value)}`, example)
  const some = `${names.slice(0, 3).map(quoted).join(', ')}${names.length > 3 ? ', ...' : ''}`
  return misuse(`${verb} wants ${wants} one by one, not an array`, `${verb}(${some}), or ${verb}(...names)`)
}

/** Throws where a plain object was wanted. */
export function needObject(
  verb: string,
  value: unknown,
  wants: string,
  example: string,
): asserts value is Readonly<Record<string, unknown>> {
  if (!isPlain(value)) throw misuse(`${verb} wants ${wants}, not ${whatIs(value)}`, example)
}

/**
 * Throws where options are no object, or have a name that does not exist: an option with a slip in its name would be left out without a word.
 *
 * @param example one call with its options
 */
export function needOptions(verb: string, options: unknown, have: readonly string[], example: string): void {
  if (options === undefined) return
  needObject(verb, options, 'an object of options', example)
  const unknown = Object.keys(options).filter(name => !have.includes(name))
  if (unknown.length === 0) return
  throw misuse(
    `unknown option${unknown.length > 1 ? 's' : ''} of ${verb}: ${unknown.join(', ')} (have ${have.join(', ')})`,
    didYouMean(unknown, have) ?? example,
  )
}

/** Throws where a number was wanted; what numbers are allowed the verb says itself. */
export function needNumber(verb: string, value: unknown, example: string): void {
  if (typeof value === 'number') return
  const hint = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? `without quotes: ${example}` : example
  throw misuse(`${verb} wants a number, not ${whatIs(value)}`, hint)
}

/** Throws where one of some words was wanted; undefined is none of the caller's business. */
export function needOneOf(what: string, value: unknown, have: readonly string[], example: string): void {
  if (value === undefined || have.some(one => one === value)) return
  throw misuse(`no such ${what}: ${typeof value === 'string' ? value : whatIs(value)} (have ${have.join(', ')})`, example)
}

/** Throws where a table was wanted. */
export function needTable(verb: string, value: unknown, example: string): asserts value is Relation<unknown> {
  needRelation(value, verb, { code: 'plan.argument', example, where: () => printCallSite(callSite()) })
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('then' in value) && !(value instanceof Date)
}

function quoted(name: string): string {
  return `'${name}'`
}
