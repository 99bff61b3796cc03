import type * as Bindings from '@duckdb/node-bindings'

/** Bytes and ends of texts, growing as they come. */
export interface TextBuffer {
  bytes: Uint8Array<ArrayBuffer>
  used: number
}

/**
 * Strings may lie anywhere; a gap below a page between two of them lies in pages that both touch, so a view over it is safe, and only the strings are read.
 */
const gap = 1024

/**
 * Copies the texts of a VARCHAR or BLOB vector behind those in `out` and writes where each ends to `offsets[at + 1 ...]`.
 *
 * DuckDB keeps 16 bytes a string: its length, then up to 12 bytes of it, or 4 bytes and a pointer. Following the pointers one by one costs 1.8 us a string, as
 * each makes an external buffer; strings that lie side by side, as they mostly do, are taken by one view (0.25 us).
 *
 * @param done told of each such view when it was read
 */
export function readStrings(
  bindings: typeof Bindings,
  vector: Uint8Array,
  rows: number,
  validity: Uint8Array | undefined,
  out: TextBuffer,
  offsets: Int32Array,
  at: number,
  done: (view: Uint8Array) => void = () => undefined,
): void {
  const words = new Uint32Array(vector.buffer, vector.byteOffset, rows * 4)
  let total = 0
  for (let row = 0; row < rows; row++)
    if (validity === undefined || ((validity[row >> 3] ?? 0) >> (row & 7)) & 1) total += words[row * 4] ?? 0
  reserve(out, total)
  const { bytes } = out
  let used = out.used
  // The view in use, the addresses it spans, and the piece of it that waits to be copied: strings side by side are copied at once.
  let view: Uint8Array | undefined
  let start = 0
  let end = 0
  let from = 0
  let to = 0
  let target = 0
  const address = (row: number): number => (words[row * 4 + 2] ?? 0) + (words[row * 4 + 3] ?? 0) * 4294967296
  const isSet = (row: number): boolean => validity === undefined || (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 1
  const close = (): void => {
    if (view !== undefined) done(view)
    view = undefined
  }
  const flush = (): void => {
    if (view !== undefined && to > from) bytes.set(view.subarray(from - start, to - start), target)
    from = to = 0
  }
  for (let row = 0; row < rows; row++) {
    if (isSet(row)) {
      const length = words[row * 4] ?? 0
      if (length <= 12) {
        const place = row * 16 + 4
        for (let index = 0; index < length; index++) bytes[used + index] = vector[place + index] ?? 0
      } else {
        const pointer = address(row)
        if (view === undefined || pointer < start || pointer + length > end) {
          flush()
          close()
          start = pointer
          end = pointer + length
          for (let next = row + 1; next < rows; next++) {
            const size = words[next * 4] ?? 0
            if (size <= 12 || !isSet(next)) continue
            const place = address(next)
            if (place < start || place - end >= gap) break
            end = Math.max(end, place + size)
          }
          view = bindings.get_data_from_pointer(vector.buffer as ArrayBuffer, vector.byteOffset + row * 16 + 8, end - start)
        }
        if (pointer === to && used === target + (to - from)) to = pointer + length
        else {
          flush()
          from = pointer
          to = pointer + length
          target = used
        }
      }
      used += length
    }
    offsets[at + row + 1] = used
  }
  flush()
  close()
  out.used = used
}

function reserve(out: TextBuffer, more: number): void {
  if (out.used + more <= out.bytes.length) return
  const larger = new Uint8Array(Math.max(out.used + more, out.bytes.length * 2, 1024))
  larger.set(out.bytes.subarray(0, out.used))
  out.bytes = larger
}
