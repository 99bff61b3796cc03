/** An estimator as plain data: enough to make it again, here or on a thread. */
export type { Role } from './kinds/index.ts'

export interface EstimatorData {
  readonly kind: string
  readonly params: Readonly<Record<string, unknown>>
  /** The steps of a pipeline, the parts of a column transformer, in order. */
  readonly parts?: readonly PartData[]
}
export interface PartData {
  readonly name: string
  /** The columns a part is for. */
  readonly of?: readonly string[]
  readonly use: EstimatorData
}
