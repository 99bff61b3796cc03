import type { CallSite } from '../../errors/index.ts'
import { defer } from '../defer.ts'
import type { Plan, SplitHow } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'

export interface SampleArgs {
  readonly size: { readonly rows: number } | { readonly fraction: number }
  /** Default: 0. */
  readonly seed?: number | undefined
  /** So many rows, or such a share, of each value of this column. */
  readonly by?: string | undefined
  /** Rows are put back after they were drawn, so that one may come several times. Default: false. */
  readonly replacement?: boolean | undefined
}

/**
 * Some rows, chosen by seed: so many, or a share of all. The size is exact; without replacement a table with fewer rows is taken whole.
 *
 * @throws plan.argument, plan.unknown-column
 */
export function sample(input: Plan, args: SampleArgs, at?: CallSite): Plan {
  const { size, seed = 0, by, replacement = false } = args
  if (!Number.isSafeInteger(seed)) throw problem('plan.argument', `seed is no whole number: ${seed}`, at)
  if ('rows' in size) {
    if (!(Number.isSafeInteger(size.rows) && size.rows >= 0))
      throw problem('plan.argument', `sample needs a whole number of rows from 0: ${size.rows}`, at)
  } else if (!(size.fraction > 0 && Number.isFinite(size.fraction) && (replacement || size.fraction <= 1)))
    throw problem(
      'plan.argument',
      `sample needs a fraction above 0${replacement ? '' : ' and up to 1'}: ${size.fraction}`,
      at,
      size.fraction > 1 ? { hint: 'more rows than there are: { replacement: true }' } : {},
    )
  if (by !== undefined && replacement) throw problem('plan.argument', 'sample takes by or replacement, not both', at)
  if (input.open) return defer('sample', [input], args, input.fields, at)
  if (by !== undefined) needColumns(input.fields, [by], at)
  const part = (how: SplitHow, parts: Readonly<Record<string, number>> = {}): Plan => ({
    ...({ node: 'split', input, part: 'sample', fields: input.fields, open: false, at } as const),
    how,
    parts,
  })
  if (replacement) return part({ kind: 'draws', seed, size })
  const stratify = by === undefined ? {} : { stratify: by }
  if ('rows' in size) return part({ kind: 'sample', seed, rows: size.rows, ...stratify })
  return size.fraction === 1 ? input : part({ kind: 'random', seed, ...stratify }, { sample: size.fraction, rest: 1 - size.fraction })
}
