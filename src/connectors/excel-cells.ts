/** The cells of a sheet, row by row. */
import { TidemillError } from '../errors/index.ts'
import { clockText, type DataType, dayText, intervalText, momentText, packInterval, parseText } from '../schema/index.ts'
import { type CellRange, columnNumber, mostRows } from './excel.ts'
import { type NumberKind, plainText, type Workbook } from './excel-workbook.ts'
import { attribute, xmlTokens, type XmlToken } from './xml-tokens.ts'
import { zipBytes } from './zip-read.ts'

/** What a cell holds. Dates and times are numbers that are shown as such. */
export type Cell =
  | { readonly kind: 'text' | 'error' | 'iso'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: NumberKind; readonly value: number }
export interface SheetRow {
  /** From 1. */
  readonly number: number
  /** By column of the range, from 0; undefined where nothing stands. */
  readonly cells: readonly (Cell | undefined)[]
}

const sheetBytes = 8 * 1024 ** 3

/** Rows that hold something, in order. @throws connectors.format */
export async function* sheetRows(book: Workbook, range: CellRange, signal?: AbortSignal): AsyncGenerator<SheetRow> {
  let row: { readonly number: number; readonly cells: (Cell | undefined)[] } | undefined
  let last = 0
  let open: { readonly column: number; readonly type: string; readonly style: number; value: string | undefined } | undefined
  let [place, inValue, phonetic] = [0, false, 0]
  for await (const tokens of xmlTokens(zipBytes(book.path, book.sheet, sheetBytes, signal), book.path)) {
    for (const token of tokens) {
      if (token.kind === 'text') {
        if (inValue && phonetic === 0 && open !== undefined) open.value = (open.value ?? '') + token.text
        continue
      }
      const isOpen = token.kind === 'open'
      switch (token.text) {
        case 'row': {
          if (isOpen) {
            const number = Number(attribute(token.attributes, 'r') ?? last + 1)
            if (!Number.isInteger(number) || number <= last || number > mostRows)
              throw damaged(book, `row ${number} comes after row ${last}`)
            last = number
            row = { number, cells: [] }
            place = 0
          }
          if ((!isOpen || token.isEmpty) && row !== undefined) {
            if (row.number > range.bottom) return
            if (row.number >= range.top && row.cells.length > 0) yield row
            row = undefined
          }
          break
        }
        case 'c': {
          if (isOpen) {
            place = columnOf(token, place)
            open = {
              column: place,
              type: attribute(token.attributes, 't') ?? 'n',
              style: Number(attribute(token.attributes, 's') ?? 0),
              value: undefined,
            }
          }
          if ((!isOpen || token.isEmpty) && open !== undefined) {
            const { column } = open
            if (row !== undefined && column >= range.left && column <= range.right) {
              const cell = cellOf(book, open)
              if (cell !== undefined) row.cells[column - range.left] = cell
            }
            open = undefined
          }
          break
        }
        case 'v':
        case 't':
          inValue = isOpen && !token.isEmpty
          break
        case 'rPh':
          if (!token.isEmpty) phonetic += isOpen ? 1 : -1
          break
        default:
      }
    }
  }
}

function columnOf(token: XmlToken, before: number): number {
  const at = attribute(token.attributes, 'r')
  const letters = at === undefined ? '' : (/^[A-Za-z]{1,3}/.exec(at)?.[0] ?? '')
  return letters === '' ? before + 1 : columnNumber(letters)
}

function cellOf(
  book: Workbook,
  { type, style, value }: { readonly type: string; readonly style: number; readonly value: string | undefined },
): Cell | undefined {
  if (value === undefined) return type === 'inlineStr' || type === 'str' ? { kind: 'text', value: '' } : undefined
  switch (type) {
    case 's': {
      const text = book.texts[Number(value)]
      if (text === undefined) throw damaged(book, `text ${value} is missing`)
      return { kind: 'text', value: text }
    }
    case 'str':
    case 'inlineStr':
      return { kind: 'text', value: plainText(value) }
    case 'b':
      return { kind: 'boolean', value: value.trim() === '1' || value.trim() === 'true' }
    case 'e':
      return { kind: 'error', value }
    case 'd':
      return { kind: 'iso', value }
    default: {
      const number = Number(value)
      if (value.trim() === '' || Number.isNaN(number)) throw damaged(book, `a number that is none: ${JSON.stringify(value.slice(0, 30))}`)
      const kind = book.kinds[style] ?? 'number'
      // A date with hours is a moment, however it is shown.
      return { kind: kind === 'date' && !Number.isInteger(number) ? 'datetime' : kind, value: number }
    }
  }
}

const dayMillis = 86_400_000

/** Days since 1970 of a serial number; undefined for the 29 February 1900, which there was not, and for what is no day. */
function daysOf(serial: number, is1904: boolean): number | undefined {
  const whole = Math.floor(serial)
  if (is1904) return whole < 0 ? undefined : whole - 24_107
  if (whole < 0 || whole === 60 || whole > 2_958_465) return undefined
  return whole < 60 ? whole - 25_568 : whole - 25_569
}

/** Excel keeps thousandths of seconds. */
function microsOf(serial: number, is1904: boolean): bigint | undefined {
  const days = daysOf(serial, is1904)
  if (days === undefined) return undefined
  const millis = Math.round((serial - Math.floor(serial)) * dayMillis)
  return (BigInt(days) * BigInt(dayMillis) + BigInt(millis)) * 1000n
}

/** A cell as the value a column of this type keeps; undefined when it does not fit, null when nothing is in it. */
export function cellAs(cell: Cell, type: DataType, is1904: boolean): unknown {
  switch (cell.kind) {
    case 'text':
      if (type === 'string' || type === 'json') return cell.value
      return cell.value.trim() === '' ? null : parseText(cell.value, type)
    case 'iso':
      return type === 'string' ? cell.value : parseText(cell.value, type)
    case 'boolean':
      if (type === 'boolean') return cell.value
      return type === 'string' ? (cell.value ? 'TRUE' : 'FALSE') : undefined
    case 'error':
      return undefined
    case 'number':
      if (type === 'float64') return cell.value
      if (type === 'boolean' || type === 'date' || type === 'datetime' || type === 'timestamp' || type === 'time') return undefined
      if (type === 'interval') return undefined
      return parseText(plainNumber(cell.value), type)
    case 'duration':
      return durationAs(cell.value, type)
    default:
      return momentAs(cell.kind, cell.value, type, is1904)
  }
}

/** Days as a number, shown as hours that may be more than 24. */
function durationAs(days: number, type: DataType): unknown {
  if (type === 'float64') return days
  const micros = BigInt(Math.round(days * dayMillis)) * 1000n
  if (type === 'interval') return packInterval({ months: 0, days: 0, micros })
  if (type === 'string') return intervalText({ months: 0, days: 0, micros })
  return undefined
}

function momentAs(kind: 'date' | 'datetime' | 'time', value: number, type: DataType, is1904: boolean): unknown {
  if (type === 'time') return kind === 'date' ? undefined : clockMicros(value)
  if (type === 'float64') return value
  const micros = microsOf(value, is1904)
  if (type === 'string') {
    if (kind === 'time') return clockText(clockMicros(value))
    if (micros === undefined) return String(value)
    return kind === 'date' ? dayText(Number(micros / 86_400_000_000n)) : momentText(micros)
  }
  if (type === 'date') return Number.isInteger(value) ? daysOf(value, is1904) : undefined
  if (type === 'datetime' || type === 'timestamp') return micros
  return parseText(plainNumber(value), type)
}

function clockMicros(serial: number): bigint {
  return BigInt(Math.round((serial - Math.floor(serial)) * dayMillis) % dayMillis) * 1000n
}

/** Digits without an exponent, so that whole numbers and decimals take them. */
function plainNumber(value: number): string {
  const text = String(value)
  if (!text.includes('e')) return text
  return Number.isInteger(value) ? String(BigInt(value)) : value.toFixed(20).replace(/0+$/, '')
}

function damaged(book: Workbook, why: string): TidemillError {
  return new TidemillError('connectors.format', `Excel file cannot be read: ${book.path}: ${why}`, {
    details: { file: book.path },
    hint: 'save it again',
  })
}
