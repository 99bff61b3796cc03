/** Days and moments as they are kept, and steps from one to another. */
import { civilOf, type DataType, daysOfCivil } from '../schema/index.ts'
import { overflow } from './arithmetic.ts'
import { floorDivide } from './cast.ts'
import { dayMicros, type Raw } from './vector.ts'

/** A day since 1970 and the microseconds of that day. */
export interface Moment {
  readonly days: number
  readonly micros: number
}

export function momentOf(value: Raw): Moment {
  if (typeof value === 'number') return { days: value, micros: 0 }
  const days = floorDivide(value as bigint, dayMicros)
  return { days: Number(days), micros: Number((value as bigint) - days * dayMicros) }
}

export function microsOf(value: Raw): bigint {
  return typeof value === 'number' ? BigInt(value) * dayMicros : (value as bigint)
}

/** What a timestamp of the engines can be: from -290308-12-22 to 294247-01-10. */
const earliest = -9_223_372_022_400_000_000n
const latest = 9_223_372_036_854_775_806n

/** Back to the type of the column: a day, or microseconds. */
export function fromMicros(micros: bigint, type: DataType): Raw {
  if (micros < earliest || micros > latest) throw overflow('plus', micros, undefined, type)
  return type === 'date' ? Number(floorDivide(micros, dayMicros)) : micros
}

/** So many months later or earlier; a day that the month does not have becomes its last. */
export function plusMonths(value: Raw, months: number, type: DataType): Raw {
  const { days, micros } = momentOf(value)
  const { year, month, day } = civilOf(days)
  const first = year * 12 + month - 1 + months
  const [toYear, toMonth] = [Math.floor(first / 12), (((first % 12) + 12) % 12) + 1]
  const next = toMonth === 12 ? daysOfCivil(toYear + 1, 1, 1) : daysOfCivil(toYear, toMonth + 1, 1)
  const begin = daysOfCivil(toYear, toMonth, 1)
  const there = begin + Math.min(day, next - begin) - 1
  return fromMicros(BigInt(there) * dayMicros + BigInt(micros), type)
}
