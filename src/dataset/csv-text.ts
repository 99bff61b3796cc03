import { type Batch, rowsOf } from '../batch/index.ts'
import { isCalendarDate, isDecimal } from '../schema/index.ts'
import { jsonText } from './json-text.ts'

/** The first line of a CSV file. */
export function csvHeader(names: readonly string[]): string {
  return `${names.map(quoted).join(',')}\r\n`
}

/** The rows of a batch as lines of RFC 4180; NULL is an empty field, an empty text is `""`. */
export function csvLines(batch: Batch): string {
  const names = batch.fields.map(field => field.name)
  let text = ''
  for (const row of rowsOf(batch)) text += `${names.map(name => cell((row as Readonly<Record<string, unknown>>)[name])).join(',')}\r\n`
  return text
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return quoted(value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (isCalendarDate(value) || isDecimal(value)) return value.toString()
  return typeof value === 'object' ? quoted(jsonText(value)) : `${value as number | bigint | boolean}`
}

function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
