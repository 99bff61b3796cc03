import type { Batch, Column } from '../batch/index.ts'
import { TidemillError, type ErrorCode } from '../errors/index.ts'
import { printType, type Schema } from '../schema/index.ts'
import { throwAll } from './problems.ts'
import { blockRows } from './statistics/fold.ts'

/** Float64 columns of one length as a batch. */
export function blockOf(names: readonly string[], columns: readonly Float64Array[], rows: number): Batch {
  return {
    fields: names.map(name => ({ name, type: 'float64', nullable: false })),
    rows,
    columns: columns.map(data => ({ type: 'float64', length: rows, data })),
  }
}

/** The values of a numeric column as float64 (booleans as 0 and 1); what stands at a NULL means nothing. */
export function floatsOf(column: Column): Float64Array {
  const { data, length, type } = column
  if (type === 'float64' && data instanceof Float64Array) return data.subarray(0, length)
  if (type === 'int32' || type === 'boolean') return Float64Array.from((data as Int32Array | Uint8Array).subarray(0, length))
  if (data instanceof BigInt64Array && (type === 'int64' || type === 'bigint'))
    return Float64Array.from({ length }, (_, i) => Number(data[i]))
  throw new TidemillError('ml.not-numeric', `a column of ${printType(type)} is no number`)
}

/**
 * The rows again in blocks of `blockRows`, however they were cut before. NULLs, numbers that are not finite and negative weights are counted, and
 * reported together after the last row.
 */
export async function* reblock(batches: AsyncIterable<Batch>, fields: Schema, weight: number | undefined): AsyncIterable<Batch> {
  const names = fields.map(field => field.name)
  const make = (): Float64Array[] => fields.map(() => new Float64Array(blockRows))
  const faults = fields.map(() => ({ nulls: 0, notFinite: 0, negative: 0 }))
  let block = make()
  let filled = 0
  let rows = 0
  for await (const batch of batches) {
    rows += batch.rows
    const columns = batch.columns.map(floatsOf)
    for (const [index, fault] of faults.entries()) inspect(batch.columns[index] as Column, columns[index] as Float64Array, fault)
    for (let from = 0; from < batch.rows; ) {
      const count = Math.min(batch.rows - from, blockRows - filled)
      for (const [index, values] of columns.entries()) block[index]?.set(values.subarray(from, from + count), filled)
      from += count
      filled += count
      if (filled < blockRows) continue
      yield blockOf(names, block, blockRows)
      block = make()
      filled = 0
    }
  }
  if (filled > 0)
    yield blockOf(
      names,
      block.map(values => values.subarray(0, filled)),
      filled,
    )
  report(names, faults, weight, rows)
}

interface Fault {
  nulls: number
  notFinite: number
  negative: number
}

function inspect(column: Column, values: Float64Array, fault: Fault): void {
  const { validity } = column
  for (let row = 0; row < values.length; row++) {
    if (validity !== undefined && ((validity[row >> 3] as number) & (1 << (row & 7))) === 0) fault.nulls++
    else if (!Number.isFinite(values[row])) fault.notFinite++
    else if ((values[row] as number) < 0) fault.negative++
  }
}

function report(names: readonly string[], faults: readonly Fault[], weight: number | undefined, rows: number): void {
  const problems: [ErrorCode, string][] = []
  const list = (count: (fault: Fault) => number): string =>
    faults.flatMap((fault, i) => (count(fault) > 0 ? [`${names[i]} (${count(fault)} of ${rows} rows)`] : [])).join(', ')
  const nulls = list(fault => fault.nulls)
  const notFinite = list(fault => fault.notFinite)
  if (nulls !== '') problems.push(['ml.has-nulls', `columns with NULLs: ${nulls}`])
  if (notFinite !== '') problems.push(['ml.not-finite', `columns with NaN or infinite values: ${notFinite}`])
  const negative = weight === undefined ? 0 : (faults[weight]?.negative ?? 0)
  if (negative > 0 && weight !== undefined) problems.push(['ml.param', `negative weights: ${names[weight]} (${negative} of ${rows} rows)`])
  if (rows === 0) problems.push(['ml.no-rows', 'no row to learn from'])
  throwAll(problems)
}
