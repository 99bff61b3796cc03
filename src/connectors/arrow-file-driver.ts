/** Opens `arrow` files, and writes them. */
import { open } from 'node:fs/promises'
import { arrowSchema, arrowWriter, type Batch, makeBatch, readArrow } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { SinkDriver, SourceDriver } from '../plan/index.ts'
import { printField, type Schema } from '../schema/index.ts'
import type { ArrowOptions } from './arrow-file.ts'
import { readError } from './file-error.ts'
import { fileSink } from './file-sink.ts'
import { openBytes } from './open-bytes.ts'
import { resolveFiles } from './resolve-files.ts'

interface Options extends ArrowOptions {
  readonly path: string
  readonly files?: readonly string[]
}

const source: SourceDriver<Options> = {
  async schemaOf(options) {
    const files = await filesOf(options)
    const [first = ''] = files
    const schema = await schemaIn(first)
    for (const file of files.slice(1)) checkSame(first, schema, file, await schemaIn(file))
    return schema
  },
  async *open(options, { columns, limit }, signal): AsyncGenerator<Batch> {
    let left = limit ?? Number.POSITIVE_INFINITY
    for (const file of await filesOf(options)) {
      signal.throwIfAborted()
      if (left <= 0) return
      const tail = await tailOf(file)
      try {
        for await (const batch of readArrow(openBytes(file, signal), { columns, tail })) {
          signal.throwIfAborted()
          yield columns.length === 0 ? makeBatch([], [], batch.rows) : batch
          left -= batch.rows
          if (left <= 0) return
        }
      } catch (error) {
        throw named(file, error)
      }
    }
  },
  partitions: filesOf,
}
const sink: SinkDriver<Options> = fileSink(({ path, format, compression }, schema) =>
  arrowWriter(schema, { format: format ?? (/\.arrows$/i.test(path) ? 'stream' : 'file'), compression }),
)

export const driver: SourceDriver<Options> & SinkDriver<Options> = { ...source, ...sink }

async function filesOf({ path, files }: Options): Promise<readonly string[]> {
  return files ?? (await resolveFiles('arrow', path)).files
}

async function schemaIn(file: string): Promise<Schema> {
  try {
    return await arrowSchema(openBytes(file), await tailOf(file))
  } catch (error) {
    throw named(file, error)
  }
}

/** The footer of a file with the marks at both ends; undefined for a stream. */
async function tailOf(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path).catch((error: unknown) => {
    throw readError(path, error)
  })
  try {
    const { size } = await file.stat()
    if (size === 0) throw new TidemillError('connectors.empty', `empty file: ${path}`, { details: { file: path } })
    const start = Buffer.alloc(6)
    await file.read(start, 0, 6, 0)
    if (start.toString('latin1') !== 'ARROW1') return undefined
    const end = Buffer.alloc(10)
    await file.read(end, 0, 10, Math.max(0, size - 10))
    const length = Math.max(0, Math.min(end.readInt32LE(0), size - 18))
    const tail = new Uint8Array(length + 10)
    await file.read(tail, 0, tail.length, size - tail.length)
    return tail
  } finally {
    await file.close()
  }
}

function named(file: string, error: unknown): unknown {
  if (!(error instanceof TidemillError) || error.code !== 'batch.corrupt') return error
  return new TidemillError('connectors.format', `not an Arrow file, or cut short: ${file}: ${error.message}`, {
    details: { file },
    cause: error,
    hint: 'copy or write it again; Feather files of version 1 are not read',
  })
}

function checkSame(first: string, schema: Schema, file: string, other: Schema): void {
  const [one, two] = [schema, other].map(fields => fields.map(field => printField({ ...field, nullable: true })).join(', '))
  if (one === two) return
  throw new TidemillError('connectors.format', `columns differ: ${file} has ${two} (${first} has ${one})`, {
    details: { file },
    hint: 'read files of different columns one by one and join them with union',
  })
}
