import { makeBatch } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import { AggregateStates } from '../../../../kernels/index.ts'
import type { Schema } from '../../../../schema/index.ts'
import type { Emit, Operator, Rows, RunningStep, StateRecord } from '../seams.ts'
import { BatchKeys } from './batch-keys.ts'
import { microsColumn, timeField, timesOf } from './event-time.ts'
import { keyColumns } from './key-columns.ts'
import { KeyWords } from './key-words.ts'
import { KeyedState } from './keyed-state.ts'

/**
 * Running totals of each key: for every batch one row for each of its keys, in the order they come in it, which replaces the key's earlier row. Event time: the
 * latest of the key's rows in the batch. A key that was not touched for `ttl` of event time begins anew.
 */
export function runningOperator(step: RunningStep): Operator {
  return new Running(step)
}

class Running implements Operator {
  readonly id: string
  readonly #fields: Schema
  readonly #keys: BatchKeys
  readonly #aggregates: AggregateStates
  readonly #state: KeyedState

  constructor({ id, fields, keys, aggs, ttl }: RunningStep) {
    this.id = id
    this.#fields = [...fields, timeField]
    this.#keys = new BatchKeys(keys)
    this.#aggregates = new AggregateStates(aggs)
    this.#state = new KeyedState(id, ttl, {
      clear: key => this.#aggregates.clear(key),
      save: (key, out) => this.#aggregates.save(key, out),
      load: (key, from) => {
        this.#aggregates.reserve(key + 1)
        this.#aggregates.load(key, from)
      },
    })
  }

  see(watermark: (group: number) => number): void {
    this.#state.watermarks.see(watermark)
  }

  process({ batch, hashes, born }: Rows, emit: Emit): void {
    const times = timesOf(batch)
    if (times === undefined)
      throw new TidemillError(
        'stream.failed',
        `rows without event time in a running total: ${batch.fields.map(({ name }) => name).join(', ')}`,
      )
    this.#keys.read(batch, hashes)
    const { words, starts } = this.#keys.words
    const groups = new Int32Array(batch.rows)
    const latest = new Map<number, number>()
    for (let row = 0; row < batch.rows; row++) {
      const time = times[row] as number
      const key = this.#state.put(this.#keys.hashes[row] as number, words, starts[row] as number, starts[row + 1] as number)
      const before = latest.get(key)
      if (before === undefined) this.#state.refresh(key)
      if (before === undefined || time > before) latest.set(key, time)
      this.#state.touch(key, time)
      groups[row] = key
    }
    this.#aggregates.reserve(this.#state.keys.numbers)
    this.#aggregates.update(batch, groups)
    this.#emit(latest, born, emit)
  }

  #emit(latest: ReadonlyMap<number, number>, born: number, emit: Emit): void {
    const touched = Int32Array.from(latest.keys())
    const words = new KeyWords()
    for (const key of touched) this.#state.keys.copy(key, words)
    const columns = [...keyColumns(this.#keys.types, words), ...this.#aggregates.finish(touched), microsColumn([...latest.values()])]
    emit.rows({ batch: makeBatch(this.#fields, columns, touched.length), born })
  }

  advance(watermark: (group: number) => number): boolean {
    this.#state.watermarks.see(watermark)
    this.#state.forgetOld()
    return false
  }

  changes(): readonly StateRecord[] {
    return this.#state.changes()
  }

  image(): readonly StateRecord[] {
    return this.#state.image()
  }

  restore(record: StateRecord): void {
    this.#state.restore(record)
  }

  size(): { readonly keys: number; readonly bytes: number } {
    return this.#state.size()
  }
}
