/** Values that come out of a table, made able to show themselves. */
import { type Batch, type BatchView, batchView } from '../batch/index.ts'
import { formatSize, type Shown, showing, tableDescription } from '../display/index.ts'
import type { WriteReport } from '../plan/index.ts'

/** A batch by column names; shows its first rows. */
export function shownBatch<R>(batch: Batch): BatchView<R> & Shown {
  return Object.freeze({ ...batchView<R>(batch), ...showing(() => tableDescription([batch], batch.fields, { total: batch.rows })) })
}

/** What was written, as a sentence. */
export function shownReport(report: WriteReport): WriteReport & Shown {
  const { rows, bytes, files } = report
  const text = `wrote ${rows} ${rows === 1 ? 'row' : 'rows'}, ${formatSize(bytes)}, to ${files.length} ${files.length === 1 ? 'file' : 'files'}`
  return Object.freeze({ ...report, ...showing(() => ({ kind: 'text', text })) })
}
