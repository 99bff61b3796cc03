import { createHash } from 'node:crypto'
import type { Batch } from '../../batch/index.ts'
import { fingerprint, type Relation } from '../../plan/index.ts'
import { printType, type Schema } from '../../schema/index.ts'
import type { DataDigest } from '../types.ts'
import { type ColumnHash, columnHash } from './column-hash.ts'

/**
 * Which rows a relation gives: reads them once, in their order, and hashes each column as it comes out of the engine, so that memory is that of one batch.
 * The digest does not depend on how the rows are cut into batches.
 *
 * @throws what the engine throws
 */
export async function digestData(
  name: string,
  relation: Relation<unknown>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<DataDigest> {
  const { plan, engine } = relation
  const { rows, sha256 } = await digestBatches(engine.run(plan, options), plan.fields)
  return Object.freeze({ name, fingerprint: fingerprint(plan), rows, sha256 })
}

/** @param schema the columns, where there is no batch to tell them */
export async function digestBatches(
  batches: AsyncIterable<Batch>,
  schema: Schema,
): Promise<{ readonly rows: number; readonly sha256: string }> {
  let rows = 0
  let fields = schema
  let columns: readonly ColumnHash[] | undefined
  for await (const batch of batches) {
    if (columns === undefined) {
      fields = batch.fields
      columns = fields.map(field => columnHash(field.type))
    }
    for (const [index, hash] of columns.entries()) {
      const column = batch.columns[index]
      if (column !== undefined) hash.update(column)
    }
    rows += batch.rows
  }
  const whole = createHash('sha256')
  whole.update(JSON.stringify([rows, fields.map(field => [field.name, printType(field.type)])]))
  for (const hash of columns ?? []) whole.update(hash.digest())
  return { rows, sha256: whole.digest('hex') }
}
