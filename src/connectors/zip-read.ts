/** Reads the entries of a ZIP file, as office documents are; what a hostile one says of its sizes is not believed. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { TidemillError } from '../errors/index.ts'
import { readError } from './file-error.ts'

/** An entry as the directory at the end of the file tells it. */
export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly offset: number
  readonly packed: number
}

/** Excel's XML packs some 10 to 40 times smaller. What unpacks to more than this, beyond the first megabytes, is there to fill memory or time. */
const mostRatio = 400
const freeBytes = 64 * 1024 * 1024
const largestDirectory = 16 * 1024 * 1024

/** The entries by name. @throws connectors.format when it is no ZIP, or one that is not read */
export async function zipEntries(path: string): Promise<ReadonlyMap<string, ZipEntry>> {
  const file = await open(path).catch((error: unknown) => {
    throw readError(path, error)
  })
  try {
    const { size } = await file.stat()
    if (size === 0) throw new TidemillError('connectors.empty', `empty file: ${path}`, { details: { file: path } })
    const tail = Buffer.alloc(Math.min(size, 65_557))
    await file.read(tail, 0, tail.length, size - tail.length)
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
    if (end === -1 || end + 22 > tail.length) throw await notZip(path, file)
    const [count, length, offset] = [tail.readUInt16LE(end + 10), tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)]
    if (count === 0xffff || offset === 0xffff_ffff) throw damaged(path, 'ZIP files of more than 4 GiB are not read')
    if (length > largestDirectory || offset + length > size) throw damaged(path, 'its directory is damaged')
    const directory = Buffer.alloc(length)
    await file.read(directory, 0, length, offset)
    const entries = new Map<string, ZipEntry>()
    let at = 0
    for (let i = 0; i < count; i++) {
      if (at + 46 > length || directory.readUInt32LE(at) !== 0x0201_4b50) throw damaged(path, 'its directory is damaged')
      const [flags, method, packed] = [directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10), directory.readUInt32LE(at + 20)]
      const [nameLength, extra, comment] = [
        directory.readUInt16LE(at + 28),
        directory.readUInt16LE(at + 30),
        directory.readUInt16LE(at + 32),
      ]
      const name = directory.toString('utf8', at + 46, at + 46 + nameLength)
      if ((flags & 1) !== 0) throw damaged(path, 'it is encrypted', 'save it without a password')
      entries.set(name, { name, method, packed, offset: directory.readUInt32LE(at + 42) })
      at += 46 + nameLength + extra + comment
    }
    return entries
  } finally {
    await file.close()
  }
}

async function notZip(path: string, file: Awaited<ReturnType<typeof open>>): Promise<TidemillError> {
  const start = Buffer.alloc(8)
  await file.read(start, 0, 8, 0)
  // The container of Excel 97, and of encrypted files.
  if (start.toString('hex') === 'd0cf11e0a1b11ae1')
    return damaged(path, 'it is an old .xls, or it has a password', 'save it as .xlsx, without a password')
  return damaged(path, 'it is no ZIP, or cut short')
}

/** The bytes of an entry. @param most how many there may be */
export async function* zipBytes(path: string, entry: ZipEntry, most: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  if (entry.method !== 0 && entry.method !== 8) throw damaged(path, `${entry.name} is packed by method ${entry.method}`)
  if (entry.packed === 0) return
  const start = await dataStart(path, entry)
  const raw = createReadStream(path, {
    start,
    end: start + entry.packed - 1,
    highWaterMark: 256 * 1024,
    ...(signal === undefined ? {} : { signal }),
  })
  const stream = entry.method === 0 ? raw : pipeline(raw, createInflateRaw({ chunkSize: 256 * 1024 }), () => undefined)
  let bytes = 0
  try {
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length
      if (bytes > most || bytes > Math.max(freeBytes, entry.packed * mostRatio))
        throw damaged(
          path,
          `${entry.name} unpacks to more than ${bytes > most ? `${Math.round(most / 1_048_576)} MiB` : `${mostRatio} times its size`}`,
        )
      yield chunk as Buffer
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof TidemillError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw code?.startsWith('Z_') === true ? damaged(path, `${entry.name} is damaged`) : readError(path, error)
  } finally {
    stream.destroy()
    raw.destroy()
  }
}

async function dataStart(path: string, entry: ZipEntry): Promise<number> {
  const file = await open(path)
  try {
    const header = Buffer.alloc(30)
    const { bytesRead } = await file.read(header, 0, 30, entry.offset)
    if (bytesRead < 30 || header.readUInt32LE(0) !== 0x0403_4b50) throw damaged(path, `${entry.name} is not where the directory says`)
    return entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  } finally {
    await file.close()
  }
}

function damaged(path: string, why: string, hint = 'copy or save it again'): TidemillError {
  return new TidemillError('connectors.format', `Excel file cannot be read: ${path}: ${why}`, { details: { file: path }, hint })
}
