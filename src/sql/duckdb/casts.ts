import { type DataType, isInteger, itemType, printType, rangeOf, storageOf, textForms } from '../../schema/index.ts'
import { guard } from './guards.ts'
import { exactJson, isDecimalType } from './exact-json.ts'
import { eachLeaf, someLeaf } from './nested.ts'
import { quoteName, quoteText } from './text.ts'
import { fileTypeName, typeName } from './types.ts'

const blank = '[ \\t\\n\\f\\r]*'

/** The texts that are a value of a type: DuckDB's own casts also take `1_000`, `0x10`, `yes`, `1.5` for an integer, and round. */
const forms: Readonly<Record<string, string>> = {
  int8: textForms.integer,
  int16: textForms.integer,
  int32: textForms.integer,
  int64: textForms.integer,
  bigint: textForms.integer,
  uint8: textForms.integer,
  uint16: textForms.integer,
  uint32: textForms.integer,
  uint64: textForms.integer,
  float64: textForms.number,
  boolean: textForms.boolean,
  date: textForms.date,
  time: textForms.time,
  datetime: textForms.datetime,
}

function looksLike(text: string, form: string): string {
  return `regexp_full_match(${text}, '${form}')`
}

/** Types that stand in a wider one inside statements: a cast goes through their own, which has their range. */
function isNarrow(type: DataType): boolean {
  return typeName(type) !== fileTypeName(type) && (isInteger(type) || type === 'float32')
}

/** A value in the range of its type; NULL beyond. */
export function tryNarrow(text: string, type: DataType): string {
  const own = `TRY_CAST(${text} AS ${fileTypeName(type)})`
  return isNarrow(type) ? `CAST(${own} AS ${typeName(type)})` : own
}

/** NULL for a text that is no value of the type, and for NULL. */
export function tryText(text: string, type: DataType): string {
  if (typeof type === 'object') return tryTextOfObject(text, type)
  if (type === 'string' || type === 'unknown') return text
  if (type === 'bytes') return `TRY(from_base64(${text}))`
  if (type === 'null') return 'CAST(NULL AS INTEGER)'
  if (type === 'uuid') return `CASE WHEN ${looksLike(text, textForms.uuid)} THEN lower(${text}) END`
  if (type === 'json') return `CASE WHEN json_valid(${text}) THEN ${text} END`
  if (type === 'interval') return tryInterval(text)
  if (type === 'timestamp') {
    const shifted = `make_timestamp(epoch_us(TRY_CAST(upper(${text}) AS TIMESTAMPTZ)))`
    const plain = `TRY_CAST(upper(${text}) AS TIMESTAMP)`
    return `CASE WHEN ${looksLike(text, textForms.timestamp)} THEN CASE WHEN regexp_matches(${text}, '${textForms.offset}$') THEN ${shifted} ELSE ${plain} END END`
  }
  if (type === 'float32') return tryNarrow(tryText(text, 'float64'), type)
  const form = forms[type]
  // DuckDB knows no small `t` between day and time.
  const cast = tryNarrow(type === 'datetime' ? `upper(${text})` : text, type)
  if (form === undefined) return cast
  // The pattern costs more than the cast. DuckDB's doubles differ from it only where there is an underscore, a plus or a vertical tab (a test tries many texts),
  // and an integer that prints as it was written needs no pattern.
  if (type === 'float64') {
    const suspect = `contains(${text}, '_') OR contains(${text}, '+') OR contains(${text}, chr(11))`
    return `CASE WHEN NOT (${suspect}) THEN ${cast} WHEN ${looksLike(text, form)} THEN ${cast} END`
  }
  if (!isInteger(type)) return `CASE WHEN ${looksLike(text, form)} THEN ${cast} END`
  return `CASE WHEN CAST(${cast} AS VARCHAR) = ${text} THEN ${cast} WHEN ${looksLike(text, form)} THEN ${cast} END`
}

function tryTextOfObject(text: string, type: Exclude<DataType, string>): string {
  if ('enum' in type)
    return type.enum.length === 0
      ? 'CAST(NULL AS VARCHAR)'
      : `CASE WHEN ${text} IN (${type.enum.map(quoteText).join(', ')}) THEN ${text} END`
  if ('decimal' in type) {
    const [, scale] = type.decimal
    const form = `${blank}[+-]?(?:[0-9]+(?:\\.[0-9]{0,${scale}}0*)?|\\.[0-9]{0,${scale}}0*)${blank}`
    const cast = `TRY_CAST(${text} AS ${typeName(type)})`
    return `CASE WHEN ${looksLike(text, form)} THEN ${cast} WHEN ${looksLike(text, textForms.decimal)} THEN CASE WHEN ${places(text)} <= ${scale} THEN ${cast} END END`
  }
  // One part that does not fit makes the whole NULL.
  const json = someLeaf(type, isDecimalType) ? exactJson(text) : text
  return `CASE WHEN json_valid(${text}) THEN TRY(${fromJson(`CAST(${json} AS JSON)`, type, true, 0)}) END`
}

/** How many digits behind the point a number such as `1.50e-3` needs, negative for `100`; DuckDB would round the rest away. Fewer than all of them for 0. */
function places(text: string): string {
  const mantissa = `regexp_extract(${text}, '[0-9.]+')`
  const exponent = `CAST(coalesce(nullif(regexp_extract(${text}, '[eE]([-+]?[0-9]+)', 1), ''), '0') AS INTEGER)`
  const digits = `rtrim(replace(${mantissa}, '.', ''), '0')`
  const fraction = `length(regexp_extract(${mantissa}, '[.](.*)', 1))`
  return `CASE WHEN ltrim(${digits}, '0') = '' THEN 0 ELSE ${fraction} - ${exponent} - (length(replace(${mantissa}, '.', '')) - length(${digits})) END`
}

/**
 * JSON as a value, each part held to the rules of a text of its own; an error where one does not fit. DuckDB's own way rounds 1.5 to 2 and takes 300 for a TINYINT
 * here and there. A key that an object lacks is NULL. Maps are objects where their keys are texts, else pairs.
 */
function fromJson(json: string, type: DataType, nullable: boolean, depth: number): string {
  const wrong = failing(`coalesce(json_type(${json}), 'NULL')`, type)
  const value = valueOfJson(json, type, depth, wrong)
  return `CASE WHEN coalesce(json_type(${json}), 'NULL') = 'NULL' THEN ${nullable ? 'NULL' : wrong} ELSE ${value} END`
}

/** An expression of the type that fails, from a text that is no number. TRY does not take `error()`, which DuckDB holds for volatile. */
function failing(word: string, type: DataType): string {
  return `CAST(CAST(CAST(${word} AS INTEGER) AS VARCHAR) AS ${typeName(type)})`
}

function valueOfJson(json: string, type: DataType, depth: number, wrong: string): string {
  const item = `"~${depth}"`
  const only = (kind: 'ARRAY' | 'OBJECT', made: string): string => `CASE WHEN json_type(${json}) = '${kind}' THEN ${made} ELSE ${wrong} END`
  if (type === 'json') return `CAST(${json} AS VARCHAR)`
  if (typeof type === 'object' && 'list' in type)
    return only('ARRAY', `list_transform(from_json(${json}, '["JSON"]'), ${item} -> ${fromJson(item, type.list, true, depth + 1)})`)
  if (typeof type === 'object' && 'struct' in type) {
    const fields = type.struct.map(field => {
      const pointer = quoteText(`/${field.name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      return `${quoteName(field.name)} := ${fromJson(`json_extract(${json}, ${pointer})`, field.type, field.nullable, depth)}`
    })
    return only('OBJECT', `struct_pack(${fields.join(', ')})`)
  }
  if (typeof type === 'object' && 'map' in type) {
    const [key, value] = type.map
    const own = fromJson(`${item}."value"`, value, true, depth + 1)
    if (storageOf(key) !== 'text') {
      const pairs = `list_transform(from_json(${json}, '["JSON"]'), ${item} -> ${fromJson(item, itemType(type) as DataType, false, depth + 1)})`
      return only('ARRAY', `map_from_entries(${pairs})`)
    }
    const name = `coalesce(${tryText(`${item}."key"`, key)}, ${failing(`'~' || ${item}."key"`, key)})`
    const entries = `map_entries(from_json(${json}, '"MAP(VARCHAR, JSON)"'))`
    return only('OBJECT', `map_from_entries(list_transform(${entries}, ${item} -> struct_pack("key" := ${name}, "value" := ${own})))`)
  }
  const made = tryText(`json_extract_string(${json}, '$')`, type)
  return `coalesce(${made}, ${wrong})`
}

const intervalParts =
  '^P(?:([-+]?[0-9]+)Y)?(?:([-+]?[0-9]+)M)?(?:([-+]?[0-9]+)W)?(?:([-+]?[0-9]+)D)?(?:T(?:([-+]?[0-9]+)H)?(?:([-+]?[0-9]+)M)?(?:([-+]?[0-9]+(?:[.][0-9]+)?)S)?)?$'

/** ISO 8601: DuckDB reads other words only. */
function tryInterval(text: string): string {
  const parts = `regexp_extract(${text}, '${intervalParts}', ['y', 'm', 'w', 'd', 'h', 'n', 's'])`
  const whole = (name: string): string => `CAST(coalesce(nullif(${parts}."${name}", ''), '0') AS BIGINT)`
  const seconds = `CAST(CAST(coalesce(nullif(${parts}."s", ''), '0') AS DECIMAL(20, 6)) * 1000000 AS BIGINT)`
  const months = `to_months(CAST(${whole('y')} * 12 + ${whole('m')} AS INTEGER))`
  const days = `to_days(CAST(${whole('w')} * 7 + ${whole('d')} AS INTEGER))`
  const micros = `to_microseconds(${whole('h')} * 3600000000 + ${whole('n')} * 60000000 + ${seconds})`
  // `P` and `PT` alone, and a `T` without a time behind it, are no intervals.
  return `CASE WHEN ${looksLike(text, textForms.interval)} AND NOT regexp_matches(${text}, '[PT]$') THEN TRY(${months} + ${days} + ${micros}) END`
}

/** What a cast to the type gives, NULL where the value does not fit; never rounded (but to float32), never cut. */
export function tryConvert(text: string, from: DataType, to: DataType): string {
  if (printType(from) === printType(to)) return text
  if (storageOf(from) === 'text') return to === 'string' ? text : tryText(text, to)
  if (to === 'string') return toText(text, from)
  if (to === 'null') return 'CAST(NULL AS INTEGER)'
  if (to === 'json') return `CAST(to_json(${jsonReady(text, from)}) AS VARCHAR)`
  if (typeof to === 'object' && 'list' in to && typeof from === 'object' && 'list' in from) return tryList(text, from.list, to.list)
  if (isInteger(to) && from === 'boolean') return `CAST(${text} AS ${typeName(to)})`
  if (isInteger(to) && !isInteger(from)) return `CASE WHEN ${text} = trunc(${text}) THEN ${tryNarrow(text, to)} END`
  if (to === 'float32') return tryNarrow(`CAST(${text} AS DOUBLE)`, to)
  if (typeof to === 'object' && 'decimal' in to) {
    if (from === 'float64' || from === 'float32') {
      // With more digits than a double has, DuckDB's own way shows those of its binary form: 0.1 is 0.1000000000000000055.
      const fits = `TRY_CAST(${to.decimal[0] > 15 ? `CAST(${text} AS VARCHAR)` : text} AS ${typeName(to)})`
      return `CASE WHEN CAST(${fits} AS DOUBLE) = ${text} THEN ${fits} END`
    }
    if (typeof from === 'object' && 'decimal' in from && from.decimal[1] > to.decimal[1]) {
      const fits = `TRY_CAST(${text} AS ${typeName(to)})`
      return `CASE WHEN TRY_CAST(${fits} AS ${typeName(from)}) = ${text} THEN ${fits} END`
    }
  }
  if (storageOf(to) === 'text') return tryText(toText(text, from), to)
  // Behind a CASE, as DuckDB compares the value before the cast with a constant: `3 <> TRY_CAST(x AS INTEGER)` would be true for 3000000000.
  return `CASE WHEN ${text} IS NOT NULL THEN ${tryNarrow(text, to)} END`
}

/** One item that does not fit makes the whole NULL. */
function tryList(text: string, from: DataType, to: DataType): string {
  const made = tryConvert('"~x"', from, to)
  return `TRY(list_transform(${text}, "~x" -> CASE WHEN "~x" IS NOT NULL THEN coalesce(${made}, ${failing(`'~' || CAST("~x" AS VARCHAR)`, to)}) END))`
}

/** A value in the type it has in common with others. Only one of uint64 may be beyond it. */
export function inCommon(text: string, from: DataType, to: DataType): string {
  if (printType(from) === printType(to)) return text
  if (from !== 'uint64' || !isInteger(to)) return `CAST(${text} AS ${typeName(to)})`
  const failed = guard('expr.overflow', {}, `CAST(${text} AS VARCHAR) || ' is no ${printType(to)}'`)
  return `CASE WHEN ${text} IS NOT NULL THEN coalesce(TRY_CAST(${text} AS ${typeName(to)}), ${failed}) END`
}

/** A cast that fails on a value that does not fit. */
export function convert(text: string, from: DataType, to: DataType): string {
  if (printType(from) === printType(to) || (from === 'int64' && to === 'bigint') || (from === 'bigint' && to === 'int64')) return text
  if (from === 'null' || from === 'unknown') return `CAST(${text} AS ${typeName(to)})`
  if (to === 'string' || to === 'unknown') return toText(text, from)
  if (isWidening(from, to)) return `CAST(${text} AS ${typeName(to)})`
  const shown = storageOf(from) === 'list' || storageOf(from) === 'struct' ? `CAST(${text} AS VARCHAR)` : toText(text, from)
  const failed = guard('expr.cast', { wanted: printType(to) }, shown)
  return `CASE WHEN ${text} IS NOT NULL THEN coalesce(${tryConvert(text, from, to)}, ${failed}) END`
}

/** Casts that every value survives. */
function isWidening(from: DataType, to: DataType): boolean {
  if (from === 'boolean') return isInteger(to) || to === 'float64' || to === 'float32'
  const [inner, outer] = [rangeOf(from), rangeOf(to)]
  if (inner !== undefined) return outer === undefined ? to === 'float64' : outer[0] <= inner[0] && inner[1] <= outer[1]
  if (from === 'float32') return to === 'float64'
  if (typeof from === 'object' && 'decimal' in from) return to === 'float64'
  if (from === 'date') return to === 'datetime' || to === 'timestamp'
  if (from === 'datetime' || from === 'timestamp') return to === 'date' || to === 'datetime' || to === 'timestamp' || to === 'time'
  return false
}

/** A value as text: instants in ISO form with `Z`, floats in their shortest form, lists, structs and maps as JSON. */
export function toText(text: string, from: DataType): string {
  if (storageOf(from) === 'text') return text
  if (from === 'timestamp') return `${isoText(text)} || 'Z'`
  if (from === 'datetime') return isoText(text)
  // DuckDB writes years before 1 as `0001-12-31 (BC)`.
  if (from === 'date') return `CASE WHEN ${text} >= DATE '0001-01-01' THEN CAST(${text} AS VARCHAR) ELSE strftime(${text}, '%Y-%m-%d') END`
  if (from === 'float64' || from === 'float32') return floatText(text)
  if (from === 'bytes') return `base64(${text})`
  if (from === 'interval') return intervalText(text)
  if (storageOf(from) === 'list' || storageOf(from) === 'struct') return `CAST(to_json(${jsonReady(text, from)}) AS VARCHAR)`
  return `CAST(${text} AS VARCHAR)`
}

/** A value whose JSON, as DuckDB writes it, is ours: leaves that it has other words for become texts; maps whose keys are no texts become pairs. */
export function jsonReady(text: string, type: DataType): string {
  return pairsOf(
    eachLeaf(text, type, (leaf, own) => {
      if (own === 'timestamp' || own === 'datetime' || own === 'date' || own === 'bytes' || own === 'interval') return toText(leaf, own)
      if (own === 'json') return `CAST(${leaf} AS JSON)`
      // JSON has no NaN: it is written as NULL, as JSON.stringify does.
      return own === 'float64' || own === 'float32' ? `CASE WHEN isfinite(${leaf}) THEN ${leaf} END` : leaf
    }),
    type,
  )
}

function pairsOf(text: string, type: DataType): string {
  return typeof type === 'object' && 'map' in type && storageOf(type.map[0]) !== 'text' ? `map_entries(${text})` : text
}

/** ISO 8601, each part with its sign. */
function intervalText(x: string): string {
  const part = (name: string, unit: string): string =>
    `CASE WHEN datepart('${name}', ${x}) = 0 THEN '' ELSE CAST(datepart('${name}', ${x}) AS VARCHAR) || '${unit}' END`
  const micros = `datepart('microsecond', ${x})`
  const fraction = `regexp_replace('.' || lpad(CAST(abs(${micros}) % 1000000 AS VARCHAR), 6, '0'), '[.]?0*$', '')`
  const seconds = `CASE WHEN ${micros} = 0 THEN '' ELSE CASE WHEN ${micros} < 0 THEN '-' ELSE '' END || CAST(abs(${micros}) // 1000000 AS VARCHAR) || ${fraction} || 'S' END`
  const date = `${part('year', 'Y')} || ${part('month', 'M')} || ${part('day', 'D')}`
  const clock = `${part('hour', 'H')} || ${part('minute', 'M')} || ${seconds}`
  return `CASE WHEN ${x} IS NULL THEN NULL WHEN (${date}) || (${clock}) = '' THEN 'PT0S' WHEN (${clock}) = '' THEN 'P' || ${date} ELSE 'P' || ${date} || 'T' || ${clock} END`
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
