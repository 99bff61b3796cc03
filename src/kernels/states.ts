/** Accumulators of one plain state a group, each told by a rule. */
import { type Batch, columnFromRaw, type Column } from '../batch/index.ts'
import type { CallNode } from '../expr/index.ts'
import type { DataType } from '../schema/index.ts'
import type { Accumulator } from './accumulators.ts'
import { compareRaw } from './compare.ts'
import type { StateReader, StateWriter } from './state-bytes.ts'
import { columnVector, type Raw, reader } from './vector.ts'

/** The keys of an order for a row of the batch at hand. */
export type OrderValues = (batch: Batch, row: number) => readonly Raw[]
export type Make = (node: CallNode, orderValues: OrderValues) => Accumulator

/** One state a group, made when the group is first met. States are plain data unless `plain` says how they become so. */
export interface Rule<S> {
  init(): S
  /** The state after a value; NULLs are left out before, unless `nulls`, and rows where another operand is NULL too. */
  add(state: S, value: Raw, row: number, batch: Batch, others: readonly Raw[]): S
  merge(a: S, b: S): S
  finish(state: S): Raw
  readonly nulls?: boolean
  readonly plain?: { of(state: S): unknown; back(plain: unknown): S }
}

const none: readonly Raw[] = []

export class States<S> implements Accumulator {
  readonly #rule: Rule<S>
  readonly #type: DataType
  readonly #states: S[] = []

  constructor(rule: Rule<S>, type: DataType) {
    this.#rule = rule
    this.#type = type
  }

  reserve(groups: number): void {
    while (this.#states.length < groups) this.#states.push(this.#rule.init())
  }

  add(groups: Int32Array, values: Column | undefined, batch: Batch, more: readonly Column[] = []): void {
    const states = this.#states
    const rule = this.#rule
    const read = values === undefined ? () => true : reader(columnVector(values))
    const readOthers = more.map(column => reader(columnVector(column)))
    for (let row = 0; row < groups.length; row++) {
      const group = groups[row] as number
      if (group < 0) continue
      const value = read(row)
      if (value === null && rule.nulls !== true) continue
      const others = readOthers.length === 0 ? none : readOthers.map(readOne => readOne(row))
      if (!others.includes(null)) states[group] = rule.add(states[group] as S, value, row, batch, others)
    }
  }

  merge(other: Accumulator, from: number, to: number): void {
    // Proved by the aggregator: both were made for the same call.
    const theirs = (other as States<S>).#states[from]
    if (from < (other as States<S>).#states.length) this.#states[to] = this.#rule.merge(this.#states[to] as S, theirs as S)
  }

  finish(groups: Int32Array): Column {
    return columnFromRaw(
      this.#type,
      Array.from(groups, group => this.#rule.finish(this.#states[group] as S)),
    )
  }

  clear(group: number): void {
    this.#states[group] = this.#rule.init()
  }

  save(group: number, out: StateWriter): void {
    const state = this.#states[group] as S
    out.value(this.#rule.plain === undefined ? state : this.#rule.plain.of(state))
  }

  load(group: number, from: StateReader): void {
    const plain = from.value()
    this.#states[group] = this.#rule.plain === undefined ? (plain as S) : this.#rule.plain.back(plain)
  }
}

export function states<S>(rule: Rule<S>): Make {
  return node => new States(rule, node.type)
}

/** The order of two lists of keys, as an ORDER BY has it. */
export function keyCompare({ options }: CallNode): (a: readonly Raw[], b: readonly Raw[]) => number {
  const by = options?.orderBy ?? []
  return (a, b) => {
    for (const [index, { expr, descending, nulls }] of by.entries()) {
      const order = compareIn(expr.type, a[index] ?? null, b[index] ?? null, descending, nulls)
      if (order !== 0) return order
    }
    return 0
  }
}

function compareIn(type: DataType, x: Raw, y: Raw, descending: boolean, nulls: 'first' | 'last'): number {
  if (x === null || y === null) {
    if (x === y) return 0
    return (x === null) === (nulls === 'first') ? -1 : 1
  }
  const order = compareRaw(type, x, y)
  return descending ? -order : order
}
