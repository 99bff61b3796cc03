import { type Batch, type Column, utf8Column } from '../batch/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import type { Coded, Values } from './kinds/index.ts'
import { throwAll } from './problems.ts'
import { blockRows } from './statistics/fold.ts'
import { bitmapOf, codedOf, floatsOf, isText, numbered } from './values.ts'

/** Float64 columns of one length as a batch. */
export function blockOf(names: readonly string[], columns: readonly Float64Array[], rows: number): Batch {
  return blockOfValues(names, columns, rows)
}

/** Columns of numbers (NaN is NULL) and of text as a batch. */
export function blockOfValues(names: readonly string[], columns: readonly (Float64Array | Coded)[], rows: number): Batch {
  const made = columns.map((values): Column => {
    if (values instanceof Float64Array) return { type: 'float64', length: rows, data: values }
    const { codes } = values
    return {
      type: 'string',
      length: rows,
      data: codes.map(code => Math.max(code, 0)),
      validity: bitmapOf(rows, row => (codes[row] as number) >= 0),
      dictionary: utf8Column(values.values.map(String)),
    }
  })
  return { fields: names.map((name, i) => ({ name, type: made[i]?.type ?? 'float64', nullable: true })), rows, columns: made }
}

/** A column of a block as a kind reads it. */
export function valuesAt(block: Batch, index: number): Float64Array | Coded {
  const column = block.columns[index]
  if (column === undefined) throw new TypeError(`no column ${index} in the block`)
  return isText(column.type) ? codedOf(column) : floatsOf(column)
}

/** The features of a block by name. */
export function featuresAt(block: Batch, features: readonly string[]): ReadonlyMap<string, Values> {
  return new Map(features.map((name, index) => [name, valuesAt(block, index)]))
}

/** How columns are read: which may be NULL (they come as NaN or -1), and which holds weights. */
export interface Reading {
  readonly mayMiss: readonly boolean[]
  readonly weight: number | undefined
}

/**
 * The rows again in blocks of `blockRows`, however they were cut before. NULLs where none may be, numbers that are not finite and negative weights are
 * counted, and reported together after the last row.
 */
export async function* reblock(batches: AsyncIterable<Batch>, fields: Schema, { mayMiss, weight }: Reading): AsyncIterable<Batch> {
  const names = fields.map(field => field.name)
  const faults = fields.map(() => ({ nulls: 0, notFinite: 0, negative: 0 }))
  let block = fields.map(field => collector(isText(field.type)))
  let filled = 0
  let rows = 0
  for await (const batch of batches) {
    rows += batch.rows
    const columns = batch.columns.map((column, index) => cleaned(column, mayMiss[index] === true, faults[index] as Fault))
    for (let from = 0; from < batch.rows; ) {
      const count = Math.min(batch.rows - from, blockRows - filled)
      for (const [index, values] of columns.entries()) block[index]?.take(values, from, count, filled)
      from += count
      filled += count
      if (filled < blockRows) continue
      yield blockOfValues(
        names,
        block.map(column => column.give(filled)),
        filled,
      )
      block = fields.map(field => collector(isText(field.type)))
      filled = 0
    }
  }
  if (filled > 0)
    yield blockOfValues(
      names,
      block.map(column => column.give(filled)),
      filled,
    )
  report(names, faults, weight, rows)
}

interface Collector {
  take(values: Float64Array | Coded, from: number, count: number, at: number): void
  give(filled: number): Float64Array | Coded
}

/** Gathers one column of a block. */
function collector(text: boolean): Collector {
  if (!text) {
    const data = new Float64Array(blockRows)
    return {
      take: (values, from, count, at) => data.set((values as Float64Array).subarray(from, from + count), at),
      give: filled => data.subarray(0, filled),
    }
  }
  const codes = new Int32Array(blockRows)
  const known = new Map<string, number>()
  return {
    take(values, from, count, at) {
      const { codes: given, values: texts } = values as Coded
      for (let i = 0; i < count; i++) {
        const code = given[from + i] as number
        codes[at + i] = code < 0 ? -1 : numbered(known, String(texts[code]))
      }
    },
    give: filled => ({ codes: codes.subarray(0, filled), values: [...known.keys()] }),
  }
}

interface Fault {
  nulls: number
  notFinite: number
  negative: number
}

/** A column as values, its faults counted. A NaN that is no NULL is a fault unless the column may miss values, where both mean the same. */
function cleaned(column: Column, mayMiss: boolean, fault: Fault): Float64Array | Coded {
  if (isText(column.type)) {
    const coded = codedOf(column)
    if (!mayMiss) for (const code of coded.codes) if (code < 0) fault.nulls++
    return coded
  }
  const { validity } = column
  let values = floatsOf(column)
  if (validity !== undefined) values = values.slice()
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    if (validity !== undefined && ((validity[row >> 3] as number) & (1 << (row & 7))) === 0) {
      values[row] = Number.NaN
      if (!mayMiss) fault.nulls++
    } else if (Number.isNaN(value) ? !mayMiss : !Number.isFinite(value)) fault.notFinite++
    else if (value < 0) fault.negative++
  }
  return values
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
