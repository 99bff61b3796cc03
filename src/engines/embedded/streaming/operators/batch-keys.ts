/** The keys of a batch, ready to be looked up. */
import { type Batch, type Column, nullCount } from '../../../../batch/index.ts'
import { evaluateAll } from '../../../../kernels/index.ts'
import type { Named } from '../../../../plan/index.ts'
import type { DataType } from '../../../../schema/index.ts'
import type { Rows } from '../seams.ts'
import { hashKeys } from './hash-keys.ts'
import type { KeyTable } from './key-table.ts'
import { isPlainText, KeyWords } from './key-words.ts'

/** Words and hashes of the keys of the batch at hand; hashes that came with the rows are taken as they are. */
export class BatchKeys {
  readonly types: readonly DataType[]
  hashes: Int32Array = new Int32Array(0)
  readonly #exprs: readonly Named['expr'][]
  readonly #words = new KeyWords()
  #columns: readonly Column[] = []
  #rows = 0
  #encoded = false

  constructor(keys: readonly Named[]) {
    this.#exprs = keys.map(({ expr }) => expr)
    this.types = this.#exprs.map(expr => expr.type)
  }

  read(batch: Batch, hashes: Rows['hashes']): void {
    this.#columns = evaluateAll(this.#exprs, batch)
    this.#rows = batch.rows
    this.#encoded = false
    this.hashes = hashes ?? hashKeys(this.#columns, batch.rows)
  }

  /** The keys in their canonical form. */
  get words(): KeyWords {
    if (!this.#encoded) this.#words.encode(this.#columns, this.#rows)
    this.#encoded = true
    return this.#words
  }

  /** The number of each row's key in a table. Keys of one text are compared where they lie. */
  number(table: KeyTable, numbers: Int32Array): void {
    const [only] = this.#columns
    if (only !== undefined && this.#columns.length === 1 && isPlainText(only) && nullCount(only) === 0)
      table.putTexts(this.hashes, only, numbers)
    else table.putAll(this.hashes, this.words, numbers)
  }
}
