/** Hash aggregation: mergeable, so that parts can be computed anywhere. */
import { type Batch, makeBatch } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import { AggregateStates } from './aggregate-states.ts'
import { evaluateAll } from './evaluate.ts'
import { Groups } from './groups.ts'
import type { NamedExpr } from './named.ts'

export interface Aggregator {
  update(batch: Batch): void
  /** Takes over what another aggregator of the same keys and aggregates knows; rows of the other count as later. The other is used up. */
  merge(other: Aggregator): void
  /** Keys, then aggregates, one row a group in the order they were first met. Without keys one row, also when there was no input. */
  finish(): Batch
}

/**
 * Groups rows by keys and aggregates them. An aggregate may be an expression of several: `sum(a) / count()`.
 *
 * @example
 * const part = aggregator([{ name: 'city', expr: city }], [{ name: 'n', expr: callNode('count', []) }], fields)
 * part.update(batch)
 * const result = part.finish()
 * @throws expr.overflow when a sum is outside its type
 */
export function aggregator(keys: readonly NamedExpr[], aggs: readonly NamedExpr[], fields: Schema): Aggregator {
  return new HashAggregator(keys, aggs, fields)
}

class HashAggregator implements Aggregator {
  readonly #keys: readonly NamedExpr[]
  readonly #fields: Schema
  readonly #groups: Groups
  readonly #states: AggregateStates

  constructor(keys: readonly NamedExpr[], aggs: readonly NamedExpr[], fields: Schema) {
    this.#keys = keys
    this.#fields = fields
    this.#groups = new Groups(keys.map(({ expr }) => expr.type))
    this.#states = new AggregateStates(aggs)
  }

  update(batch: Batch): void {
    const keys = evaluateAll(
      this.#keys.map(({ expr }) => expr),
      batch,
    )
    const groups = this.#groups.number(keys, batch.rows)
    this.#states.reserve(this.#groups.count)
    this.#states.update(batch, groups)
  }

  merge(other: Aggregator): void {
    if (!(other instanceof HashAggregator)) throw new TidemillError('expr.kind', 'only aggregators of the kernels can be merged')
    const mapped = this.#groups.adopt(other.#groups)
    this.#states.reserve(this.#groups.count)
    for (let group = 0; group < mapped.length; group++) this.#states.merge(other.#states, group, mapped[group] as number)
  }

  finish(): Batch {
    const count = this.#groups.count
    this.#states.reserve(count)
    const results = this.#states.finish(Int32Array.from({ length: count }, (_, group) => group))
    return makeBatch(this.#fields, [...this.#groups.columns(), ...results], count)
  }
}
