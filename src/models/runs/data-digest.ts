/** Which rows a run used: one sha256 over all values, whatever the batches are. */
import { createHash, type Hash } from 'node:crypto'
import { type Column, isNullAt, rawAt } from '../../batch/index.ts'
import { fingerprint, type Relation } from '../../plan/index.ts'
import { printType, type Schema } from '../../schema/index.ts'
import type { DataDigest } from '../types.ts'

/**
 * Reads the rows once, in their order, and hashes them column by column as they come out of the engine; memory is that of one batch.
 *
 * @throws what the engine throws
 */
export async function digestData(
  name: string,
  relation: Relation<unknown>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<DataDigest> {
  const { plan, engine } = relation
  let rows = 0
  let fields: Schema = plan.fields
  let hashes: readonly Hash[] | undefined
  for await (const batch of engine.run(plan, options)) {
    if (hashes === undefined) {
      fields = batch.fields
      hashes = fields.map(() => createHash('sha256'))
    }
    for (const [index, hash] of hashes.entries()) hashColumn(hash, batch.columns[index] as Column)
    rows += batch.rows
  }
  const whole = createHash('sha256')
  whole.update(JSON.stringify([rows, fields.map(field => [field.name, printType(field.type), field.nullable])]))
  for (const hash of hashes ?? []) whole.update(hash.digest())
  return Object.freeze({ name, fingerprint: fingerprint(plan), rows, sha256: whole.digest('hex') })
}

/** Each value says by a byte whether it is NULL, and then itself: numbers as their bytes, the rest as text with its length. */
function hashColumn(hash: Hash, column: Column): void {
  const { type, length, data, validity, dictionary } = column
  if (length === 0) return
  const flat = dictionary === undefined && (type === 'float64' || type === 'int32' || type === 'int64' || type === 'date' || type === 'timestamp')
  if (flat) {
    hashFlat(hash, column, data as Float64Array, validity !== undefined)
    return
  }
  const parts: string[] = []
  for (let i = 0; i < length; i++) {
    const text = isNullAt(column, i) ? undefined : textOf(rawAt(column, i))
    parts.push(text === undefined ? '0' : `1${text.length}:${text}`)
  }
  hash.update(parts.join(''))
}
