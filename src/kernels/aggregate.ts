/** Hash aggregation: mergeable, so that parts can be computed anywhere. */
import { type Batch, type Column, isNullAt, makeBatch, rawAt } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { CallNode, ExprNode } from '../expr/index.ts'
import type { Schema } from '../schema/index.ts'
import { type Accumulator, accumulator, aggregateKernels } from './accumulators.ts'
import { evaluate, evaluateAll } from './evaluate.ts'
import { Groups } from './groups.ts'
import type { NamedExpr } from './named.ts'
import { columnVector, type Raw, reader } from './vector.ts'

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

/** One call of an aggregate, the conditions around it, and the name its result has for the expression it stands in. */
interface Leaf {
  readonly call: CallNode
  readonly conditions: readonly ExprNode[]
  readonly name: string
}

const known: ReadonlySet<string> = new Set(aggregateKernels)

class HashAggregator implements Aggregator {
  readonly #keys: readonly NamedExpr[]
  readonly #results: readonly ExprNode[]
  readonly #fields: Schema
  readonly #leaves: Leaf[] = []
  readonly #states: readonly Accumulator[]
  readonly #groups: Groups
  /** Keys of the order of `first` and `last`, of the batch at hand. */
  readonly #orders = new Map<CallNode, readonly ((row: number) => Raw)[]>()

  constructor(keys: readonly NamedExpr[], aggs: readonly NamedExpr[], fields: Schema) {
    this.#keys = keys
    this.#fields = fields
    this.#results = aggs.map(({ expr }) => this.#read(expr, []))
    this.#groups = new Groups(keys.map(({ expr }) => expr.type))
    this.#states = this.#leaves.map(({ call }) => accumulator(call, (_, row) => (this.#orders.get(call) ?? []).map(read => read(row))))
  }

  update(batch: Batch): void {
    const groups = this.#groups.number(
      evaluateAll(
        this.#keys.map(({ expr }) => expr),
        batch,
      ),
      batch.rows,
    )
    this.#leaves.forEach(({ call, conditions }, index) => {
      const state = this.#states[index] as Accumulator
      const order = call.options?.orderBy
      if (order !== undefined)
        this.#orders.set(
          call,
          evaluateAll(
            order.map(({ expr }) => expr),
            batch,
          ).map(column => reader(columnVector(column))),
        )
      const chosen = conditions.map(condition => evaluate(condition, batch))
      const [operand] = call.args
      const read = operand === undefined ? () => true : reader(columnVector(evaluate(operand, batch)))
      for (let row = 0; row < batch.rows; row++)
        if (chosen.every(column => holds(column, row))) state.add(groups[row] as number, read(row), row, batch)
    })
  }

  merge(other: Aggregator): void {
    if (!(other instanceof HashAggregator)) throw new TidemillError('expr.kind', 'only aggregators of the kernels can be merged')
    const mapped = this.#groups.adopt(other.#groups)
    this.#states.forEach((state, index) => {
      for (let group = 0; group < mapped.length; group++) state.merge(other.#states[index] as Accumulator, group, mapped[group] as number)
    })
  }

  finish(): Batch {
    const count = this.#groups.count
    const columns = this.#states.map(state => state.finish(count))
    const leaves = makeBatch(
      this.#leaves.map(({ call, name }) => ({ name, type: call.type, nullable: true })),
      columns,
      count,
    )
    return makeBatch(this.#fields, [...this.#groups.columns(), ...evaluateAll(this.#results, leaves)], count)
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

function holds(column: Column, row: number): boolean {
  return !isNullAt(column, row) && rawAt(column, row) === true
}
