import * as connectors from '../connectors/index.ts'
import * as datasets from '../datasets/index.ts'
import * as chart from '../chart/index.ts'
import * as tidemillNames from '../index.ts'
import * as ml from '../ml/index.ts'
import type { Session } from '../session/index.ts'

/** What can be called by its bare name: the session, all that `tidemill` gives, sources and charts; estimators in `ml`, sample data in `datasets`. */
export function replScope(tm: Session): Readonly<Record<string, unknown>> {
  const { arrow, csv, excel, fromArrow, json, lines, ndjson, parquet, postgres, rows, sqlite } = connectors
  const { plot, report } = chart
  const sources = { arrow, csv, excel, fromArrow, json, lines, ndjson, parquet, postgres, rows, sqlite }
  return { ...tidemillNames, ...sources, plot, report, ml, datasets, tm }
}
