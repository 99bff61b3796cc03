import { type Batch, isNullAt, makeBatch, nullCount } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import { evaluateAll } from '../../../../kernels/index.ts'
import type { Operator, ProjectStep } from '../seams.ts'
import { timeOf, withTimeColumn } from './event-time.ts'

/**
 * New columns out of each row; its event time goes along.
 *
 * @throws schema.not-null for a NULL in a column that was declared to have none
 */
export function projectOperator({ id, columns, fields, notNull = [] }: ProjectStep): Operator {
  const exprs = columns.map(({ expr }) => expr)
  const checked = notNull.map(name => fields.findIndex(field => field.name === name))
  return {
    id,
    process({ batch, hashes, born }, emit) {
      const made = makeBatch(fields, evaluateAll(exprs, batch), batch.rows)
      for (const at of checked) checkNotNull(made, at)
      emit.rows({ batch: withTimeColumn(made, timeOf(batch)), hashes, born })
    },
  }
}

function checkNotNull(batch: Batch, at: number): void {
  const column = batch.columns[at]
  if (column === undefined || nullCount(column) === 0) return
  const name = batch.fields[at]?.name ?? ''
  let row = 0
  while (!isNullAt(column, row)) row++
  throw new TidemillError('schema.not-null', `NULL in a column without ?: ${name}`, {
    hint: `declare the column '${name}' with ?, or filter the NULLs out before`,
    details: { column: name, row: row + 1 },
  })
}
