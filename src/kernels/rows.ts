/** Filters, projections and sorts of batches. */
import { type Batch, type Column, isNullAt, makeBatch, nullCount, takeRows } from '../batch/index.ts'
import type { ExprNode, OrderNode } from '../expr/index.ts'
import type { Schema } from '../schema/index.ts'
import { rowCompare } from './compare.ts'
import { evaluate, evaluateAll } from './evaluate.ts'
import type { NamedExpr } from './named.ts'
import { columnVector } from './vector.ts'

/** The rows for which a condition is true; NULL counts as false. The batch itself when all are. */
export function filterBatch(batch: Batch, where: ExprNode): Batch {
  const kept = keptRows(batch, where)
  return kept === undefined ? batch : takeRows(batch, kept)
}

/** The numbers of the rows for which a condition is true; undefined when it is for all. */
export function keptRows(batch: Batch, where: ExprNode): Int32Array | undefined {
  const truth = evaluate(where, batch)
  const indices = new Int32Array(batch.rows)
  const { data } = truth
  let kept = 0
  if (truth.validity === undefined && truth.type !== 'null') {
    // Written for every row and counted on where it holds: no branch to guess wrong.
    for (let i = 0; i < batch.rows; i++) {
      indices[kept] = i
      kept += data[i] as number
    }
  } else for (let i = 0; i < batch.rows; i++) if (data[i] === 1 && !isNullAt(truth, i)) indices[kept++] = i
  return kept === batch.rows ? undefined : indices.subarray(0, kept)
}

/** New columns out of a batch, under the given fields. */
export function projectBatch(batch: Batch, columns: readonly NamedExpr[], fields: Schema): Batch {
  const made = evaluateAll(
    columns.map(({ expr }) => expr),
    batch,
  )
  return makeBatch(fields, made, batch.rows)
}

/** The rows in an order; equal rows keep theirs. */
export function sortBatch(batch: Batch, by: readonly OrderNode[]): Batch {
  return takeRows(batch, sortedRows(batch, by))
}

/** The numbers of the rows in an order. */
export function sortedRows(batch: Batch, by: readonly OrderNode[]): Int32Array {
  const compare = orderOf(batch, by)
  return Int32Array.from({ length: batch.rows }, (_, i) => i).sort((i, j) => compare(i, j) || i - j)
}

/** Compares two rows of a batch by an order. */
export function orderOf(batch: Batch, by: readonly OrderNode[]): (i: number, j: number) => number {
  const columns = evaluateAll(
    by.map(({ expr }) => expr),
    batch,
  )
  const compares = by.map((order, index) => compareBy(columns[index] as Column, order))
  const [only] = compares
  if (only !== undefined && compares.length === 1) return only
  return (i, j) => {
    for (const compare of compares) {
      const order = compare(i, j)
      if (order !== 0) return order
    }
    return 0
  }
}

function compareBy(column: Column, { descending, nulls }: OrderNode): (i: number, j: number) => number {
  const vector = columnVector(column)
  const compare = rowCompare(vector, vector, column.length)
  const sign = descending ? -1 : 1
  if (nullCount(column) === 0) return (i, j) => sign * compare(i, j)
  const first = nulls === 'first' ? -1 : 1
  return (i, j) => {
    const [a, b] = [isNullAt(column, i), isNullAt(column, j)]
    if (a || b) return first * (Number(a) - Number(b))
    return sign * compare(i, j)
  }
}
