import type { DataType, Field, Schema } from './data-type.ts'
import { isSafe, parseText } from './parse-text.ts'

/**
 * The columns of a text file, found from sampled texts (column by column; null is a NULL of the file). The same on every engine.
 *
 * Whole numbers are int64, bigint when one passes 2^53, string when one passes int64. Texts of digits that begin with 0 or + are codes and stay string (`007`,
 * `+49...`), and one of them makes the whole column so. Numbers with a fraction or an exponent are float64. `true` and `false` are boolean, `2026-11-21` is a date,
 * a day with a time a timestamp. An empty text counts as NULL. A column is nullable when a NULL was seen, and string when nothing else was.
 *
 * @example
 * inferSchema(['zip', 'n'], [['007', '010'], ['1', null]])   // zip: string, n: int64?
 */
export function inferSchema(names: readonly string[], columns: readonly (readonly (string | null)[])[]): Schema {
  return Object.freeze(
    names.map((name, index): Field => {
      const texts = columns[index] ?? []
      return Object.freeze({ name, type: inferType(texts), nullable: texts.some(isNull) })
    }),
  )
}

function isNull(text: string | null): boolean {
  return text === null || text === ''
}

type Shape = 'boolean' | 'integer' | 'big' | 'number' | 'special' | 'date' | 'timestamp' | 'string'

function inferType(texts: readonly (string | null)[]): DataType {
  const seen = new Set<Shape>()
  for (const text of texts) {
    if (text === null || text === '') continue
    const shape = shapeOf(text)
    if (shape === 'string') return 'string'
    seen.add(shape)
  }
  const only = (...shapes: Shape[]): boolean => [...seen].every(shape => shapes.includes(shape))
  if (seen.size === 0) return 'string'
  if (only('boolean')) return 'boolean'
  if (only('integer')) return 'int64'
  if (only('integer', 'big')) return texts.every(text => isNull(text) || parseText(text ?? '', 'int64') !== undefined) ? 'bigint' : 'string'
  // `NaN` and `inf` alone may be words.
  if (only('integer', 'big', 'number', 'special') && !only('special')) return 'float64'
  if (only('date')) return 'date'
  if (only('date', 'timestamp')) return 'timestamp'
  return 'string'
}

const code = /^[ \t\n\f\r]*(?:\+|-?0[0-9])/

function shapeOf(text: string): Shape {
  const first = text.charCodeAt(0)
  // Most texts of a file are words: a letter that begins no number, no boolean.
  if (first > 0x7f) return 'string'
  if (code.test(text) && !/^[0-9]{4}-/.test(text)) return 'string'
  if (/^[ \t\n\f\r]*-?[0-9]+[ \t\n\f\r]*$/.test(text)) {
    const value = parseText(text, 'int64')
    return typeof value === 'bigint' && isSafe(value) ? 'integer' : 'big'
  }
  const number = parseText(text, 'float64')
  if (number !== undefined) return Number.isFinite(number) ? 'number' : 'special'
  if (parseText(text, 'boolean') !== undefined) return 'boolean'
  if (parseText(text, 'date') !== undefined) return 'date'
  if (parseText(text, 'timestamp') !== undefined) return 'timestamp'
  return 'string'
}
