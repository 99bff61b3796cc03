import { createHash } from 'node:crypto'
import { serialize } from 'node:v8'
import type { CallSite } from '../errors/index.ts'
import { checkCloneable } from './check-cloneable.ts'
import type { HostFunction } from './seams.ts'

export interface FunctionOptions {
  /** For messages; default: the function's own name. */
  readonly name?: string | undefined
  /** The second argument of the function. */
  readonly with?: object | undefined
  /** The function gets an argument of the verb's in second place, not `with`. */
  readonly context?: boolean | undefined
}

/** Puts a host function together: checks that `with` can be cloned, and hashes. */
export function hostFunction(
  name: string,
  module: string,
  given: object | undefined,
  at: CallSite | undefined,
  reads?: readonly string[],
): HostFunction {
  const hash = createHash('sha256').update(module)
  const read = reads === undefined ? {} : { reads }
  if (given === undefined) return Object.freeze({ name, module, hash: hash.digest('hex'), ...read, at })
  const values = checkCloneable(given)
  return Object.freeze({ name, module, hash: hash.update(serialize(values)).digest('hex'), with: values, ...read, at })
}

/**
 * A function that some importable module exports, of this package or of the user.
 *
 * @example
 * await pool.call(moduleFunction(new URL('./score.ts', import.meta.url).href, 'score'), 5)
 */
export function moduleFunction(url: string, exportName: string, options: FunctionOptions = {}): HostFunction {
  const module = `export { ${exportText(exportName)} as fn } from ${JSON.stringify(url)}\n`
  return hostFunction(options.name ?? exportName, module, options.with, undefined)
}

/** A module may export any text as a name. */
export function exportText(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name)
}
