import type { Column } from '../../../../batch/index.ts'
import { KeyWords } from './key-words.ts'
import { murmur } from './murmur.ts'

/**
 * The hash of each row's key: murmur3 over its canonical bytes (`key-words.ts`). Without key columns all rows have one hash.
 *
 * @example
 * const hashes = hashKeys([batch.columns[0]], batch.rows)
 */
export function hashKeys(columns: readonly Column[], rows: number): Int32Array {
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
