import type { Coded, Columns, Lists } from './kinds/index.ts'
import type { Scored } from './metrics/index.ts'
import type { Table } from './table.ts'

/** What a regressor or classifier wrote for the rows of a table, beside their truth, as a scorer takes it. */
export function scoredRows(role: 'classifier' | 'regressor', written: Columns, table: Table): Scored {
  const truth = table.target as Float64Array
  const shared = { width: table.classes?.length ?? 1, classes: table.classes ?? [], weights: table.weight }
  if (role === 'regressor') return { ...shared, truth, prediction: written.get('prediction') as Float64Array }
  return {
    ...shared,
    truth: Int32Array.from(truth),
    prediction: (written.get('prediction') as Coded).codes,
    probabilities: (written.get('probabilities') as Lists).items,
  }
}
