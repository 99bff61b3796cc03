/** Rows that a function gave, as a batch of its columns; what does not fit them is told with the row of the input it came from. */
import { type Batch, batchFromRows } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { inferRows, printSchemaSpec, type Schema } from '../schema/index.ts'
import { isPromise } from './call-rows.ts'
import { type BatchWork, messageOf } from './protocol.ts'
import { named } from './row-faults.ts'
import type { HostFunction } from './seams.ts'

/** The rows a function gave, and for each the row of the batch it came from, counted from 0 (absent: row for row). */
export interface Made {
  readonly rows: readonly object[]
  readonly from?: readonly number[]
}

/** The rows as a batch. @throws workers.misfit naming the row of the input that gave what does not fit */
export function toBatch(fn: HostFunction, schema: Schema, { rows, from }: Made, { firstRow, learnt, schema: known }: BatchWork): Batch {
  const code = 'workers.misfit'
  if (learnt) checkColumns(fn, schema, rows, from, firstRow)
  try {
    return batchFromRows(schema, rows, { firstRow, code })
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error
    // The whole batch tells that something is wrong; row by row tells which input row made it.
    const { number, row, fault } = firstMisfit(schema, rows, from, firstRow) ?? { number: firstRow, row: rows[0] ?? {}, fault: error }
    throw new TidemillError(
      'workers.misfit',
      `function ${named(fn)} gave a row that does not fit ${known === undefined || learnt ? 'the columns it began with' : 'the declared columns'}: ${fault.message}`,
      {
        details: { ...fault.details, row: number, function: fn.name },
        hint: learnt || known === undefined ? pasteHint(schema, row) : 'change the function, or the declared type',
        cause: fault,
      },
    )
  }
}

function firstMisfit(
  schema: Schema,
  rows: readonly object[],
  from: readonly number[] | undefined,
  firstRow: number,
): { number: number; row: object; fault: TidemillError } | undefined {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as object
    const number = firstRow + (from?.[i] ?? i)
    try {
      batchFromRows(schema, [row], { firstRow: number, code: 'workers.misfit' })
    } catch (fault) {
      if (fault instanceof TidemillError) return { number, row, fault }
      throw fault
    }
  }
  return undefined
}

/** A column that the first rows did not have would be lost in silence. */
function checkColumns(
  fn: HostFunction,
  schema: Schema,
  rows: readonly object[],
  from: readonly number[] | undefined,
  firstRow: number,
): void {
  const names = new Set(schema.map(field => field.name))
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as Record<string, unknown>
    for (const name in row) {
      if (names.has(name) || row[name] === undefined) continue
      const number = firstRow + (from?.[i] ?? i)
      throw new TidemillError(
        'workers.misfit',
        `function ${named(fn)} gave a new column: ${name} = ${show(row[name])} in row ${number} (began with ${[...names].join(', ')})`,
        {
          details: { row: number, column: name, value: show(row[name]), function: fn.name },
          hint: pasteHint(schema, row),
        },
      )
    }
  }
}

/** The columns known so far, with those of the row that did not fit, as text to paste. */
function pasteHint(schema: Schema, row: object): string {
  const seen = new Map(inferRows([row]).map(field => [field.name, field]))
  const columns = schema.map(field => {
    const other = seen.get(field.name)
    seen.delete(field.name)
    return other === undefined || other.type === 'null' || field.type !== 'null'
      ? { ...field, nullable: true }
      : { ...other, nullable: true }
  })
  return `declare the columns, with the types you want: { schema: ${printSchemaSpec([...columns, ...seen.values()])} }`
}

/** The error for a value that is no row. */
export function noRow(fn: HostFunction, value: unknown, row: number): TidemillError {
  return new TidemillError('workers.misfit', `function ${named(fn)} gave no row, but ${show(value)} for row ${row}`, {
    details: { function: fn.name, row, value: show(value) },
    hint:
      value === undefined
        ? 'give an object: an arrow function that makes one needs parentheses, row => ({ ... })'
        : 'give an object, whose properties are the columns',
  })
}

/** An object, and nothing to be awaited. */
export function isRow(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isPromise(value)
}

/** A value in a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? 'an object' : messageOf(value)
}
