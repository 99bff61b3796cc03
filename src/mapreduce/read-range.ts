/** The lines of a byte range of a file, read on the thread that maps them. */
import { isAscii, isUtf8 } from 'node:buffer'
import { closeSync, openSync, readSync } from 'node:fs'
import { TidemillError } from '../errors/index.ts'
import { readFully } from './run-file.ts'

/** A range owns the lines that begin in it: its first line may begin before, and is another's; its last may end behind it. */
export interface FileRange {
  readonly file: string
  readonly from: number
  readonly to: number
}

const blockBytes = 1024 * 1024
const longestLine = 64 * 1024 * 1024
const [newLine, carriageReturn] = [10, 13]

/**
 * Blocks of whole lines of a range, each with its line ends; the last may have none. The memory is used again for the next block.
 *
 * @throws connectors.encoding, connectors.format, connectors.unreadable
 */
export function* blocksOf({ file, from, to: until }: FileRange): Generator<Buffer, undefined> {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    throw new TidemillError('connectors.unreadable', `cannot read ${file}: ${(error as Error).message}`, {
      details: { file },
      cause: error,
    })
  }
  try {
    let at = from === 0 ? afterMark(descriptor) : lineStart(descriptor, from)
    // The first line begins behind the mark, and is the first range's however short that is.
    const to = from === 0 ? Math.max(until, at + 1) : until
    let buffer = Buffer.allocUnsafeSlow(blockBytes)
    let kept = 0
    while (at - kept < to) {
      const read = readSync(descriptor, buffer, kept, buffer.length - kept, at)
      at += read
      const filled = kept + read
      let end = read === 0 ? filled : buffer.lastIndexOf(newLine, filled - 1) + 1
      if (end > filled) end = 0
      const begin = at - filled
      // Lines that begin behind the range are another's.
      if (begin + end > to) {
        const last = to - begin <= 0 ? -1 : buffer.indexOf(newLine, to - begin - 1)
        if (last !== -1 && last < filled) end = last + 1
      }
      if (end > 0) {
        const block = buffer.subarray(0, end)
        if (!isUtf8(block)) throw notText(file, begin)
        yield block
      }
      if (read === 0) return undefined
      buffer.copyWithin(0, end, filled)
      kept = filled - end
      if (kept === buffer.length) {
        if (kept >= longestLine) throw tooLong(file, at - kept)
        const larger = Buffer.allocUnsafeSlow(buffer.length * 2)
        buffer.copy(larger, 0, 0, kept)
        buffer = larger
      }
    }
  } finally {
    closeSync(descriptor)
  }
  return undefined
}

/** The lines of a block as texts, without their ends. */
export function linesOf(block: Buffer): string[] {
  const whole = block[block.length - 1] === newLine
  const end = whole ? block.length - 1 : block.length
  const lines = (isAscii(block) ? block.toString('latin1', 0, end) : block.toString('utf8', 0, end)).split('\n')
  if (!block.includes(carriageReturn)) return lines
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string
    // Of a last line without an end a carriage return stays what it is: a character.
    if (line.charCodeAt(line.length - 1) === carriageReturn && (whole || i < lines.length - 1)) lines[i] = line.slice(0, -1)
  }
  return lines
}

/** Behind the byte order mark, which is no part of the first line. */
function afterMark(descriptor: number): number {
  const head = Buffer.alloc(3)
  return readFully(descriptor, head, 0) === 3 && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
}

/** Where the first line begins that begins at or behind the place. */
function lineStart(descriptor: number, from: number): number {
  const piece = Buffer.allocUnsafeSlow(64 * 1024)
  for (let at = from - 1; ; ) {
    const read = readSync(descriptor, piece, 0, piece.length, at)
    if (read === 0) return at
    const found = piece.subarray(0, read).indexOf(newLine)
    if (found !== -1) return at + found + 1
    at += read
  }
}

function notText(file: string, from: number): TidemillError {
  return new TidemillError('connectors.encoding', `not UTF-8: ${file}, in the lines from byte ${from} on`, {
    details: { file, from },
    hint: `convert it: iconv -f ENCODING -t UTF-8 '${file}' > NEW`,
  })
}

function tooLong(file: string, from: number): TidemillError {
  return new TidemillError('connectors.format', `line of ${file} at byte ${from} is longer than 64 MiB`, {
    details: { file, from },
    hint: 'is it a text file?',
  })
}
