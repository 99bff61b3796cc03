import { type DataType, isInteger, printType, rangeOf } from '../../schema/index.ts'
import { tryNarrow, tryText } from './casts.ts'
import { guard } from './guards.ts'
import { quoteName } from './text.ts'

/** Where a text is read, and what is said when it does not fit. */
export interface TextPlace {
  /** What the reader calls the column. */
  readonly name: string
  /** What the column of `looseCast` of it is called, where there is one. */
  readonly loose?: string | undefined
  /** The number of the scan in the statement. */
  readonly scan: number
  readonly shown: string
}

/**
 * DuckDB's own cast of a text, which takes more than we do (`1_000`, `0x10`, `1e2` and `1.5` for whole numbers) but gives the same value for what we take; undefined for a type
 * that has no cheap way to see that a text is one of ours.
 *
 * It belongs into a select below that of `readText`, as DuckDB would cast once for each mention inside a CASE.
 */
export function looseCast(name: string, type: DataType): string | undefined {
  const text = quoteName(name)
  if (type === 'float32') return tryNarrow(`TRY_CAST(${text} AS DOUBLE)`, type)
  if (type === 'timestamp') return `TRY_CAST(${text} AS TIMESTAMP)`
  return surely(text, text, type).length === 0 ? undefined : tryNarrow(text, type)
}

/**
 * A text column of a file as a column of the schema. A value that does not fit, and a NULL where there must be none, is an error that names the
 * scan and the column; the engine then looks for the row.
 *
 * The patterns that tell what fits cost several times the cast. So cheap conditions, which hold for texts as programs write them, come first: `surely`.
 */
export function readText({ name, loose, scan, shown }: TextPlace, type: DataType, nullable: boolean): string {
  const text = quoteName(name)
  const whenNull = guard('schema.not-null', { scan, column: shown })
  if (type === 'string') return nullable ? text : `coalesce(${text}, ${whenNull})`
  const failed = guard('schema.misfit', { scan, column: shown, wanted: printType(type) }, text)
  const value = loose === undefined ? undefined : quoteName(loose)
  const sure = value === undefined ? '' : surely(text, value, type).map(one => `WHEN ${one} THEN ${value} `)
  return `CASE ${[...sure].join('')}WHEN ${text} IS NULL THEN ${nullable ? 'NULL' : whenNull} ELSE coalesce(${tryText(text, type)}, ${failed}) END`
}

/** Conditions of which each tells that a text is surely a value of the type, and that its loose cast is that value. The test beside this file tries many texts. */
export function surely(text: string, value: string, type: DataType): readonly string[] {
  const printed = `CAST(${value} AS VARCHAR)`
  if (typeof type === 'object')
    // What the printed number begins with is a plain number of no more digits behind the point than it has.
    return 'decimal' in type ? [`prefix(${printed}, ${text})`] : []
  if (isInteger(type))
    return type === 'uint64' ? [`${printed} = ${text}`] : [plainDigits(text, value, type), `${text} = '0'`, `${printed} = ${text}`]
  switch (type) {
    case 'float32':
    case 'float64':
      // Besides these DuckDB takes what we take; blanks and a plus at the beginning are below the minus.
      return [`${value} IS NOT NULL AND ${text} >= '-' AND NOT contains(${text}, '_') AND NOT contains(${text}, chr(11))`]
    case 'boolean':
      // Of one to three letters: `t`, `1`, `yes`.
      return [`strlen(${text}) >= 4 AND ${value} IS NOT NULL`]
    case 'date':
      return [`strlen(${text}) = 10 AND ${printed} = ${text}`]
    case 'time':
      return [`${value} < TIME '24:00:00' AND ${printed} = ${text}`]
    case 'datetime':
    case 'timestamp': {
      // Years of four digits: no infinity, nothing before Christ.
      const years = `${value} BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'`
      const written = (length: number, form: string): string =>
        `${years} AND strlen(${text}) = ${length} AND strftime(${value}, '${form}') = ${text}`
      const local = [`${years} AND NOT contains(${text}, 'T') AND ${printed} = ${text}`, written(19, '%Y-%m-%dT%H:%M:%S')]
      return type === 'datetime' ? local : [written(24, '%Y-%m-%dT%H:%M:%S.%gZ'), written(20, '%Y-%m-%dT%H:%M:%SZ'), ...local]
    }
    default:
      return []
  }
}

/**
 * True only of a whole number written with as many digits as it has. Of n characters that DuckDB makes a number of n digits, those with a point, an underscore, a blank or zeros in
 * front have fewer digits than characters; `1e2` and its like end in two zeros; `0xFFFFF` begins with a zero.
 */
function plainDigits(text: string, value: string, type: DataType): string {
  const digits = String(rangeOf(type)?.[1] ?? '').length
  const least = Array.from({ length: digits }, (_, zeros) => (zeros === 0 ? '0' : `1${'0'.repeat(zeros)}`))
  return `${value} >= list_extract([${least.join(', ')}], strlen(${text})) AND ${text} >= '1' AND ${value} % 100 <> 0`
}
