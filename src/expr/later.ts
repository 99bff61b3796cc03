import { durationMicros } from './duration.ts'
import type { ExprOptions } from './node.ts'
import { problem } from './problem.ts'
import { shown } from './shown.ts'

const months: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 }
const micros: Readonly<Record<string, number>> = {
  microsecond: 1,
  millisecond: 1_000,
  second: 1_000_000,
  minute: 60_000_000,
  hour: 3_600_000_000,
  day: 86_400_000_000,
  week: 604_800_000_000,
}

/**
 * The options of `plus`: `plus('7d')`, `plus(3, 'month')`. Units of fixed length become `amountMicros`; months, quarters and years become an `amount` of the
 * unit `month`.
 */
export function later(args: readonly unknown[], sign: 1 | -1): ExprOptions {
  const [amount, unit] = args
  if (typeof amount === 'string') {
    if (unit !== undefined) throw problem('expr.argument', `plus(${JSON.stringify(amount)}) has its unit already: ${shown(unit)}`)
    return { amountMicros: String(sign * durationMicros(amount)) }
  }
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount))
    throw problem('expr.argument', `plus wants a duration such as '7d' or a whole number of a unit, not ${shown(amount)}`)
  if (typeof unit !== 'string') throw problem('expr.argument', `plus(${amount}) without a unit`, { hint: `.plus(${amount}, 'day')` })
  const inMonths = months[unit]
  if (inMonths !== undefined) return { amount: sign * amount * inMonths + 0, unit: 'month' }
  const each = micros[unit]
  if (each === undefined)
    throw problem('expr.argument', `unknown unit: ${unit} (have ${[...Object.keys(micros), ...Object.keys(months)].join(', ')})`)
  return { amountMicros: String(BigInt(sign * amount) * BigInt(each)) }
}
