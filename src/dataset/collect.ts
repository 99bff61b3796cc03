import { type Batch, rowsOf } from '../batch/index.ts'

/** All rows of the batches, in order. */
export async function collectRows(batches: AsyncIterable<Batch>): Promise<object[]> {
  let rows: object[] | undefined
  for await (const batch of batches) {
    const more = rowsOf(batch)
    if (rows === undefined) rows = more
    else for (const row of more) rows.push(row)
  }
  return rows ?? []
}

/** Row by row. */
export async function* eachRow(batches: AsyncIterable<Batch>): AsyncGenerator<object> {
  for await (const batch of batches) yield* rowsOf(batch)
}
