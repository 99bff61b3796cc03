import type { CallSite } from '../../errors/index.ts'
import { defer } from '../defer.ts'
import type { Plan } from '../nodes.ts'
import { problem } from '../problem.ts'

export interface SampleArgs {
  readonly size: { readonly rows: number } | { readonly fraction: number }
  /** Default: 0. */
  readonly seed?: number | undefined
}

/**
 * Some rows, chosen by seed: so many, or a share of all. The size is exact; a table with fewer rows is taken whole.
 *
 * @throws plan.argument
 */
export function sample(input: Plan, args: SampleArgs, at?: CallSite): Plan {
  const { size, seed = 0 } = args
  if (!Number.isSafeInteger(seed)) throw problem('plan.argument', `seed is no whole number: ${seed}`, at)
  if ('rows' in size) {
    if (!(Number.isSafeInteger(size.rows) && size.rows >= 0))
      throw problem('plan.argument', `sample needs a whole number of rows from 0: ${size.rows}`, at)
  } else if (!(size.fraction > 0 && size.fraction <= 1))
    throw problem('plan.argument', `sample needs a fraction above 0 and up to 1: ${size.fraction}`, at)
  if (input.open) return defer('sample', [input], args, input.fields, at)
  if ('fraction' in size && size.fraction === 1) return input
  const base = { node: 'split', input, part: 'sample', fields: input.fields, open: false, at } as const
  if ('rows' in size) return { ...base, how: { kind: 'sample', seed, rows: size.rows }, parts: {} }
  return { ...base, how: { kind: 'random', seed }, parts: { sample: size.fraction, rest: 1 - size.fraction } }
}
