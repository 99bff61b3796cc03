import type { Dataset } from '../dataset/index.ts'
import type { Source } from '../plan/index.ts'
import type { OpenRow, Schema } from '../schema/index.ts'
import type { Session } from '../session/index.ts'
import { widen } from './widen.ts'

/** Formats whose types are found in the first rows. */
export const learnt: ReadonlySet<string> = new Set(['csv', 'ndjson', 'json', 'excel'])

/** What was made of a whole file. */
export interface WholeFile<T> {
  readonly answer: T
  /** The columns that it could be read to its end with. */
  readonly schema: Schema
  /** What was changed on the way: `v: int64 -> float64 (row 30001: "1.5")`. */
  readonly notes: readonly string[]
}

/**
 * Does something that reads every row. Where a value far down does not fit what the first rows had, the column is widened and told of, and the work begins
 * again: one value must not hide a whole file.
 *
 * @param pinned columns whose types are not ours to change
 */
export async function whileWidening<T>(
  tm: Session,
  source: Source<OpenRow>,
  data: Dataset<OpenRow>,
  work: (data: Dataset<OpenRow>) => Promise<T>,
  pinned: ReadonlySet<string> = new Set(),
): Promise<WholeFile<T>> {
  const notes: string[] = []
  let now = data
  let schema = data.schema
  for (;;)
    try {
      return { answer: await work(now), schema, notes }
    } catch (error) {
      const wider = learnt.has(source.kind) ? widen(schema, error) : undefined
      // Every column can be widened a few times only, so this ends.
      if (wider === undefined || pinned.has(wider.column)) throw error
      schema = wider.schema
      notes.push(wider.note)
      now = await tm.read<OpenRow>({ ...source, options: { ...source.options, schema } })
    }
}
