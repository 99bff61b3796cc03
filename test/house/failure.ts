import { TidemillError } from '../../src/errors/index.ts'

/** The error that a promise or a call fails with. One that does not fail, or with an error of somebody else, is an error. */
export async function failure(work: Promise<unknown> | (() => unknown)): Promise<TidemillError> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    if (error instanceof TidemillError) return error
    throw new Error('it did not fail with a TidemillError', { cause: error })
  }
  throw new Error('it did not fail')
}
