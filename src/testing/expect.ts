/** How cases find out, without a test runner. */
import assert from 'node:assert/strict'
import { inspect, isDeepStrictEqual } from 'node:util'
import { type ErrorCode, TidemillError } from '../errors/index.ts'

/** Fails unless the work fails with one of these codes. */
export async function expectCode(codes: ErrorCode | readonly ErrorCode[], work: () => unknown): Promise<TidemillError> {
  const wanted: readonly string[] = typeof codes === 'string' ? [codes] : codes
  let failure: unknown
  try {
    await work()
  } catch (error) {
    failure = error
  }
  assert.ok(failure !== undefined, `it did not fail; wanted ${wanted.join(' or ')}`)
  assert.ok(failure instanceof TidemillError, `not a TidemillError: ${inspect(failure)}`)
  assert.ok(wanted.includes(failure.code), `failed with ${failure.code} (${failure.message}); wanted ${wanted.join(' or ')}`)
  return failure
}

/** Fails unless the work fails because its signal was aborted: with the signal's reason, or with engine.cancelled or ml.cancelled. */
export async function expectAborted(signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  let failure: unknown
  try {
    await work()
  } catch (error) {
    failure = error
  }
  assert.ok(failure !== undefined, 'it went on although its signal was aborted')
  const aborted = failure === signal.reason || (failure instanceof Error && failure.name === 'AbortError')
  const cancelled = failure instanceof TidemillError && (failure.code === 'engine.cancelled' || failure.code === 'ml.cancelled')
  assert.ok(aborted || cancelled, `failed with ${inspect(failure)}; wanted the reason of the signal, engine.cancelled or ml.cancelled`)
}

/** Everything an iterable gives. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

/** Fails unless the rows are the same, in order; says where they part. (`assert.deepEqual` draws up a comparison that grows with the square of the rows.) */
export function expectRows(got: readonly unknown[], wanted: readonly unknown[]): void {
  const at = wanted.findIndex((row, i) => !isDeepStrictEqual(got[i], row))
  if (at !== -1) assert.fail(at < got.length ? `row ${at + 1} is ${inspect(got[at])}; wanted ${inspect(wanted[at])}` : counts(got, wanted))
  if (got.length !== wanted.length) assert.fail(counts(got, wanted))
}

function counts(got: readonly unknown[], wanted: readonly unknown[]): string {
  return `${got.length} rows; wanted ${wanted.length}`
}
