/** What JavaScript lets pass and the compiler would not: each is told with how to write it. */
import { TidemillError, whatIs } from '../errors/index.ts'

/** Throws where a name of a column was wanted. */
export function needName(call: string, name: unknown): void {
  if (typeof name !== 'string' || name === '')
    throw wrong(
      `${call} wants the name of a column, not ${name === '' ? 'an empty text' : whatIs(name)}`,
      `${call}('amount'${call === 'fresh' ? ", '1d'" : ''})`,
    )
}

/** Throws where an argument of a check has not the wanted form. */
export function needThat(fits: boolean, label: string, wants: string, value: unknown, example: string): void {
  if (!fits) throw wrong(`${label} wants ${wants}, not ${whatIs(value)}`, example)
}

/** A check, or an argument of one, of the wrong form. */
export function wrong(message: string, hint: string): TidemillError {
  return new TidemillError('quality.check', message, { hint })
}
