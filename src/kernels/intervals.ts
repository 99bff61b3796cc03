/** Functions of intervals. */
import { TidemillError } from '../errors/index.ts'
import type { TimeFunctionName } from '../expr/index.ts'
import { intervalText, packInterval, unpackInterval } from '../schema/index.ts'
import { overflow } from './arithmetic.ts'
import { type Kernel, perRow } from './kernel.ts'
import { fromMicros, microsOf, plusMonths } from './moments.ts'
import { dayMicros, type Raw } from './vector.ts'

type IntervalParts = ReturnType<typeof unpackInterval>
type LengthFunction = Extract<
  TimeFunctionName,
  'plusInterval' | 'since' | 'negInterval' | 'mulInterval' | 'years' | 'months' | 'days' | 'hours' | 'minutes' | 'seconds' | 'microseconds'
>

const hour = 3_600_000_000n
const minute = 60_000_000n
const second = 1_000_000n

function part(read: (parts: IntervalParts) => number | bigint): Kernel {
  return perRow(() => (value: Raw) => BigInt(read(unpackInterval(value as bigint))))
}

export const lengths: Readonly<Record<LengthFunction, Kernel>> = {
  plusInterval: perRow(node => {
    const type = node.args[0]?.type
    if (type === 'interval')
      return (a: Raw, b: Raw) => {
        const [x, y] = [unpackInterval(a as bigint), unpackInterval(b as bigint)]
        return packed({ months: x.months + y.months, days: x.days + y.days, micros: x.micros + y.micros }, 'plus')
      }
    return (value: Raw, by: Raw) => {
      const parts = unpackInterval(by as bigint)
      if (type === 'date' && parts.micros % dayMicros !== 0n)
        throw new TidemillError('expr.argument', `a day moves by whole days, not by ${intervalText(parts)}`)
      const moved = parts.months === 0 ? value : plusMonths(value, parts.months, node.type)
      return fromMicros(microsOf(moved) + BigInt(parts.days) * dayMicros + parts.micros, node.type)
    }
  }),
  since: perRow(node => {
    if (node.args[0]?.type === 'date') return (a: Raw, b: Raw) => packed({ months: 0, days: Number(a) - Number(b), micros: 0n }, 'since')
    return (a: Raw, b: Raw) => packed({ months: 0, days: 0, micros: microsOf(a) - microsOf(b) }, 'since')
  }),
  negInterval: perRow(() => (value: Raw) => {
    const { months, days, micros } = unpackInterval(value as bigint)
    return packed({ months: 0 - months, days: 0 - days, micros: -micros }, 'neg')
  }),
  mulInterval: perRow(() => (value: Raw, times: Raw) => {
    const { months, days, micros } = unpackInterval(value as bigint)
    const by = BigInt(times as number | bigint)
    return packed({ months: Number(BigInt(months) * by), days: Number(BigInt(days) * by), micros: micros * by }, 'mul')
  }),
  years: part(({ months }) => Math.trunc(months / 12)),
  months: part(({ months }) => months % 12),
  days: part(({ days }) => days),
  hours: part(({ micros }) => micros / hour),
  minutes: part(({ micros }) => (micros % hour) / minute),
  seconds: part(({ micros }) => (micros % minute) / second),
  microseconds: part(({ micros }) => micros % second),
}

/** As batches keep it: 32 bits of months, 32 of days, 64 of microseconds. */
function packed(parts: IntervalParts, op: string): bigint {
  const { months, days, micros } = parts
  if (months !== (months | 0) || days !== (days | 0) || BigInt.asIntN(64, micros) !== micros)
    throw overflow(op, intervalText(parts), undefined, 'interval')
  return packInterval(parts)
}
