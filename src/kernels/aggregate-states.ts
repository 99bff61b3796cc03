/** Aggregates of numbered groups: who numbers the groups, and by what, is the caller's affair. */
import { type Batch, type Column, isNullAt, makeBatch } from '../batch/index.ts'
import type { CallNode, ExprNode } from '../expr/index.ts'
import { type Accumulator, accumulator, aggregateKernels } from './accumulators.ts'
import { evaluateAll } from './evaluate.ts'
import type { NamedExpr } from './named.ts'
import type { StateReader, StateWriter } from './state-bytes.ts'
import { columnVector, type Raw, reader } from './vector.ts'

/** One call of an aggregate, the conditions around it, and the name its result has for the expression it stands in. */
interface Leaf {
  readonly call: CallNode
  readonly conditions: readonly ExprNode[]
  readonly name: string
}

const known: ReadonlySet<string> = new Set(aggregateKernels)

/**
 * The states of some aggregates for groups 0, 1, 2, ... An aggregate may be an expression of several: `sum(a) / count()`.
 *
 * @throws expr.overflow from `finish` when a sum is outside its type
 */
export class AggregateStates {
  readonly #results: readonly ExprNode[]
  readonly #leaves: Leaf[] = []
  readonly #states: readonly Accumulator[]
  /** What is computed of each batch: operands, conditions and orders of all leaves, what they share only once. */
  readonly #asked: readonly ExprNode[]
  /** Keys of the order of `first` and `last`, of the batch at hand. */
  readonly #orders = new Map<CallNode, readonly ((row: number) => Raw)[]>()

  constructor(aggs: readonly NamedExpr[]) {
    this.#results = aggs.map(({ expr }) => this.#read(expr, []))
    this.#states = this.#leaves.map(({ call }) => accumulator(call, (_, row) => (this.#orders.get(call) ?? []).map(read => read(row))))
    this.#asked = this.#leaves.flatMap(({ call, conditions }) => [...conditions, ...call.args, ...orderOf(call)])
  }

  /** Makes room for groups below this number. */
  reserve(groups: number): void {
    for (const state of this.#states) state.reserve(groups)
  }

  /** Row i of the batch goes to `groups[i]`, to none where that is -1. */
  update(batch: Batch, groups: Int32Array): void {
    const made = evaluateAll(this.#asked, batch)
    let at = 0
    const next = (count: number): Column[] => made.slice(at, (at += count))
    this.#leaves.forEach(({ call, conditions }, index) => {
      const chosen = meet(groups, next(conditions.length))
      const [operand, ...more] = next(call.args.length)
      const order = next(orderOf(call).length)
      if (order.length > 0)
        this.#orders.set(
          call,
          order.map(column => reader(columnVector(column))),
        )
      ;(this.#states[index] as Accumulator).add(chosen, operand, batch, more)
    })
  }

  /** What the other, of the same aggregates, knows of its group becomes known of this one's; its rows count as later. */
  merge(other: AggregateStates, from: number, to: number): void {
    this.#states.forEach((state, index) => state.merge(other.#states[index] as Accumulator, from, to))
  }

  /** A column for each aggregate, a row for each of the groups. */
  finish(groups: Int32Array): Column[] {
    const fields = this.#leaves.map(({ call, name }) => ({ name, type: call.type, nullable: true }))
    const columns = this.#states.map(state => state.finish(groups))
    return evaluateAll(this.#results, makeBatch(fields, columns, groups.length))
  }

  /** The group begins anew. */
  clear(group: number): void {
    for (const state of this.#states) state.clear(group)
  }

  /** Puts down what is known of a group; `load` of the same aggregates goes on from it. */
  save(group: number, out: StateWriter): void {
    for (const state of this.#states) state.save(group, out)
  }

  load(group: number, from: StateReader): void {
    for (const state of this.#states) state.load(group, from)
  }

  /** Puts a column in the place of each aggregate. A condition holds for all aggregates inside it. */
  #read(node: ExprNode, conditions: readonly ExprNode[]): ExprNode {
    if (!('args' in node)) return node
    const [inner, condition] = node.args
    if (node.op === 'where' && inner !== undefined && condition !== undefined) return this.#read(inner, [...conditions, condition])
    if (!known.has(node.op)) return { ...node, args: node.args.map(arg => this.#read(arg, conditions)) }
    const name = `aggregate ${this.#leaves.length}`
    this.#leaves.push({ call: node, conditions, name })
    return { op: 'column', name, type: node.type, nullable: node.nullable }
  }
}

function orderOf({ options }: CallNode): readonly ExprNode[] {
  return (options?.orderBy ?? []).map(({ expr }) => expr)
}

/** The groups of the rows for which all conditions are true; -1 for the others. */
function meet(groups: Int32Array, conditions: readonly Column[]): Int32Array {
  if (conditions.length === 0) return groups
  return groups.map((group, row) => (conditions.every(column => column.data[row] === 1 && !isNullAt(column, row)) ? group : -1))
}
