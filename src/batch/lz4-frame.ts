/** LZ4 in frames, as Arrow and others write it: reading only. After the LZ4 frame format 1.6 and block format. */
import { TidemillError } from '../errors/index.ts'

const magic = 0x184d2204

/**
 * The bytes of an LZ4 frame, which must be exactly `size`. Checksums are skipped: what carries such frames (Arrow) has hashes of its own or none.
 *
 * @throws batch.corrupt when the frame is damaged or holds more or less than `size` bytes
 */
export function decodeLz4Frame(input: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  if (input.length < 7 || view.getUint32(0, true) !== magic) throw damaged('no LZ4 frame')
  const flags = input[4] as number
  if (flags >> 6 !== 1) throw damaged(`LZ4 frame of version ${flags >> 6}`)
  const [blockChecksum, hasSize, hasDictionary] = [(flags & 0x10) !== 0, (flags & 0x08) !== 0, (flags & 0x01) !== 0]
  if (hasDictionary) throw damaged('LZ4 frame with a dictionary')
  let at = 6 + (hasSize ? 8 : 0) + 1
  const out = new Uint8Array(size)
  let filled = 0
  for (;;) {
    if (at + 4 > input.length) throw damaged('LZ4 frame ends too early')
    const word = view.getUint32(at, true)
    at += 4
    if (word === 0) break
    const length = word & 0x7fff_ffff
    if (at + length > input.length) throw damaged('LZ4 block ends too early')
    const block = input.subarray(at, at + length)
    if (word >>> 31 === 1) {
      if (filled + length > size) throw damaged('LZ4 frame is longer than it says')
      out.set(block, filled)
      filled += length
    } else filled = decodeBlock(block, out, filled)
    at += length + (blockChecksum ? 4 : 0)
  }
  if (filled !== size) throw damaged(`LZ4 frame holds ${filled} of ${size} bytes`)
  return out
}

/** Writes a block behind what is there, to which its matches may point; gives the new end. */
function decodeBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let at = 0
  let end = start
  while (at < block.length) {
    const token = block[at++] as number
    let literals = token >> 4
    if (literals === 15) [literals, at] = more(block, at, literals)
    if (at + literals > block.length || end + literals > out.length) throw damaged('LZ4 literals beyond the end')
    out.set(block.subarray(at, at + literals), end)
    at += literals
    end += literals
    // The last sequence has no match.
    if (at === block.length) return end
    if (at + 2 > block.length) throw damaged('LZ4 match without an offset')
    const offset = (block[at] as number) | ((block[at + 1] as number) << 8)
    at += 2
    let length = token & 15
    if (length === 15) [length, at] = more(block, at, length)
    length += 4
    if (offset === 0 || offset > end || end + length > out.length) throw damaged('LZ4 match beyond the bytes')
    // A match may overlap what it makes, and then repeats it.
    if (offset >= length) out.copyWithin(end, end - offset, end - offset + length)
    else for (let i = 0; i < length; i++) out[end + i] = out[end + i - offset] as number
    end += length
  }
  return end
}

function more(block: Uint8Array, from: number, start: number): [length: number, at: number] {
  let length = start
  let at = from
  for (;;) {
    const byte = block[at++]
    if (byte === undefined) throw damaged('LZ4 length beyond the end')
    length += byte
    if (byte !== 255) return [length, at]
  }
}

function damaged(problem: string): TidemillError {
  return new TidemillError('batch.corrupt', `damaged bytes: ${problem}`, { hint: 'get the bytes again' })
}
