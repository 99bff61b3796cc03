import { showingText, TidemillError } from '../errors/index.ts'
import type { OpenRow, Row, SchemaLike } from '../schema/index.ts'
import { shown } from './check-options.ts'
import { driverCode } from './driver-code.ts'
import { oneOfThese, onlyOptions } from './given-options.ts'
import { declaredSchema } from './sqlite.ts'
import { checkPath, type TableFile } from './table-file.ts'

/** What of a workbook is read, or how it is written. */
export interface ExcelOptions<S extends SchemaLike | undefined = undefined> {
  /** Its name, or its place from 1. Default: the first when read, `Sheet1` when written. */
  readonly sheet?: string | number
  /** The cells to read: `B2:F100`, `B2:F` (to the last row), `B:F`. Default: from the first row that holds something. */
  readonly range?: string
  /** Whether the first row names the columns. Default true; without, they are named A, B, C. */
  readonly header?: boolean
  /** Columns and types to read. A number kept as text is read as a number where one is declared. */
  readonly schema?: S
  /** What a cell of an error (`#DIV/0!`) is when it is read; `#N/A` is NULL always. Default: 'fail', schema.misfit. */
  readonly errors?: 'fail' | 'null'
  /** What to do where the output is there already. Default: 'fail', connectors.exists. */
  readonly mode?: 'fail' | 'replace'
}

/**
 * A sheet of an Excel workbook (`.xlsx`, `.xlsm`), to read and to write.
 *
 * Reading: row by row; memory holds the workbook's texts and one batch. Types come from the cells of the first 20,000 rows: whole numbers int64, numbers float64, numbers
 * shown as dates date, datetime or time, hours that may be more than 24 (`[h]:mm`) interval, TRUE and FALSE boolean; of merged cells the first has the value; a column of mixed kinds is text. Of a formula the value that was saved is read. A cell further down that does not fit is an error with its
 * address. Files that unpack to absurd sizes, have a password, or declare XML entities are refused.
 *
 * Writing: one sheet with a header (`writeExcel` writes several); dates are dates of Excel, instants their UTC. Whole numbers beyond 2^53, decimals of more than 15 digits and days before March 1900 are text: Excel
 * would change them; so are intervals with months, and negative ones. A row of NULLs only says #N/A. The file appears as a whole or not at all.
 *
 * @example
 * const sales = await tm.read(excel('sales.xlsx', { sheet: 'March', range: 'A3:F' }))
 * await totals.write(excel('totals.xlsx', { mode: 'replace' }))
 * @throws connectors.option
 * @throws connectors.not-found, connectors.format, schema.misfit, schema.duplicate-column when it is read; connectors.exists when it is written
 */
export function excel<const S extends SchemaLike | undefined = undefined>(
  path: string,
  options: ExcelOptions<S> = {},
): TableFile<S extends SchemaLike ? Row<S> : OpenRow, never> {
  checkPath('excel', path)
  onlyOptions('excel', options, ['sheet', 'range', 'header', 'schema', 'errors', 'mode'])
  const { sheet, range, header, schema, errors, mode } = options
  oneOfThese('mode', mode, ['fail', 'replace'])
  oneOfThese('errors', errors, ['fail', 'null'])
  if (header !== undefined && typeof header !== 'boolean')
    throw new TidemillError('connectors.option', `header must be true or false, not ${shown(header)}`)
  if (sheet !== undefined && !(Number.isInteger(sheet) && (sheet as number) >= 1)) checkSheetName(sheet)
  if (range !== undefined) cellRange(range)
  const given = Object.entries({ sheet, range, header, errors, mode }).filter(([, value]) => value !== undefined)
  return Object.freeze({
    kind: 'excel',
    options: Object.freeze({ path, ...Object.fromEntries(given), ...declaredSchema(schema) }),
    code: driverCode('excel-driver'),
    ...showingText(() => `excel ${path}`),
  })
}

/** @throws connectors.option for what no sheet can be called */
export function checkSheetName(sheet: unknown): void {
  if (typeof sheet === 'string' && isSheetName(sheet)) return
  throw new TidemillError('connectors.option', `sheet must be a name or a place from 1, not ${shown(sheet)}`, {
    hint: 'a name has at most 31 characters, and none of []:*?/\\',
  })
}

function isSheetName(name: string): boolean {
  return name.length >= 1 && name.length <= 31 && !/[[\]:*?/\\]/.test(name)
}

/** Rows and columns from 1, both ends included. */
export interface CellRange {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}
/** What a sheet can hold. */
export const mostRows = 1_048_576
const mostColumns = 16_384

/** @throws connectors.option */
export function cellRange(text: unknown): CellRange {
  const parts = typeof text === 'string' ? /^\$?([A-Za-z]{1,3})\$?([0-9]{1,7})?:\$?([A-Za-z]{1,3})\$?([0-9]{1,7})?$/.exec(text) : null
  const [, left = '', top = '1', right = '', bottom = String(mostRows)] = parts ?? []
  const range = { left: columnNumber(left), top: Number(top), right: columnNumber(right), bottom: Number(bottom) }
  const fits =
    range.left >= 1 &&
    range.left <= range.right &&
    range.right <= mostColumns &&
    range.top >= 1 &&
    range.top <= range.bottom &&
    range.bottom <= mostRows
  if (parts !== null && fits) return range
  throw new TidemillError('connectors.option', `range must be such as 'B2:F100', 'B2:F' or 'B:F', not ${shown(text)}`)
}

/** 1 for A, 27 for AA. */
export function columnNumber(letters: string): number {
  let number = 0
  for (const letter of letters.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64
  return number
}

/** A for 1, AA for 27. */
export function columnLetters(number: number): string {
  let letters = ''
  for (let left = number; left > 0; left = Math.floor((left - 1) / 26)) letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters
  return letters
}
