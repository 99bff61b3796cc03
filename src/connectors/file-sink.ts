/** The sink that writes one file by an encoder of ours: seen as a whole when it is committed, or never. */
import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, link, mkdir, open, rename, rm, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Batch } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { SinkDriver, Token, WriteReport } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import { entryAt, syncFolder } from '../storage/index.ts'
import { readError } from './file-error.ts'

/** Makes the bytes of a file; the pieces, one after the other, are the whole. */
export interface FileEncoder {
  start(): Uint8Array | Promise<Uint8Array>
  batch(batch: Batch): Uint8Array | Promise<Uint8Array>
  end(): Uint8Array | Promise<Uint8Array>
}
export interface FileSinkOptions {
  readonly path: string
  readonly mode?: 'fail' | 'replace'
}
interface Written {
  readonly temp: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** A sink of one file. Bytes go to a hidden file beside the target, are brought to the disk, and the commit renames it. */
export function fileSink<O extends FileSinkOptions>(encoder: (options: O, schema: Schema) => Promise<FileEncoder>): SinkDriver<O> {
  return {
    mode: 'append',
    guarantee: 'exactly-once',
    async writer(options, schema) {
      const target = resolve(options.path)
      await checkTarget(target, options)
      const encode = await encoder(options, schema)
      const temp = join(dirname(target), `.tidemill-${randomUUID()}`)
      const file = await opened(temp, options.path)
      const hash = createHash('sha256')
      let [rows, bytes, state] = [0, 0, 'open' as 'open' | 'cut' | 'closed']
      const put = async (piece: Uint8Array): Promise<void> => {
        hash.update(piece)
        for (let from = 0; from < piece.length; ) from += (await written(file, piece, from, options.path)).bytesWritten
        bytes += piece.length
      }
      let started = false
      const start = async (): Promise<void> => {
        if (!started) await put(await encode.start())
        started = true
      }
      return {
        async write(batch) {
          await start()
          await put(await encode.batch(batch))
          rows += batch.rows
        },
        async cut(epoch) {
          await start()
          await put(await encode.end())
          await file.sync()
          await file.close()
          state = 'cut'
          const data: Written = { temp, rows, bytes, sha256: hash.digest('hex') }
          return { sink: 'file', id: temp, epoch, data }
        },
        async close() {
          if (state !== 'open') return
          state = 'closed'
          await file.close()
          await rm(temp, { force: true })
        },
      }
    },
    commit,
    async forget(_, token) {
      await rm((token.data as Written).temp, { force: true })
    },
  }
}

async function commit(options: FileSinkOptions, token: Token): Promise<WriteReport> {
  const { temp, rows, bytes, sha256 } = token.data as Written
  const target = resolve(options.path)
  const report = { rows, bytes, files: [target] }
  try {
    if (options.mode === 'replace') await rename(temp, target)
    else {
      // A link fails where a rename would write over what came in the meantime.
      await link(temp, target)
      await unlink(temp)
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw taken(options.path)
    // It was committed before, and the answer was lost.
    if (code === 'ENOENT' && (await isAt(target, bytes, sha256))) return report
    throw readError(options.path, error)
  }
  await syncFolder(dirname(target))
  return report
}

async function isAt(target: string, bytes: number, sha256: string): Promise<boolean> {
  const there = await entryAt(target)
  if (there?.isFile() !== true || there.size !== bytes) return false
  const file = await open(target)
  try {
    const hash = createHash('sha256')
    for await (const piece of file.createReadStream({ autoClose: false })) hash.update(piece as Uint8Array)
    return hash.digest('hex') === sha256
  } finally {
    await file.close()
  }
}

/** @throws connectors.exists when something is there that this mode must not write over */
async function checkTarget(target: string, { path, mode }: FileSinkOptions): Promise<void> {
  const there = await entryAt(target)
  if (there === undefined) return
  if (mode !== 'replace') throw taken(path)
  if (there.isFile()) return
  throw new TidemillError('connectors.exists', `something is there already that is no file: ${path}`, {
    hint: 'take another name',
    details: { path },
  })
}

function taken(path: string): TidemillError {
  return new TidemillError('connectors.exists', `output is there already: ${path}`, {
    hint: "pass mode: 'replace' to write over it",
    details: { path },
  })
}

async function opened(temp: string, shown: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(temp), { recursive: true })
    return await open(temp, 'wx')
  } catch (error) {
    throw unwritable(shown, error)
  }
}

async function written(file: FileHandle, piece: Uint8Array, from: number, shown: string): Promise<{ readonly bytesWritten: number }> {
  try {
    return await file.write(piece, from, Math.min(piece.length - from, 1 << 30))
  } catch (error) {
    throw unwritable(shown, error)
  }
}

function unwritable(path: string, cause: unknown): TidemillError {
  const { code, message } = cause as NodeJS.ErrnoException
  const reason = /^[A-Z0-9_]+: (.*?)(?:, \w+(?: '.*)?)?$/s.exec(message)?.[1] ?? message
  return new TidemillError('connectors.unreadable', `output cannot be written: ${path}: ${reason}`, {
    details: { path, code },
    cause,
    ...(code === 'ENOSPC' || code === 'EDQUOT'
      ? { hint: 'free some space, or write to another disk; what was there before is as it was' }
      : {}),
  })
}
