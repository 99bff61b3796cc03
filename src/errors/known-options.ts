import type { ErrorCode } from './codes.ts'
import { didYouMean } from './near-names.ts'
import { TidemillError } from './tidemill-error.ts'
import { whatIs } from './what-is.ts'

/**
 * Throws where options are no plain object, or have a name that does not exist: an option with a slip in its name would be left out without a word.
 *
 * @param call what the user called
 * @example
 * knownOptions('plot', options, ['x', 'y'], 'chart.argument') // unknown option of plot: colour (have x, y)
 */
export function knownOptions(call: string, options: unknown, have: readonly string[], code: ErrorCode): void {
  if (options === undefined) return
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TidemillError(code, `${call} wants an object of options, not ${whatIs(options)}`)
  const unknown = Object.keys(options).filter(name => !have.includes(name))
  if (unknown.length === 0) return
  const hint = didYouMean(unknown, have)
  throw new TidemillError(code, `unknown option of ${call}: ${unknown.join(', ')} (have ${have.join(', ')})`, {
    details: { unknown },
    ...(hint === undefined ? {} : { hint }),
  })
}
