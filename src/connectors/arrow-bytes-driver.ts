/** Opens `fromArrow`. */
import { arrowSchema, type Batch, makeBatch, readArrow } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { SourceDriver } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import type { ArrowBytesOptions, ArrowHeld } from './arrow-bytes.ts'

/** Pieces that came once, as batches: the schema and each run read them here. */
const gathered = new WeakMap<ArrowHeld, Promise<{ readonly schema: Schema; readonly batches: readonly Batch[] }>>()

export const driver: SourceDriver<ArrowBytesOptions> = {
  async schemaOf({ held }) {
    return held.isWhole ? arrowSchema(held.pieces()) : (await piecesOf(held)).schema
  },
  async *open({ held }, { columns, limit }, signal): AsyncGenerator<Batch> {
    signal.throwIfAborted()
    let left = limit ?? Number.POSITIVE_INFINITY
    const batches = held.isWhole ? readArrow(held.pieces(), { columns }) : (await piecesOf(held)).batches
    for await (const batch of batches) {
      signal.throwIfAborted()
      if (left <= 0) return
      left -= batch.rows
      yield columns.length === 0 ? makeBatch([], [], batch.rows) : held.isWhole ? batch : picked(batch, columns)
    }
  },
}

async function piecesOf(held: ArrowHeld): Promise<{ readonly schema: Schema; readonly batches: readonly Batch[] }> {
  const known = gathered.get(held)
  if (known !== undefined) return known
  const reading = (async () => {
    const parts: Uint8Array[] = []
    for await (const part of held.pieces()) parts.push(part)
    const batches: Batch[] = []
    for await (const batch of readArrow(parts)) batches.push(batch)
    return { schema: await arrowSchema(parts), batches }
  })()
  gathered.set(held, reading)
  return reading
}

function picked(batch: Batch, names: readonly string[]): Batch {
  const places = names.map(name => batch.fields.findIndex(field => field.name === name))
  return makeBatch(
    places.map(place => batch.fields[place] ?? missing(names)),
    places.map(place => batch.columns[place] ?? missing(names)),
    batch.rows,
  )
}

function missing(names: readonly string[]): never {
  throw new TidemillError('plan.unknown-column', `unknown column in ${names.join(', ')}`)
}
