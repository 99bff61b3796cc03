/** What models give, by every way there is, and comparing it to the bit. */
import assert from 'node:assert/strict'
import { type Batch, type Column, makeBatch, rawAt, sliceRows } from '../../batch/index.ts'
import { type ErrorCode, TidemillError } from '../../errors/index.ts'
import { evaluate } from '../../kernels/index.ts'
import { type AnyModel, revive } from '../../ml/index.ts'
import type { Engine, Relation } from '../../plan/index.ts'
import { expectCode } from '../expect.ts'
import type { Sample } from './samples.ts'

/** What a model gives for each row: all it adds, lists item by item. */
export type Rows = readonly (readonly unknown[])[]

/** By the plan of a table. */
export async function planned(model: AnyModel, data: Relation<unknown>): Promise<Rows> {
  const out = model.transform(data) as Relation<unknown>
  return columnsOf(out, batch => model.adds.map(({ name }) => batch.columns[batch.fields.findIndex(field => field.name === name)]))
}

/** By what other threads call. */
export function revived(model: AnyModel, data: Relation<unknown>): Promise<Rows> {
  return columnsOf(data, revive(model.state as Parameters<typeof revive>[0]))
}

/** By its expressions in kernels; undefined where it has none. */
export async function inKernels(model: AnyModel, data: Relation<unknown>): Promise<Rows | undefined> {
  // The step for columns of these types, which may be NULL where those it learnt from were not.
  const { plan } = model.transform(data) as Relation<unknown>
  const [step] = plan.node === 'transform' ? (plan.step.steps?.() ?? []) : []
  if (step === undefined) return undefined
  return columnsOf(data, batch => model.adds.map(({ name }) => evaluate(step[name] as Parameters<typeof evaluate>[0], batch)))
}

/** One row at a time; undefined for a row that it refuses because a feature is NULL. */
export function single(model: AnyModel, rows: readonly Sample[]): readonly (readonly unknown[] | undefined)[] {
  return rows.map(row => {
    try {
      const predicted = model.predict(row) as Readonly<Record<string, unknown>>
      return model.adds.flatMap(({ name }) => flat(predicted[name]))
    } catch (error) {
      if (error instanceof TidemillError && error.code === 'ml.missing-feature') return undefined
      throw error
    }
  })
}

/** All values of a table. */
export function valuesOf(data: Relation<unknown>): Promise<Rows> {
  return columnsOf(data, batch => batch.columns)
}

async function columnsOf(data: Relation<unknown>, read: (batch: Batch) => readonly (Column | undefined)[]): Promise<Rows> {
  const rows: unknown[][] = []
  for await (const batch of data.engine.run(data.plan)) {
    const columns = read(batch)
    for (let row = 0; row < batch.rows; row++)
      rows.push(columns.flatMap(column => (column === undefined ? ['no such column'] : flat(rawAt(column, row)))))
  }
  return rows
}

/** A list item by item, whole numbers as numbers, and NaN as NULL: a model means the same by both. */
function flat(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(flat)
  if (typeof value === 'bigint') return [Number(value)]
  return [Number.isNaN(value) ? null : value]
}

/** Fails unless the rows are the same to the bit; rows that are undefined in one are not compared. */
export function same(found: readonly (readonly unknown[] | undefined)[], wanted: readonly (readonly unknown[] | undefined)[]): void {
  assert.equal(found.length, wanted.length)
  for (const [row, values] of wanted.entries()) {
    const other = found[row]
    if (values === undefined || other === undefined) continue
    const at = values.findIndex((value, i) => !Object.is(value, other[i]))
    assert.equal(at, -1, `value ${at} of row ${row} is ${String(other[at])}, not ${String(values[at])}`)
    assert.equal(other.length, values.length, `row ${row} has ${other.length} values, not ${values.length}`)
  }
}

/** Fails unless numbers are close and all else is the same. */
export function alike(
  found: readonly (readonly unknown[] | undefined)[],
  wanted: readonly (readonly unknown[] | undefined)[],
  tolerance: number,
): void {
  assert.equal(found.length, wanted.length)
  for (const [row, values] of wanted.entries())
    for (const [i, value] of (values ?? []).entries()) {
      const other = found[row]?.[i]
      const close =
        typeof value === 'number' && typeof other === 'number'
          ? Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(value), Math.abs(other))
          : Object.is(value, other)
      assert.ok(close, `${String(value)} became ${String(other)} in row ${row}`)
    }
}

/** The same relation on an engine that hands out batches of another size. */
export function cutInto(data: Relation<unknown>, size: number): Relation<unknown> {
  async function* cut(batches: AsyncIterable<Batch>): AsyncIterable<Batch> {
    for await (const batch of batches) {
      for (let from = 0; from < batch.rows; from += size) {
        const part = sliceRows(batch, from, Math.min(batch.rows, from + size))
        yield makeBatch(batch.fields, part.columns)
      }
    }
  }
  const engine: Engine = Object.create(data.engine, {
    run: { value: (...args: Parameters<Engine['run']>) => cut(data.engine.run(...args)) },
  }) as Engine
  return Object.create(data, { engine: { value: engine } }) as Relation<unknown>
}

/** Fails unless the work fails with one of these codes and names all this. */
export async function refused(work: () => unknown, code: ErrorCode | readonly ErrorCode[], ...names: readonly string[]): Promise<void> {
  const { message } = await expectCode(code, work)
  for (const name of names) assert.ok(message.includes(name), `the message does not name ${name}: ${message}`)
}
