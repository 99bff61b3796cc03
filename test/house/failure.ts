import { TidemillError } from '../../src/errors/index.ts'

/** The error that a promise or a call fails with. One that does not fail, or with an error of somebody else, is an error. */
export async function failure(work: Promise<unknown> | (() => unknown)): Promise<TidemillError> {
  const error = await reason(work)
  if (error instanceof TidemillError) return error
  throw new Error('it did not fail with a TidemillError', { cause: error })
}

/** What a promise or a call is rejected with, whoever made it: the reason of an abort comes as it was given. */
export async function reason(work: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}
