import { TidemillError } from '../errors/index.ts'
import type { RowSplit, SplitHow } from '../plan/index.ts'

/** What `split` takes besides the shares. */
export interface SplitOptions {
  readonly seed?: number
  readonly stratify?: string
  readonly together?: string
  readonly inOrderOf?: string
}

/** The names of the parts, their shares, and how rows are dealt out. */
export interface Splitting {
  readonly names: readonly string[]
  readonly parts: Readonly<Record<string, number>>
  readonly how: SplitHow
}

/**
 * Reads the arguments of `split`.
 *
 * @throws plan.argument when they contradict each other
 */
export function splittingOf(parts: Readonly<Record<string, number>> | RowSplit, options: SplitOptions | undefined): Splitting {
  if (isRowSplit(parts)) return { names: Object.keys(parts.rows), parts: {}, how: { kind: 'rows', rows: parts.rows } }
  const names = Object.keys(parts)
  const { seed, stratify, together, inOrderOf } = options ?? {}
  if (inOrderOf !== undefined) return { names, parts, how: { kind: 'order', column: inOrderOf } }
  if (seed === undefined)
    throw new TidemillError('plan.argument', 'split needs a seed', {
      hint: "split({ train: 0.8, test: 0.2 }, { seed: 42 }), or { inOrderOf: 'at' }",
    })
  if (stratify !== undefined && together !== undefined)
    throw new TidemillError('plan.argument', 'split takes stratify or together, not both', { details: { stratify, together } })
  if (together !== undefined) return { names, parts, how: { kind: 'by', column: together, seed } }
  return { names, parts, how: { kind: 'random', seed, ...(stratify === undefined ? {} : { stratify }) } }
}

function isRowSplit(parts: object): parts is RowSplit {
  return 'kind' in parts && parts.kind === 'rows' && 'rows' in parts && typeof parts.rows === 'object'
}
