import { type Batch, type Column, type ColumnValues, columnValues, concatBatches, jsonRowsOf } from '../batch/index.ts'
import type { Schema } from '../schema/index.ts'

/** All rows of the batches, in order. */
export async function collectRows(batches: AsyncIterable<Batch>): Promise<object[]> {
  let rows: object[] | undefined
  for await (const batch of batches) {
    const more = jsonRowsOf(batch)
    if (rows === undefined) rows = more
    else for (const row of more) rows.push(row)
  }
  return rows ?? []
}

/** Row by row. */
export async function* eachRow(batches: AsyncIterable<Batch>): AsyncGenerator<object> {
  for await (const batch of batches) yield* jsonRowsOf(batch)
}

/** All columns by name. One batch is taken as it is; several are put together, which copies them once. */
export async function columnsOf(batches: AsyncIterable<Batch>, fields: Schema): Promise<Readonly<Record<string, ColumnValues>>> {
  const all: Batch[] = []
  for await (const batch of batches) all.push(batch)
  const schema = all[0]?.fields ?? fields
  const whole = all.length === 1 && all[0] !== undefined ? all[0] : concatBatches(schema, all)
  return Object.fromEntries(schema.map((field, index) => [field.name, columnValues(whole.columns[index] as Column, field.name)]))
}
