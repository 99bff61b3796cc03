import { batchesOfMessages } from './arrow-messages.ts'
import { flechette } from './arrow-types.ts'
import type { Batch } from './batch.ts'

/**
 * The batches of an Arrow IPC stream or file, one a record batch; of a stream without one, an empty batch that tells the columns.
 *
 * Buffers are copied, so that the bytes may be used again. Small and unsigned integers are widened, other units of time become microseconds, dictionaries are
 * written out.
 *
 * @throws batch.corrupt when the bytes are not Arrow or end too early; schema.unknown-type for a type that columns do not have
 */
export async function fromArrow(bytes: Uint8Array): Promise<Batch[]> {
  return batchesOfMessages(await flechette(), bytes, { own: true })
}
