import { type AnyFunction, type HostFunction, loadFunction } from '../workers/index.ts'

/** A function of the job that may be left out. */
export async function optional(fn: HostFunction | undefined): Promise<AnyFunction | undefined> {
  return fn === undefined ? undefined : loadFunction(fn)
}
