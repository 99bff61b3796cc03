/** Training data in memory that threads share: whole columns, and sources over some of their rows. */
import type { Batch } from '../batch/index.ts'
import { blockOfValues, valuesAt } from './blocks.ts'
import type { Coded, Label } from './kinds/index.ts'
import type { Source } from './source.ts'
import { blockRows, numbersAt } from './statistics/fold.ts'
import { numbered } from './values.ts'

/** Whole columns over shared memory; a structured clone of it shares them. */
export interface Table {
  readonly rows: number
  readonly features: readonly string[]
  readonly columns: readonly (Float64Array | Coded)[]
  readonly target: Float64Array | undefined
  readonly weight: Float64Array | undefined
  readonly classes: readonly Label[] | undefined
}

/** Reads all rows of a source into memory: 8 bytes a number, 4 a text. */
export async function gather(source: Source): Promise<Table> {
  if (source.table !== undefined) return source.table()
  const blocks: Batch[] = []
  let rows = 0
  for await (const block of source.blocks()) {
    blocks.push(block)
    rows += block.rows
  }
  const width = source.features.length
  const columns = source.features.map((_, index) => joined(blocks, index, rows))
  const numbers = (index: number): Float64Array =>
    joinedNumbers(
      blocks.map(block => numbersAt(block, index)),
      rows,
    )
  return {
    rows,
    features: source.features,
    columns,
    target: source.target ? numbers(width) : undefined,
    weight: source.weight ? numbers(width + (source.target ? 1 : 0)) : undefined,
    classes: source.classes,
  }
}

function joined(blocks: readonly Batch[], index: number, rows: number): Float64Array | Coded {
  const parts = blocks.map(block => valuesAt(block, index))
  const numbers = parts.filter(part => part instanceof Float64Array)
  if (numbers.length === parts.length) return joinedNumbers(numbers, rows)
  const codes = new Int32Array(new SharedArrayBuffer(rows * 4))
  const known = new Map<string, number>()
  let at = 0
  for (const part of parts) {
    const coded = part as Coded
    const to = coded.values.map(value => numbered(known, String(value)))
    for (const code of coded.codes) codes[at++] = code < 0 ? -1 : (to[code] as number)
  }
  return { codes, values: [...known.keys()] }
}

function joinedNumbers(parts: readonly Float64Array[], rows: number): Float64Array {
  const all = new Float64Array(new SharedArrayBuffer(rows * 8))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Some rows of a table as a source, in the order given. */
export function tableSource(table: Table, rows: Int32Array | undefined, extra: Pick<Source, 'crew' | 'signal'> = {}): Source {
  const picked = rows === undefined ? table : pickRows(table, rows)
  return {
    features: picked.features,
    target: picked.target !== undefined,
    weight: picked.weight !== undefined,
    classes: picked.classes,
    ...extra,
    table: () => picked,
    async *blocks() {
      for (let from = 0; from < picked.rows; from += blockRows) yield blockAt(picked, from, Math.min(from + blockRows, picked.rows))
    },
  }
}

/** Some rows of a table, in the order given, in memory of their own. */
export function pickRows(table: Table, rows: Int32Array): Table {
  const numbers = (all: Float64Array): Float64Array => {
    const some = new Float64Array(rows.length)
    for (let i = 0; i < rows.length; i++) some[i] = all[rows[i] as number] as number
    return some
  }
  return {
    ...table,
    rows: rows.length,
    columns: table.columns.map(column =>
      column instanceof Float64Array ? numbers(column) : { codes: rows.map(row => column.codes[row] as number), values: column.values },
    ),
    target: table.target === undefined ? undefined : numbers(table.target),
    weight: table.weight === undefined ? undefined : numbers(table.weight),
  }
}

function blockAt(table: Table, from: number, to: number): Batch {
  const extra: Float64Array[] = []
  const names = [...table.features]
  if (table.target !== undefined) {
    extra.push(table.target.subarray(from, to))
    names.push('target')
  }
  if (table.weight !== undefined) {
    extra.push(table.weight.subarray(from, to))
    names.push('weight')
  }
  const columns = table.columns.map(column =>
    column instanceof Float64Array ? column.subarray(from, to) : { codes: column.codes.subarray(from, to), values: column.values },
  )
  return blockOfValues(names, [...columns, ...extra], to - from)
}

/** The numbers of the rows whose entry is as asked, upwards. */
export function rowsWhere(entries: Int32Array, wanted: (entry: number) => boolean): Int32Array {
  const rows = new Int32Array(entries.length)
  let found = 0
  for (let row = 0; row < entries.length; row++) if (wanted(entries[row] as number)) rows[found++] = row
  return rows.slice(0, found)
}

/** A value over shared memory, so that threads see it without a copy. */
export function sharedIntegers(values: Int32Array): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(values.length * 4))
  shared.set(values)
  return shared
}
