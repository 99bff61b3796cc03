/** The first bytes of a text file, checked: not empty, text, UTF-8. */
import { isUtf8 } from 'node:buffer'
import { TidemillError } from '../errors/index.ts'
import { openBytes } from './open-bytes.ts'
import { encodingError } from './text-encoding.ts'

export interface Head {
  /** Without a byte order mark; cut after a line end unless it is the whole file. */
  readonly text: string
  readonly whole: boolean
}

export interface HeadOptions {
  /** Lines that are not UTF-8 are for somebody else to tell. */
  readonly tolerant?: boolean
  /** The file may be one long line; what is cut may end within a character. */
  readonly lineless?: boolean
}

const enough = 256 * 1024
/** A first line longer than this is no line of text. */
const longest = 16 * 1024 * 1024

// Beginnings of files that are something else: bytes as Latin 1, what it is, what to do.
const others: readonly (readonly [start: string, what: string, hint: string])[] = [
  ['PAR1', 'a Parquet file', 'read it with parquet(path)'],
  ['PK\x03\x04', 'a zip archive or an Excel workbook', 'unpack it, or save the sheet as "CSV UTF-8"'],
  ['\xd0\xcf\x11\xe0', 'an old Excel workbook', 'save the sheet as "CSV UTF-8"'],
  ['\x1f\x8b', 'compressed by gzip', 'give its name the ending .gz'],
  ['\x28\xb5\x2f\xfd', 'compressed by zstd', 'give its name the ending .zst'],
  ['BZh', 'compressed by bzip2', 'unpack it, or compress it by gzip'],
  ['\xfd7zXZ', 'compressed by xz', 'unpack it, or compress it by gzip'],
  ['ARROW1', 'an Arrow file', 'convert it to Parquet'],
  ['%PDF', 'a PDF', 'save the table as CSV'],
  ['SQLite format 3', 'an SQLite database', 'export the table as CSV'],
]

/**
 * Reads the head of a text file, decompressed.
 *
 * @param file what errors call it, where it is a copy
 * @throws connectors.encoding, connectors.format, connectors.unreadable
 */
export async function readHead(path: string, file: string = path, { tolerant = false, lineless = false }: HeadOptions = {}): Promise<Head> {
  const { bytes, whole } = await firstBytes(path, file, lineless)
  checkKind(file, bytes)
  const checked = whole ? bytes : bytes.subarray(0, bytes.lastIndexOf(10) + 1)
  if (isUtf16(checked) || (!isUtf8(checked) && !tolerant && !lineless)) {
    if (isBinary(checked))
      throw new TidemillError('connectors.format', `not a text file: ${file} holds bytes that no text has`, {
        details: { file },
        hint: 'is it a program, a picture, an archive? save the table as "CSV UTF-8"',
      })
    throw encodingError(file, checked)
  }
  return { text: checked.toString('utf8').replace(/^\ufeff/, ''), whole }
}

async function firstBytes(path: string, file: string, lineless: boolean): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> {
  const pieces: Buffer[] = []
  let size = 0
  let hasLine = false
  for await (const piece of openBytes(path, undefined, 64 * 1024)) {
    pieces.push(piece)
    size += piece.length
    hasLine ||= piece.includes(10)
    if (size >= enough && (hasLine || lineless)) return { bytes: Buffer.concat(pieces), whole: false }
    if (size >= longest)
      throw new TidemillError('connectors.format', `the first line of ${file} is longer than 16 MiB`, {
        details: { file },
        hint: 'is it a text file?',
      })
  }
  return { bytes: Buffer.concat(pieces), whole: true }
}

function checkKind(file: string, bytes: Buffer): void {
  const start = bytes.toString('latin1', 0, 16)
  const other = others.find(([mark]) => start.startsWith(mark))
  if (other === undefined) return
  throw new TidemillError('connectors.format', `not a text file: ${file} is ${other[1]}`, { details: { file }, hint: other[2] })
}

/** By its mark, or by zeros at every other byte: text of ASCII in UTF-16 is valid UTF-8 with zeros. */
function isUtf16(bytes: Buffer): boolean {
  const mark = bytes.toString('latin1', 0, 2)
  if (mark === '\xff\xfe' || mark === '\xfe\xff') return true
  const start = bytes.subarray(0, 4096)
  const zeros = start.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0)
  return zeros > start.length / 8
}

/** Control characters (but tab, line ends, form feed and escape) that no encoding of text has in such number; UTF-16 with its mark may. */
function isBinary(bytes: Buffer): boolean {
  const mark = bytes.toString('latin1', 0, 2)
  if (mark === '\xff\xfe' || mark === '\xfe\xff') return false
  const start = bytes.subarray(0, 4096)
  const controls = start.reduce((count, byte) => count + ((byte > 0 && byte < 9) || (byte > 13 && byte < 32 && byte !== 27) ? 1 : 0), 0)
  return controls > start.length / 50
}
