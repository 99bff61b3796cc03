import type { CallSite } from '../../errors/index.ts'
import { defer } from '../defer.ts'
import type { Plan, SplitHow } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'

export interface SplitArgs {
  readonly how: SplitHow
  /** Name -> share; the shares add up to 1. Empty where `how` names the parts. */
  readonly parts: Readonly<Record<string, number>>
  readonly part: string
}

/** Row numbers of each part, counted from 0 in the order of the source; one part may take the rest. */
export interface RowSplit<P extends string = string> {
  readonly kind: 'rows'
  readonly rows: { readonly [part in P]: readonly number[] | 'rest' }
}

/**
 * One part of a split; all parts of one `how` share no row and together have every row.
 *
 * @throws plan.argument when the shares do not add up to 1 or row numbers are wrong, plan.unknown-column
 */
export function split(input: Plan, args: SplitArgs, at?: CallSite): Plan {
  const { how, parts, part } = args
  if (how.kind === 'rows') checkRows(how.rows, at)
  else if (how.kind !== 'sample') checkParts(how.kind === 'order' ? undefined : how.seed, parts, at)
  const names = Object.keys(how.kind === 'rows' ? how.rows : parts)
  if (how.kind !== 'sample' && !names.includes(part)) throw problem('plan.argument', `no such part: ${part} (have ${names.join(', ')})`, at)
  if (input.open) return defer('split', [input], args, input.fields, at)
  const column = how.kind === 'random' ? how.stratify : how.kind === 'by' || how.kind === 'order' ? how.column : undefined
  if (column !== undefined) needColumns(input.fields, [column], at)
  return { node: 'split', input, how, parts, part, fields: input.fields, open: false, at }
}

function checkParts(seed: number | undefined, parts: Readonly<Record<string, number>>, at: CallSite | undefined): void {
  const shares = Object.entries(parts)
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw problem('plan.argument', `seed is no whole number: ${seed}`, at)
  for (const [name, share] of shares)
    if (!(share > 0 && share <= 1)) throw problem('plan.argument', `share of part ${name} is not above 0 and up to 1: ${share}`, at)
  const total = shares.reduce((sum, [, share]) => sum + share, 0)
  if (Math.abs(total - 1) > 1e-9)
    throw problem(
      'plan.argument',
      `shares of the parts add up to ${total}, not to 1: ${shares.map(([name, share]) => `${name} ${share}`).join(', ')}`,
      at,
    )
}

function checkRows(rows: Readonly<Record<string, readonly number[] | 'rest'>>, at: CallSite | undefined): void {
  const rests = Object.keys(rows).filter(name => rows[name] === 'rest')
  if (rests.length > 1) throw problem('plan.argument', `two parts take the rest: ${rests.join(', ')}`, at)
  const seen = new Map<number, string>()
  for (const [name, numbers] of Object.entries(rows)) {
    if (numbers === 'rest') continue
    for (const number of numbers) {
      if (!(Number.isSafeInteger(number) && number >= 0))
        throw problem('plan.argument', `row number of part ${name} is no whole number from 0: ${number}`, at)
      const other = seen.get(number)
      if (other !== undefined) throw problem('plan.argument', `row ${number} is named twice: in ${other} and ${name}`, at)
      seen.set(number, name)
    }
  }
}
