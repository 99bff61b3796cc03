/** What the cases of an estimator get, and how they are written down. */
import type { AnyEstimator } from '../../ml/index.ts'
import type { Relation } from '../../plan/index.ts'
import type { SchemaSpec } from '../../schema/index.ts'
import type { Case } from '../suite.ts'

/** What a case of an estimator gets. */
export interface EstimatorContext {
  /** The estimator, made anew each time. Columns that it names are some of `a`, `b` (float64), `n` (int32) and, where it takes text, `t`. */
  readonly make: () => AnyEstimator
  /** A table over these rows on a real engine, whose rows come in the order given. */
  readonly table: (rows: readonly object[], schema: SchemaSpec) => Promise<Relation<unknown>>
  /** Why a case, by its name, does not hold. */
  readonly gaps?: Readonly<Record<string, string>> | undefined
}

/** A case, whose gap is declared in the context. */
export function estimatorCase(name: string, run: (context: EstimatorContext) => Promise<void>): Case<EstimatorContext> {
  return { name, gap: context => context.gaps?.[name], run }
}
