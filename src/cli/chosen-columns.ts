import type { Dataset } from '../dataset/index.ts'
import type { OpenRow } from '../schema/index.ts'

/** The columns of `--columns a,b`, in that order; all without it. @throws plan.unknown-column */
export function chosenColumns(data: Dataset<OpenRow>, columns: string | undefined): Dataset<OpenRow> {
  return columns === undefined ? data : (data.select(...columns.split(',').map(name => name.trim())) as Dataset<OpenRow>)
}
