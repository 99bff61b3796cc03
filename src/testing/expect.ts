/** How cases find out, without a test runner. */
import assert from 'node:assert/strict'
import { type ErrorCode, TidemillError } from '../errors/index.ts'

/** Fails unless the work fails with one of these codes. */
export async function expectCode(codes: ErrorCode | readonly ErrorCode[], work: () => Promise<unknown> | unknown): Promise<TidemillError> {
  const wanted: readonly string[] = typeof codes === 'string' ? [codes] : codes
  let failure: unknown
  try {
    await work()
  } catch (error) {
    failure = error
  }
  assert.ok(failure !== undefined, `it did not fail; wanted ${wanted.join(' or ')}`)
  assert.ok(failure instanceof TidemillError, `not a TidemillError: ${String(failure)}`)
  assert.ok(wanted.includes(failure.code), `failed with ${failure.code} (${failure.message}); wanted ${wanted.join(' or ')}`)
  return failure
}

/** Fails unless the work fails because its signal was aborted: with the signal's reason, or with engine.cancelled. */
export async function expectAborted(signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  let failure: unknown
  try {
    await work()
  } catch (error) {
    failure = error
  }
  assert.ok(failure !== undefined, 'it went on although its signal was aborted')
  const aborted = failure === signal.reason || (failure instanceof Error && failure.name === 'AbortError')
  const cancelled = failure instanceof TidemillError && failure.code === 'engine.cancelled'
  assert.ok(aborted || cancelled, `failed with ${String(failure)}; wanted the reason of the signal or engine.cancelled`)
}

/** Everything an iterable gives. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
