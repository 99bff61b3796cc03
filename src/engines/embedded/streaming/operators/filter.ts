import { takeRows } from '../../../../batch/index.ts'
import { keptRows } from '../../../../kernels/index.ts'
import type { FilterStep, Operator } from '../seams.ts'

/** Rows for which the condition is true; NULL counts as false. Their event times and hashes go along. */
export function filterOperator({ id, where }: FilterStep): Operator {
  return {
    id,
    process(rows, emit) {
      const kept = keptRows(rows.batch, where)
      if (kept === undefined) emit.rows(rows)
      else if (kept.length > 0) {
        const hashes = rows.hashes === undefined ? undefined : kept.map(row => rows.hashes?.[row] as number)
        emit.rows({ batch: takeRows(rows.batch, kept), hashes, born: rows.born })
      }
    },
  }
}
