import { TidemillError } from '../../errors/index.ts'
import type { LiteralNode } from '../../expr/index.ts'
import { clockText, parseText, printType, unpackInterval } from '../../schema/index.ts'
import { quoteText } from './text.ts'
import { typeName } from './types.ts'

/** A constant; floats are written in their shortest form with an exponent, which DuckDB reads back bit by bit. */
export function literal({ value, type }: LiteralNode): string {
  if (value === null) return `CAST(NULL AS ${typeName(type)})`
  if (typeof type === 'object') {
    if ('decimal' in type) return `CAST('${String(value)}' AS ${typeName(type)})`
    if ('enum' in type) return quoteText(String(value))
    throw new TidemillError('expr.literal', `a constant of type ${printType(type)} cannot stand in an expression`)
  }
  switch (type) {
    case 'boolean':
      return value === true ? 'true' : 'false'
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
      return `CAST(${integer(value)} AS INTEGER)`
    case 'uint64':
      return `CAST(${integer(value)} AS ${typeName(type)})`
    case 'uint32':
    case 'int64':
    case 'bigint':
      return `CAST(${integer(value)} AS BIGINT)`
    case 'float32':
    case 'float64':
      return float(Number(value))
    case 'date':
      return `DATE '${String(value)}'`
    case 'time':
      return `CAST('${clockText(BigInt(value as string))}' AS TIME)`
    case 'interval': {
      const { months, days, micros } = unpackInterval(parseText(String(value), 'interval') as bigint)
      return `(to_months(CAST('${months}' AS INTEGER)) + to_days(CAST('${days}' AS INTEGER)) + to_microseconds(CAST('${micros}' AS BIGINT)))`
    }
    case 'timestamp':
    case 'datetime':
      return `make_timestamp(CAST(${integer(value)} AS BIGINT))`
    case 'bytes':
      return `from_base64('${String(value)}')`
    default:
      return quoteText(String(value))
  }
}

function integer(value: string | number | boolean): string {
  const text = String(value)
  if (!/^-?\d+$/.test(text)) throw new TidemillError('expr.literal', `not an integer: ${text}`)
  return text.startsWith('-') ? `'${text}'` : text
}

/** A double as text. */
export function float(value: number): string {
  if (Number.isNaN(value)) return "CAST('NaN' AS DOUBLE)"
  if (!Number.isFinite(value)) return `CAST('${value}' AS DOUBLE)`
  const text = Object.is(value, -0) ? '-0' : String(value)
  const digits = text.includes('e') ? text : `${text}e0`
  return digits.startsWith('-') ? `CAST('${digits}' AS DOUBLE)` : digits
}
