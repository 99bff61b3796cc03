/** The hidden column that carries event time, always the last of a batch that has it. */
import { type Batch, type Column, makeBatch } from '../../../../batch/index.ts'
import type { Field } from '../../../../schema/index.ts'
import { beginning, forever, timeColumn } from '../seams.ts'

export const timeField: Field = Object.freeze({ name: timeColumn, type: 'timestamp', nullable: false })

/** The event times of the rows in microseconds since 1970; undefined for a batch without. */
export function timesOf(batch: Batch): Float64Array | undefined {
  const column = timeOf(batch)
  return column === undefined ? undefined : microsOfColumn(column)
}

/** The hidden column itself. */
export function timeOf(batch: Batch): Column | undefined {
  return batch.fields.at(-1)?.name === timeColumn ? batch.columns.at(-1) : undefined
}

/** 64-bit values as numbers, exact below 2^53. By two halves of 32 bits: reading a bigint would make an object for each. */
export function microsOfColumn({ data, length }: Column): Float64Array {
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * length)
  const out = new Float64Array(length)
  for (let i = 0; i < length; i++) out[i] = (halves[2 * i + 1] as number) * 4_294_967_296 + ((halves[2 * i] as number) >>> 0)
  return out
}

/** The least and the greatest of some event times. */
export function spanOf({ data, length }: Column): readonly [least: number, most: number] {
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * length)
  let least = forever
  let most = beginning
  for (let i = 0; i < length; i++) {
    const time = (halves[2 * i + 1] as number) * 4_294_967_296 + ((halves[2 * i] as number) >>> 0)
    if (time < least) least = time
    if (time > most) most = time
  }
  return [least, most]
}

/** A column of instants out of whole numbers. */
export function microsColumn(micros: ArrayLike<number>): Column {
  const { length } = micros
  const data = new BigInt64Array(length)
  const halves = new Int32Array(data.buffer)
  for (let i = 0; i < length; i++) {
    const value = micros[i] as number
    const high = Math.floor(value / 4_294_967_296)
    halves[2 * i] = value - high * 4_294_967_296
    halves[2 * i + 1] = high
  }
  return { type: 'timestamp', length, data }
}

/** The rows without the hidden column, as users and sinks see them; the batch itself when it has none. */
export function withoutTime(batch: Batch): Batch {
  if (timeOf(batch) === undefined) return batch
  return makeBatch(batch.fields.slice(0, -1), batch.columns.slice(0, -1), batch.rows)
}

/** The batch with event times (microseconds) as its hidden last column. */
export function withTime(batch: Batch, micros: BigInt64Array): Batch {
  return withTimeColumn(batch, { type: 'timestamp', length: batch.rows, data: micros })
}

/** The batch with a column of instants as its hidden last column; without one, the batch itself. */
export function withTimeColumn(batch: Batch, column: Column | undefined): Batch {
  if (column === undefined) return batch
  return makeBatch([...batch.fields, timeField], [...batch.columns, column], batch.rows)
}
