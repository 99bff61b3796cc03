/** Texts read by a pattern such as `%d/%m/%Y %H:%M`, as SQL reads them: see `parse` of the dialect. */
import { TidemillError } from '../errors/index.ts'
import { type CallNode, momentPattern, monthOf } from '../expr/index.ts'
import { civilOf, daysOfCivil, printType } from '../schema/index.ts'
import { dayMicros, type Raw } from './vector.ts'

/** The day, or the microseconds, of a text. */
export function parseMoment({ options, type }: CallNode): (text: string) => Raw {
  const { pattern: format = '', invalid } = options ?? {}
  const { pattern, flags, parts } = momentPattern(format)
  const regex = new RegExp(`^(?:${pattern})$`, `${flags}u`)
  return text => {
    const found = regex.exec(text)
    const made = found === null ? undefined : momentOf(new Map(parts.map((part, at) => [part, found[at + 1] ?? ''])))
    if (made === undefined) {
      if (invalid === 'null') return null
      throw new TidemillError('expr.cast', `text that is no ${printType(type)} as ${format}: ${text}`, {
        hint: "{ invalid: 'null' } gives NULL for what cannot be read",
        details: { value: text, pattern: format },
      })
    }
    return type === 'date' ? Number(made / dayMicros - (made % dayMicros < 0n ? 1n : 0n)) : made
  }
}

/** Microseconds since 1970; undefined for a day that does not exist. */
function momentOf(parts: ReadonlyMap<string, string>): bigint | undefined {
  const number = (name: string, otherwise: number): number => {
    const text = parts.get(name)
    return text === undefined ? otherwise : Number(text)
  }
  const short = parts.get('y')
  const year = short === undefined ? number('Y', 1970) : Number(short) + (Number(short) < 69 ? 2000 : 1900)
  const name = parts.get('b') ?? parts.get('B')
  const month = name === undefined ? number('m', 1) : monthOf(name)
  const day = number('d', 1)
  const days = daysOfCivil(year, month, day)
  const there = civilOf(days)
  if (month < 1 || there.month !== month || there.day !== day) return undefined
  const half = parts.get('p')?.toLowerCase()
  const hour = parts.has('I') ? (number('I', 12) % 12) + (half === 'pm' ? 12 : 0) : number('H', 0)
  const fraction = Number((parts.get('f') ?? '').padEnd(6, '0'))
  const micros = ((hour * 60 + number('M', 0)) * 60 + number('S', 0)) * 1_000_000 + fraction
  return BigInt(days) * dayMicros + BigInt(micros) - offsetOf(parts.get('z'))
}

/** `+02:00` in microseconds. */
function offsetOf(text: string | undefined): bigint {
  if (text === undefined || text.toLowerCase() === 'z') return 0n
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(text) ?? []
  const micros = (Number(hours) * 60 + Number(minutes)) * 60_000_000
  return BigInt(sign === '-' ? -micros : micros)
}
