import { parseText, plainDigits, printType, type TimeUnit } from '../schema/index.ts'
import { checkScalarOptions } from './check-scalar-options.ts'
import type { CallNode } from './node.ts'
import { problem } from './problem.ts'

const units: readonly TimeUnit[] = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond']
const shortOfDay: ReadonlySet<string> = new Set(['hour', 'minute', 'second', 'millisecond', 'microsecond'])
const dayMicros = 86_400_000_000n

/** Throws expr.argument when the options of a call do not fit its type or each other. */
export function checkOptions(node: CallNode): void {
  const { op, options } = node
  if (options === undefined) return
  if (options.unit !== undefined && (op === 'truncate' || op === 'diff' || op === 'plus')) checkUnit(node, options.unit)
  if (op === 'plus' && node.type === 'date' && options.amountMicros !== undefined && BigInt(options.amountMicros) % dayMicros !== 0n)
    throw problem('expr.argument', `a day moves by whole days, not by ${options.amountMicros} microseconds`, {
      hint: "cast it first: .cast('timestamp')",
    })
  if ((op === 'quantile' || op === 'approxQuantile') && !(typeof options.q === 'number' && options.q >= 0 && options.q <= 1))
    throw problem('expr.argument', `${op} is a share from 0 to 1, not ${options.q}`)
  if (op === 'clip') checkClip(node)
  if (op === 'round' && options.digits !== undefined && !(Number.isInteger(options.digits) && Math.abs(options.digits) <= 18))
    throw problem('expr.argument', `digits are a whole number from -18 to 18, not ${options.digits}`)
  if (op === 'log' && options.base !== undefined && !(options.base > 0 && options.base !== 1))
    throw problem('expr.argument', `base of a logarithm is above 0 and not 1: ${options.base}`)
  if ((op === 'lag' || op === 'lead') && options.rows !== undefined && !(Number.isInteger(options.rows) && options.rows >= 0))
    throw problem('expr.argument', `${op} takes a whole number of rows from 0, not ${options.rows}`)
  if (op === 'listAt' && !Number.isInteger(options.index)) throw problem('expr.argument', `index is a whole number, not ${options.index}`)
  checkScalarOptions(node)
  if (op === 'slice' || op === 'listSlice')
    for (const at of [options.start, options.end])
      if (at !== undefined && !Number.isInteger(at)) throw problem('expr.argument', `slice takes whole numbers, not ${at}`)
}

function checkUnit(node: CallNode, unit: string): void {
  if (!units.includes(unit as TimeUnit)) throw problem('expr.argument', `unknown unit: ${unit} (have ${units.join(', ')})`)
  const type = node.args[0]?.type
  if (type === 'date' && shortOfDay.has(unit))
    throw problem('expr.argument', `a day has no ${unit}`, { hint: "cast it first: .cast('timestamp')" })
}

function checkClip(node: CallNode): void {
  const { low, high } = node.options ?? {}
  for (const bound of [low, high]) {
    if (bound === undefined) continue
    if (!Number.isFinite(bound))
      throw problem('expr.argument', `bound of clip is no number: ${bound}`, { hint: 'Infinity: leave the bound out' })
    if (node.type === 'float64' || node.type === 'unknown' || parseText(plainDigits(bound) ?? '', node.type) !== undefined) continue
    throw problem('expr.argument', `bound of clip that the column cannot have: ${bound} is no ${printType(node.type)}`, {
      hint: "cast the column: .cast('float64')",
    })
  }
  if (low !== undefined && high !== undefined && low > high) throw problem('expr.argument', `clip from ${low} down to ${high}`)
}
