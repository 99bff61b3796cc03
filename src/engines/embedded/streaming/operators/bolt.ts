import { rowsOf, takeColumn } from '../../../../batch/index.ts'
import { TidemillError, whatIs } from '../../../../errors/index.ts'
import type { BoltStep, Operator, OperatorContext } from '../seams.ts'
import { attempt, functionOf, notPromise } from './calls.ts'
import { timeOf, withoutTime, withTimeColumn } from './event-time.ts'
import { aboutRow, rowAt } from './map.ts'
import { RowCollector } from './row-collector.ts'

/**
 * A bolt: a function of a tuple that emits any number of tuples.
 *
 * Tuples that were emitted before it throws, or calls `out.fail`, are dropped. What it keeps in variables of its own belongs to the task: it is neither undone then
 * nor in checkpoints.
 */
export function boltOperator(step: BoltStep, context: OperatorContext): Operator {
  const { id, fn, fields, onError } = step
  const bolt = functionOf({ fn, step: id }, context)(fn.with)
  if (typeof bolt !== 'function')
    throw new TidemillError('stream.function-failed', `bolt ${id} is no function: ${whatIs(bolt)}`, {
      hint: 'give a function that makes the bolt: () => (tuple, out) => { ... }',
    })
  const made = new RowCollector(fields)
  return {
    id,
    process({ batch, born }, emit) {
      const plain = withoutTime(batch)
      const tuples = rowsOf(plain)
      const from: number[] = []
      tuples.forEach((tuple, row) => {
        const emitted = attempt({ step: id, fn, onError }, aboutRow(batch, row), emit, first => {
          const out = new Output(id, made)
          notPromise((bolt as (tuple: object, out: Output) => unknown)(first ? tuple : rowAt(plain, row), out), fn)
          if (out.failure !== undefined) throw out.failure.error
          return out.tuples
        })
        for (const one of emitted?.value ?? []) {
          made.add(one)
          from.push(row)
        }
      })
      if (from.length === 0) return
      const time = timeOf(batch)
      const times = time === undefined ? undefined : takeColumn(time, Int32Array.from(from))
      emit.rows({ batch: withTimeColumn(made.finish(), times), born })
    },
  }
}

/** What a bolt is handed. */
class Output {
  readonly tuples: (readonly unknown[])[] = []
  failure: { readonly error: unknown } | undefined
  readonly #id: string
  readonly #collector: RowCollector

  constructor(id: string, collector: RowCollector) {
    this.#id = id
    this.#collector = collector
  }

  /** Sends a tuple on. @throws workers.misfit */
  emit(tuple: object): void {
    if (this.#collector.fields.length === 0)
      throw new TidemillError('workers.misfit', `tuple of a bolt that emits nothing: ${this.#id}`, {
        hint: 'declare its columns: { emits: { ... } }',
      })
    this.tuples.push(this.#collector.check(tuple))
  }

  /** The tuple failed: as if the bolt had thrown. */
  fail(error: Error): void {
    this.failure ??= { error }
  }
}
