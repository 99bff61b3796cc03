import type { Schema } from '../schema/index.ts'
import { TidemillError } from '../errors/index.ts'
import { arrowTable } from './arrow-tables.ts'
import { flechette } from './arrow-types.ts'
import type { Batch } from './batch.ts'

/**
 * Batches as one Arrow IPC stream, a record batch each. Most buffers are used as they are; booleans are packed into bits, dictionaries written out.
 *
 * @throws schema.no-columns; batch.shape when a batch has other columns than the schema
 */
export async function toArrow(batches: readonly Batch[], schema: Schema): Promise<Uint8Array> {
  if (schema.length === 0) throw new TidemillError('schema.no-columns', 'schema without columns: an Arrow stream needs one')
  const arrow = await flechette()
  const bytes = arrow.tableToIPC(arrowTable(arrow, batches, schema), { format: 'stream' })
  if (bytes === null) throw new TidemillError('batch.corrupt', 'arrow library gave no bytes')
  return bytes
}
