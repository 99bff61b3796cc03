import { type Batch, batchView, type Column, rowsOf, takeColumn, takeRows } from '../../../../batch/index.ts'
import type { Emit, MapStep, Operator, OperatorContext, Rows } from '../seams.ts'
import { type About, attempt, functionOf, itemsOf, notPromise, type UserFunction } from './calls.ts'
import { microsColumn, timeOf, timesOf, withoutTime, withTimeColumn } from './event-time.ts'
import { RowCollector } from './row-collector.ts'
import { rowJson } from './row-json.ts'

/** Rows of one output batch, about. */
const fullAt = 8192

/**
 * A function of the user: row to row (`each`), row to rows (`many`), batch to rows (`batch`).
 *
 * What is made of a row has its event time. What is made of a batch has the times of its rows when it gives as many, else the latest of them. A batch on which the
 * function throws is given up as a whole: a dead letter for each of its rows.
 */
export function mapOperator(step: MapStep, context: OperatorContext): Operator {
  const call = functionOf({ fn: step.fn, step: step.id }, context)
  return new Mapping(step, call)
}

class Mapping implements Operator {
  readonly id: string
  readonly #step: MapStep
  readonly #call: UserFunction
  readonly #out: RowCollector

  constructor(step: MapStep, call: UserFunction) {
    this.id = step.id
    this.#step = step
    this.#call = call
    this.#out = new RowCollector(step.fields)
  }

  process(rows: Rows, emit: Emit): void {
    if (this.#step.mode === 'batch') this.#whole(rows, emit)
    else this.#rows(rows, emit)
  }

  #rows({ batch, born }: Rows, emit: Emit): void {
    const { fn, mode } = this.#step
    const plain = withoutTime(batch)
    const values = rowsOf(plain)
    let from: number[] = []
    const flush = (): void => {
      if (this.#out.rows === 0) return
      const time = timeOf(batch)
      const times = time === undefined ? undefined : takeColumn(time, Int32Array.from(from))
      from = []
      emit.rows({ batch: withTimeColumn(this.#out.finish(), times), born })
    }
    for (let row = 0; row < values.length; row++) {
      const made = attempt(this.#place, aboutRow(batch, row), emit, first => {
        // The function may have changed the row it was given.
        const given = this.#call(first ? values[row] : rowAt(plain, row), fn.with)
        return mode === 'each' ? [this.#out.check(notPromise(given, fn))] : itemsOf(given, fn).map(item => this.#out.check(item))
      })
      for (const one of made?.value ?? []) {
        this.#out.add(one)
        from.push(row)
      }
      if (from.length >= fullAt) flush()
    }
    flush()
  }

  #whole({ batch, born }: Rows, emit: Emit): void {
    const { fn } = this.#step
    const plain = withoutTime(batch)
    // One letter a row; the call itself tells of one.
    const one: Emit = { ...emit, dead: letters => emit.dead(letters.flatMap(letter => lettersOf(batch, letter))) }
    const made = attempt(this.#place, { ...aboutRow(batch, 0), rows: batch.rows }, one, () =>
      itemsOf(this.#call(batchView(plain), fn.with), fn).map(item => this.#out.check(item)),
    )
    if (made === undefined || made.value.length === 0) return
    for (const row of made.value) this.#out.add(row)
    emit.rows({ batch: withTimeColumn(this.#out.finish(), timesFor(batch, made.value.length)), born })
  }

  get #place(): { readonly step: string; readonly fn: MapStep['fn']; readonly onError: MapStep['onError'] } {
    return { step: this.id, fn: this.#step.fn, onError: this.#step.onError }
  }
}

function timesFor(batch: Batch, rows: number): Column | undefined {
  const time = timeOf(batch)
  if (time === undefined || rows === batch.rows) return time
  const latest = timesOf(batch)?.reduce((most, at) => Math.max(most, at), -Infinity) ?? 0
  return microsColumn(new Float64Array(rows).fill(latest))
}

function lettersOf<L extends object>(batch: Batch, letter: L): readonly L[] {
  return rowsOf(withoutTime(batch)).map((row, at) => ({ ...letter, payload: rowJson(row), position: positionOf(batch, at) }))
}

/** A row of a batch, for dead letters. */
export function aboutRow(batch: Batch, row: number): About {
  return { payload: () => rowJson(rowAt(withoutTime(batch), row)), position: () => positionOf(batch, row) }
}

export function rowAt(batch: Batch, row: number): object {
  return rowsOf(takeRows(batch, Int32Array.of(row)))[0] ?? {}
}

/** When it happened; rows of a stream have no other place. */
function positionOf(batch: Batch, row: number): string {
  const micros = timesOf(batch)?.[row]
  return micros === undefined ? 'row' : `event time ${timeText(micros)}`
}

/** ISO, to microseconds where they are not 0. */
export function timeText(micros: number): string {
  const millis = Math.floor(micros / 1000)
  const rest = micros - millis * 1000
  const text = new Date(millis).toISOString()
  return rest === 0 ? text : text.replace('Z', `${String(rest).padStart(3, '0')}Z`)
}
