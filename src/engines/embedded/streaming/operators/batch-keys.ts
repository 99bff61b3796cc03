/** The keys of a batch, ready to be looked up. */
import type { Batch } from '../../../../batch/index.ts'
import { evaluateAll } from '../../../../kernels/index.ts'
import type { Named } from '../../../../plan/index.ts'
import type { DataType } from '../../../../schema/index.ts'
import type { Rows } from '../seams.ts'
import { hashWords } from './hash-keys.ts'
import { KeyWords } from './key-words.ts'

/** Words and hashes of the keys of the batch at hand; hashes that came with the rows are taken as they are. */
export class BatchKeys {
  readonly types: readonly DataType[]
  readonly words: KeyWords = new KeyWords()
  hashes: Int32Array = new Int32Array(0)
  readonly #exprs: readonly Named['expr'][]

  constructor(keys: readonly Named[]) {
    this.#exprs = keys.map(({ expr }) => expr)
    this.types = this.#exprs.map(expr => expr.type)
  }

  read(batch: Batch, hashes: Rows['hashes']): void {
    this.words.encode(evaluateAll(this.#exprs, batch), batch.rows)
    this.hashes = hashes ?? hashWords(this.words, batch.rows)
  }
}
