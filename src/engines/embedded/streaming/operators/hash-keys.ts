import { type Column, validBit } from '../../../../batch/index.ts'
import { isPlainText, KeyWords, viewOf } from './key-words.ts'
import { murmur, murmurText } from './murmur.ts'

/**
 * The hash of each row's key: murmur3 over its canonical bytes (`key-words.ts`). Without key columns all rows have one hash.
 *
 * @example
 * const hashes = hashKeys([batch.columns[0]], batch.rows)
 */
export function hashKeys(columns: readonly Column[], rows: number): Int32Array {
  const [only] = columns
  if (only !== undefined && columns.length === 1 && isPlainText(only)) return hashTexts(only, rows)
  const keys = new KeyWords()
  keys.encode(columns, rows)
  return hashWords(keys, rows)
}

/** The hashes of keys that are encoded already. */
export function hashWords({ words, starts }: KeyWords, rows: number): Int32Array {
  const hashes = new Int32Array(rows)
  let from = 0
  for (let i = 0; i < rows; i++) {
    const to = starts[i + 1] as number
    hashes[i] = murmur(words, from, to)
    from = to
  }
  return hashes
}

const nullHash = murmur(Int32Array.of(-1), 0, 1)

function hashTexts({ data, offsets, validity }: Column, rows: number): Int32Array {
  const view = viewOf(data as Uint8Array)
  const ends = offsets as Int32Array
  const hashes = new Int32Array(rows)
  let from = ends[0] as number
  for (let i = 0; i < rows; i++) {
    const to = ends[i + 1] as number
    hashes[i] = validity !== undefined && !validBit(validity, i) ? nullHash : murmurText(view, from, to)
    from = to
  }
  return hashes
}
