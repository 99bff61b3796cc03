/** Opens `excel`, and writes it. */
import { type Batch, columnBuilder, makeBatch } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { SinkDriver, SourceDriver } from '../plan/index.ts'
import { type DataType, type Field, fieldNamed, printType, type Schema } from '../schema/index.ts'
import { type Cell, cellAs, sheetRows } from './excel-cells.ts'
import { cellRange, type CellRange, columnLetters, mostRows } from './excel.ts'
import { openWorkbook, type Workbook } from './excel-workbook.ts'
import { excelEncoder } from './excel-write.ts'
import { fileSink } from './file-sink.ts'
import { resolveFiles } from './resolve-files.ts'

/** What `excel` gives to its driver. */
export interface ExcelGiven {
  readonly path: string
  readonly files?: readonly string[]
  readonly sheet?: string | number
  readonly range?: string
  readonly header?: boolean
  readonly schema?: Schema
  readonly errors?: 'fail' | 'null'
  readonly mode?: 'fail' | 'replace'
}
interface Head {
  readonly book: Workbook
  readonly range: CellRange
  /** The row that the table begins with, and that of its first data; 0 when the sheet is empty. */
  readonly first: number
  readonly names: readonly string[]
}

const sampleRows = 20_000
const batchRows = 4_096
const everything: CellRange = { top: 1, bottom: mostRows, left: 1, right: 16_384 }

const source: SourceDriver<ExcelGiven> = {
  async schemaOf(given) {
    if (given.schema !== undefined) return given.schema
    const schemas: Schema[] = []
    for (const file of await filesOf(given)) schemas.push(await schemaIn(file, given))
    const [first = [], ...others] = schemas
    const shown = (schema: Schema): string => schema.map(field => `${field.name}: ${printType(field.type)}`).join(', ')
    const other = others.find(schema => shown(schema) !== shown(first))
    if (other === undefined) return first
    throw new TidemillError(
      'connectors.format',
      `columns differ in the files of ${given.path}: ${shown(other)} (the first has ${shown(first)})`,
      {
        hint: 'declare a schema, or read them one by one and join them with union',
      },
    )
  },
  async *open(given, { columns, limit }, signal): AsyncGenerator<Batch> {
    signal.throwIfAborted()
    const schema = given.schema ?? (await source.schemaOf(given))
    let left = limit ?? Number.POSITIVE_INFINITY
    for (const file of await filesOf(given)) {
      if (left <= 0) return
      for await (const batch of batchesOf(file, given, schema, columns, signal)) {
        signal.throwIfAborted()
        left -= batch.rows
        yield batch
        if (left <= 0) return
      }
    }
  },
  partitions: filesOf,
}
const sink: SinkDriver<ExcelGiven> = fileSink(async ({ sheet }, schema) =>
  excelEncoder(schema, typeof sheet === 'string' ? sheet : 'Sheet1'),
)

export const driver: SourceDriver<ExcelGiven> & SinkDriver<ExcelGiven> = { ...source, ...sink }

async function filesOf({ path, files }: ExcelGiven): Promise<readonly string[]> {
  return files ?? (await resolveFiles('excel', path)).files
}

async function headOf(file: string, given: ExcelGiven, signal?: AbortSignal): Promise<Head> {
  const book = await openWorkbook(file, given.sheet)
  const asked = given.range === undefined ? everything : cellRange(given.range)
  let [widest, leftmost] = [0, asked === everything ? 16_384 : 0]
  let [first, seen] = [0, 0]
  let titles: readonly (Cell | undefined)[] = []
  for await (const { number, cells } of sheetRows(book, asked, signal)) {
    if (first === 0) {
      first = number
      titles = cells
    }
    widest = Math.max(widest, cells.length)
    if (leftmost > 0)
      leftmost = Math.min(
        leftmost,
        cells.findIndex(cell => cell !== undefined),
      )
    if (++seen >= sampleRows) break
  }
  // A table may begin in any column.
  const range = asked === everything && widest > 0 ? { ...asked, left: 1 + leftmost } : asked
  titles = titles.slice(range.left - asked.left)
  const width =
    asked === everything ? Math.max(0, widest - leftmost) : asked.right - asked.left >= 1000 ? widest : asked.right - asked.left + 1
  const letters = (at: number): string => columnLetters(range.left + at)
  const names = Array.from({ length: width }, (_, at) =>
    given.header === false ? letters(at) : titleOf(titles[at], book) || `column_${letters(at)}`,
  )
  const again = names.find((name, at) => names.indexOf(name) !== at)
  if (again !== undefined)
    throw new TidemillError('schema.duplicate-column', `two columns have one name: ${again} in ${file}`, {
      details: { file },
      hint: 'pass a range that begins at the header, or header: false',
    })
  return { book, range, first: first === 0 ? 0 : given.header === false ? first : first + 1, names }
}

function titleOf(cell: Cell | undefined, book: Workbook): string {
  if (cell === undefined) return ''
  const title = cellAs(cell, 'string', book.is1904)
  return (typeof title === 'string' ? title : String(cell.value)).trim()
}

async function schemaIn(file: string, given: ExcelGiven): Promise<Schema> {
  const head = await headOf(file, given)
  if (head.names.length === 0) throw new TidemillError('connectors.empty', `empty sheet in ${file}`, { details: { file } })
  const kinds = head.names.map(() => new Set<string>())
  let rows = 0
  for await (const { number, cells } of sheetRows(head.book, head.range)) {
    if (number < head.first) continue
    cells.forEach((cell, at) => {
      if (cell !== undefined && cell.kind !== 'error')
        kinds[at]?.add(cell.kind === 'number' && Number.isSafeInteger(cell.value) ? 'whole' : cell.kind === 'iso' ? 'datetime' : cell.kind)
    })
    if (++rows >= sampleRows) break
  }
  return head.names.map((name, at) => ({ name, type: typeOf(kinds[at] ?? new Set()), nullable: true }))
}

function typeOf(kinds: ReadonlySet<string>): DataType {
  const only = (...of: readonly string[]): boolean => [...kinds].every(kind => of.includes(kind))
  if (kinds.size === 0) return 'string'
  if (only('whole')) return 'int64'
  if (only('whole', 'number')) return 'float64'
  if (only('boolean')) return 'boolean'
  if (only('date')) return 'date'
  if (only('date', 'datetime')) return 'datetime'
  if (only('duration')) return 'interval'
  return only('time') ? 'time' : 'string'
}

async function* batchesOf(
  file: string,
  given: ExcelGiven,
  schema: Schema,
  columns: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  const { book, range, first, names } = await headOf(file, given, signal)
  if (first === 0) return
  const fields = columns.map(name => fieldOf(schema, name))
  const places = fields.map(field => {
    const at = names.indexOf(field.name)
    if (at !== -1) return at
    throw new TidemillError('schema.missing-column', `missing column: ${field.name} in ${file} (have ${names.join(', ')})`, {
      details: { file, missing: field.name, have: names },
    })
  })
  let builders = fields.map(field => columnBuilder(field.type, batchRows))
  let [count, next] = [0, first]
  const finish = (): Batch => {
    const batch = makeBatch(
      fields,
      builders.map(builder => builder.finish()),
      count,
    )
    builders = fields.map(field => columnBuilder(field.type, batchRows))
    count = 0
    return batch
  }
  for await (const { number, cells } of sheetRows(book, range, signal)) {
    if (number < first) continue
    // Rows without a cell are rows of NULLs, but for those at the end.
    for (; next < number; next++) {
      fields.forEach((field, at) => builders[at]?.pushRaw(empty(field, file, next)))
      if (++count === batchRows) yield finish()
    }
    next = number + 1
    if (cells.length > names.length)
      throw new TidemillError(
        'connectors.ragged',
        `row ${number} of ${file} has more cells than the columns before: ${cells.length} (columns ${names.length})`,
        {
          details: { file, row: number },
          hint: 'name the cells: { range: "A1:F" }',
        },
      )
    fields.forEach((field, at) => {
      const place = places[at] ?? 0
      builders[at]?.pushRaw(
        valueOf(cells[place], field, given, book, () => `${columnLetters(range.left + place)}${number} of ${file}`) ??
          empty(field, file, number),
      )
    })
    if (++count === batchRows) yield finish()
  }
  if (count > 0) yield finish()
}

function fieldOf(schema: Schema, name: string): Field {
  const field = fieldNamed(schema, name)
  if (field !== undefined) return field
  throw new TidemillError('plan.unknown-column', `unknown column: ${name} (have ${schema.map(known => known.name).join(', ')})`)
}

function empty(field: Field, file: string, row: number): null {
  if (field.nullable) return null
  throw new TidemillError('schema.not-null', `empty cell in column ${field.name} that has none: row ${row} of ${file}`, {
    details: { file, row, column: field.name },
  })
}

function valueOf(cell: Cell | undefined, field: Field, given: ExcelGiven, book: Workbook, where: () => string): unknown {
  if (cell === undefined) return null
  if (cell.kind === 'error' && (cell.value === '#N/A' || given.errors === 'null')) return null
  const value = cellAs(cell, field.type, book.is1904)
  if (value !== undefined) return value
  const what = cell.kind === 'error' ? `the error ${cell.value}` : `${cell.kind} ${JSON.stringify(cell.value)}`
  throw new TidemillError('schema.misfit', `value does not fit: ${what} in cell ${where()} is no ${printType(field.type)}`, {
    details: { column: field.name },
    hint:
      cell.kind === 'error' ? "read errors as NULL: { errors: 'null' }" : `declare what it is: { schema: { ${field.name}: 'string?' } }`,
  })
}
