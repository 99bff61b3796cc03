/** What JavaScript lets pass and the compiler would not: each is told with what was wanted. */
import { type ErrorCode, knownOptions, TidemillError, whatIs } from '../errors/index.ts'

/** Throws where options are no object, or have a name that does not exist. */
export function checkOptions(call: string, options: unknown, have: readonly string[], code: ErrorCode = 'ml.param'): void {
  checkObject(call, options, 'an object of options', code)
  knownOptions(call, options, have, code)
}

/** Throws where a plain object was wanted. */
export function checkObject(call: string, value: unknown, wants: string, code: ErrorCode = 'ml.param'): asserts value is object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isTable(value)) return
  throw new TidemillError(code, `${call} wants ${wants}, not ${named(value)}`)
}

/** Throws where something else than an estimator was given: a model, a function that makes one, nothing. */
export function checkEstimator(call: string, value: unknown): void {
  if (isEstimator(value)) return
  const hint =
    typeof value === 'function'
      ? `call it: ${value.name === '' ? 'make' : value.name}()`
      : isModel(value)
        ? 'a model has learnt already; take what it was learnt with, as linearRegression()'
        : 'an estimator is made by a call, as linearRegression()'
  throw new TidemillError('ml.param', `${call} wants an estimator, not ${named(value)}`, { hint })
}

/** Throws where something else than a fitted model was given: an estimator, a promise, the result of a search. */
export function checkModel(call: string, value: unknown): void {
  if (isModel(value)) return
  const hint = isSearchResult(value)
    ? `its model is .best: ${call}(search.best, ...)`
    : isEstimator(value)
      ? 'fit it first: const model = await estimator.fit(data, options)'
      : 'const model = await estimator.fit(data, options)'
  throw new TidemillError('ml.param', `${call} wants a fitted model, not ${named(value)}`, { hint })
}

/** Throws for a number of workers that is none. */
export function checkWorkers(workers: unknown): void {
  if (workers === undefined || (typeof workers === 'number' && Number.isInteger(workers) && workers > 0)) return
  throw new TidemillError('ml.param', `workers must be a whole number above 0, not ${whatIs(workers)}`)
}

/** Throws for a signal that is none. */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || (typeof signal === 'object' && signal !== null && 'aborted' in signal && 'addEventListener' in signal)) return
  throw new TidemillError('ml.param', `signal must be an AbortSignal, not ${whatIs(signal)}`)
}

/** Throws where no text was given. */
export function checkText(call: string, value: unknown, wants: string): asserts value is string {
  if (typeof value === 'string' && value !== '') return
  throw new TidemillError('ml.param', `${call} wants ${wants}, not ${whatIs(value)}`)
}

/** A value as a message names it, with the words of this room. */
export function named(value: unknown): string {
  if (isEstimator(value)) return `an estimator (${value.kind})`
  if (isModel(value)) return `a fitted model (${value.kind})`
  if (isSearchResult(value)) return 'the result of a search'
  if (has(value, 'fit') && has(value, 'candidates')) return 'a grid search'
  return isTable(value) ? 'a table' : whatIs(value)
}

function isEstimator(value: unknown): value is { readonly kind: string } {
  return has(value, '~learn') && has(value, 'kind')
}

function isModel(value: unknown): value is { readonly kind: string } {
  return has(value, 'predict') && has(value, 'features') && has(value, 'state')
}

function isSearchResult(value: unknown): boolean {
  return has(value, 'best') && has(value, 'bestParams')
}

function isTable(value: unknown): boolean {
  return has(value, 'plan') && has(value, 'engine')
}

function has(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && name in value
}
