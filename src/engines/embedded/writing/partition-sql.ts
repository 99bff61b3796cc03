/** What decides about the folder of a row, as SQL: first a value that is quick to sort by, then the text that it is in the name of the folder. */
import type { Every, Partition } from '../../../layout/index.ts'
import type { DataType } from '../../../schema/index.ts'
import { duckdb, toText } from '../../../sql/index.ts'

/** @param name the column, as the statement calls it, quoted */
export function partitionValue(level: Partition, name: string, type: DataType): string {
  switch (level.by) {
    case 'value':
      return name
    case 'hash':
      return `CAST(md5_number_lower(${toText(name, type)}) % ${level.buckets} AS INTEGER)`
    case 'range':
      return rangeSql(level.edges, name, type)
    case 'time':
      return timeSql(level.every, type === 'timestamp' ? zoned(name, level.timeZone) : name)
  }
}

/** The text of such a value, NULL for NULL. */
export function partitionText(level: Partition, value: string, type: DataType): string {
  return level.by === 'value' ? toText(value, type) : `CAST(${value} AS VARCHAR)`
}

/** NaN is greater than every edge. */
function rangeSql(edges: readonly string[], name: string, type: DataType): string {
  const cases = edges.map((edge, index) => `WHEN ${name} < ${edgeSql(edge, type)} THEN ${index}`)
  return `CASE WHEN ${name} IS NULL THEN NULL ${cases.join(' ')} ELSE ${edges.length} END`
}

/** An instant with `Z` is one in UTC, which is how DuckDB keeps them. */
function edgeSql(edge: string, type: DataType): string {
  return `CAST(${duckdb.quoteText(type === 'timestamp' || type === 'datetime' ? edge.replace(/Z$/, '') : edge)} AS ${duckdb.typeName(type)})`
}

function zoned(name: string, zone: string): string {
  return zone === 'UTC' ? name : `timezone(${duckdb.quoteText(zone)}, CAST(${name} AS TIMESTAMPTZ))`
}

const formats: Readonly<Record<Exclude<Every, 'quarter'>, string>> = {
  year: '%Y',
  month: '%Y-%m',
  week: '%G-W%V',
  day: '%Y-%m-%d',
  hour: '%Y-%m-%d-%H',
}

function timeSql(every: Every, at: string): string {
  if (every === 'quarter') return `strftime(${at}, '%Y') || '-Q' || CAST(quarter(${at}) AS VARCHAR)`
  return `strftime(${at}, '${formats[every]}')`
}
