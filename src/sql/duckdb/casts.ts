import { type DataType, isInt64, isInteger, printType, textForms } from '../../schema/index.ts'
import { guard } from './guards.ts'
import { quoteName, quoteText } from './text.ts'
import { typeName } from './types.ts'

const blank = '[ \\t\\n\\f\\r]*'

/** The texts that are a value of a type: DuckDB's own casts also take `1_000`, `0x10`, `yes`, `1.5` for an integer, and round. */
const forms: Readonly<Record<string, string>> = {
  int32: textForms.integer,
  int64: textForms.integer,
  bigint: textForms.integer,
  float64: textForms.number,
  boolean: textForms.boolean,
  date: textForms.date,
  datetime: textForms.datetime,
}

function looksLike(text: string, form: string): string {
  return `regexp_full_match(${text}, '${form}')`
}

/** NULL for a text that is no value of the type, and for NULL. */
export function tryText(text: string, type: DataType): string {
  if (typeof type === 'object') {
    if ('enum' in type)
      return type.enum.length === 0
        ? 'CAST(NULL AS VARCHAR)'
        : `CASE WHEN ${text} IN (${type.enum.map(quoteText).join(', ')}) THEN ${text} END`
    if ('decimal' in type) {
      const [, scale] = type.decimal
      const form = `${blank}[+-]?(?:[0-9]+(?:\\.[0-9]{0,${scale}}0*)?|\\.[0-9]{0,${scale}}0*)${blank}`
      return `CASE WHEN ${looksLike(text, form)} THEN TRY_CAST(${text} AS ${typeName(type)}) END`
    }
    return `CASE WHEN json_valid(${text}) THEN TRY(from_json_strict(${text}, ${quoteText(JSON.stringify(jsonShape(type)))})) END`
  }
  if (type === 'string' || type === 'unknown') return text
  if (type === 'bytes') return `TRY(from_base64(${text}))`
  if (type === 'null') return 'CAST(NULL AS INTEGER)'
  if (type === 'timestamp') {
    const shifted = `make_timestamp(epoch_us(TRY_CAST(upper(${text}) AS TIMESTAMPTZ)))`
    const plain = `TRY_CAST(upper(${text}) AS TIMESTAMP)`
    return `CASE WHEN ${looksLike(text, textForms.timestamp)} THEN CASE WHEN regexp_matches(${text}, '${textForms.offset}$') THEN ${shifted} ELSE ${plain} END END`
  }
  const form = forms[type]
  // DuckDB knows no small `t` between day and time.
  const cast = `TRY_CAST(${type === 'datetime' ? `upper(${text})` : text} AS ${typeName(type)})`
  if (form === undefined) return cast
  // The pattern costs more than the cast. DuckDB's doubles differ from it only where there is an underscore, a plus or a vertical tab (a test tries many texts),
  // and an integer that prints as it was written needs no pattern.
  if (type === 'float64') {
    const suspect = `contains(${text}, '_') OR contains(${text}, '+') OR contains(${text}, chr(11))`
    return `CASE WHEN NOT (${suspect}) THEN ${cast} WHEN ${looksLike(text, form)} THEN ${cast} END`
  }
  if (type !== 'int32' && !isInt64(type)) return `CASE WHEN ${looksLike(text, form)} THEN ${cast} END`
  return `CASE WHEN CAST(${cast} AS VARCHAR) = ${text} THEN ${cast} WHEN ${looksLike(text, form)} THEN ${cast} END`
}

function jsonShape(type: DataType): unknown {
  if (typeof type === 'object' && 'list' in type) return [jsonShape(type.list)]
  if (typeof type === 'object' && 'struct' in type) return Object.fromEntries(type.struct.map(field => [field.name, jsonShape(field.type)]))
  return typeName(type)
}

/** What a cast to the type gives, NULL where the value does not fit; never rounded, never cut. */
export function tryConvert(text: string, from: DataType, to: DataType): string {
  if (printType(from) === printType(to)) return text
  const family = typeof from === 'object' && 'enum' in from ? 'string' : from
  if (family === 'string') return tryText(text, to)
  if (to === 'string') return toText(text, from)
  if (isInteger(to) && from === 'boolean') return `CAST(${text} AS ${typeName(to)})`
  if (isInteger(to) && !isInteger(from)) return `CASE WHEN ${text} = trunc(${text}) THEN TRY_CAST(${text} AS ${typeName(to)}) END`
  if (typeof to === 'object' && 'decimal' in to) {
    if (from === 'float64') {
      // With more digits than a double has, DuckDB's own way shows those of its binary form: 0.1 is 0.1000000000000000055.
      const fits = `TRY_CAST(${to.decimal[0] > 15 ? `CAST(${text} AS VARCHAR)` : text} AS ${typeName(to)})`
      return `CASE WHEN CAST(${fits} AS DOUBLE) = ${text} THEN ${fits} END`
    }
    if (typeof from === 'object' && 'decimal' in from && from.decimal[1] > to.decimal[1]) {
      const fits = `TRY_CAST(${text} AS ${typeName(to)})`
      return `CASE WHEN TRY_CAST(${fits} AS ${typeName(from)}) = ${text} THEN ${fits} END`
    }
  }
  if (typeof to === 'object' && 'enum' in to) return tryText(toText(text, from), to)
  // Behind a CASE, as DuckDB compares the value before the cast with a constant: `3 <> TRY_CAST(x AS INTEGER)` would be true for 3000000000.
  return `CASE WHEN ${text} IS NOT NULL THEN TRY_CAST(${text} AS ${typeName(to)}) END`
}

/** A cast that fails on a value that does not fit. */
export function convert(text: string, from: DataType, to: DataType): string {
  if (printType(from) === printType(to) || (from === 'int64' && to === 'bigint') || (from === 'bigint' && to === 'int64')) return text
  if (from === 'null' || from === 'unknown') return `CAST(${text} AS ${typeName(to)})`
  if (to === 'string' || to === 'unknown') return toText(text, from)
  if (isWidening(from, to)) return `CAST(${text} AS ${typeName(to)})`
  const failed = guard('expr.cast', { wanted: printType(to) }, `CAST(${text} AS VARCHAR)`)
  return `CASE WHEN ${text} IS NOT NULL THEN coalesce(${tryConvert(text, from, to)}, ${failed}) END`
}

/** Casts that every value survives. */
function isWidening(from: DataType, to: DataType): boolean {
  if (from === 'boolean') return isInteger(to) || to === 'float64'
  if (from === 'int32') return isInteger(to) || to === 'float64'
  if (isInteger(from)) return to === 'float64'
  if (typeof from === 'object' && 'decimal' in from) return to === 'float64'
  if (from === 'date' || from === 'datetime' || from === 'timestamp') return to === 'date' || to === 'datetime' || to === 'timestamp'
  return false
}

/** A value as text: instants in ISO form with `Z`, floats in their shortest form. */
export function toText(text: string, from: DataType): string {
  if (from === 'timestamp') return `${isoText(text)} || 'Z'`
  if (from === 'datetime') return isoText(text)
  // DuckDB writes years before 1 as `0001-12-31 (BC)`.
  if (from === 'date') return `CASE WHEN ${text} >= DATE '0001-01-01' THEN CAST(${text} AS VARCHAR) ELSE strftime(${text}, '%Y-%m-%d') END`
  if (from === 'float64') return floatText(text)
  if (from === 'bytes') return `base64(${text})`
  if (typeof from === 'object' && ('list' in from || 'struct' in from)) return `CAST(to_json(${text}) AS VARCHAR)`
  return `CAST(${text} AS VARCHAR)`
}

/** As JavaScript writes a number: DuckDB has the same digits, but other limits for the exponent, two digits in it, and `.0` behind whole numbers. */
function floatText(x: string): string {
  const own = `CAST(${x} AS VARCHAR)`
  const sign = `CASE WHEN ${x} < 0 THEN '-' ELSE '' END`
  const digits = `regexp_replace(${own}, '[-.]|e.*', '', 'g')`
  const exponent = `CAST(right(${own}, 2) AS INTEGER)`
  const cases = [
    `isnan(${x}) THEN 'NaN'`,
    `isinf(${x}) THEN CASE WHEN ${x} > 0 THEN 'Infinity' ELSE '-Infinity' END`,
    `${x} = trunc(${x}) AND abs(${x}) < 1e15 THEN CAST(CAST(${x} AS BIGINT) AS VARCHAR)`,
    `abs(${x}) >= 1e15 AND abs(${x}) < 1e16 THEN regexp_replace(${own}, '[.]0$', '')`,
    `abs(${x}) >= 1e16 AND abs(${x}) < 1e21 THEN ${sign} || rpad(${digits}, ${exponent} + 1, '0')`,
    `abs(${x}) >= 1e-6 AND abs(${x}) < 1e-4 THEN ${sign} || '0.' || repeat('0', ${exponent} - 1) || ${digits}`,
  ]
  return `CASE ${cases.map(one => `WHEN ${one}`).join(' ')} ELSE regexp_replace(${own}, 'e([+-])0', 'e\\1') END`
}

function isoText(text: string): string {
  return `regexp_replace(strftime(${text}, '%Y-%m-%dT%H:%M:%S.%f'), '[.]?0*$', '')`
}

/**
 * A text column of a file as a column of the schema. A value that does not fit, and a NULL where there must be none, is an error that names the
 * scan and the column; the engine then looks for the row.
 */
export function readText(name: string, type: DataType, nullable: boolean, scan: number, shown: string): string {
  const text = quoteName(name)
  const whenNull = guard('schema.not-null', { scan, column: shown })
  if (type === 'string') return nullable ? text : `coalesce(${text}, ${whenNull})`
  const failed = guard('schema.misfit', { scan, column: shown, wanted: printType(type) }, text)
  return `CASE WHEN ${text} IS NULL THEN ${nullable ? 'NULL' : whenNull} ELSE coalesce(${tryText(text, type)}, ${failed}) END`
}
