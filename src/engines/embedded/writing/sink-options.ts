/** What a file sink asks for, with its defaults. */
import { TidemillError } from '../../../errors/index.ts'
import { durationMicros } from '../../../expr/index.ts'
import type { Every, Partition, TableKind } from '../../../layout/index.ts'
import { printType, type Schema } from '../../../schema/index.ts'

export type Rule =
  | string
  | { readonly hash: string; readonly buckets: number }
  | { readonly range: string; readonly edges: readonly (number | string | Date)[] }
  | { readonly range: string; readonly parts: number }
  | { readonly time: string; readonly every: Every; readonly timeZone?: string }

/** The options of `csv`, `ndjson` and `parquet` that concern writing. */
export interface FileSink {
  readonly path: string
  readonly partitionBy?: readonly Rule[]
  readonly mode?: 'fail' | 'replace' | 'append' | 'replacePartitions'
  readonly sortBy?: readonly string[]
  readonly rowsPerFile?: number
  readonly bytesPerFile?: number
  readonly keep?: string
  readonly compression?: string
  readonly rowGroupSize?: number
  readonly delimiter?: string
  readonly header?: boolean
}

/** A range whose edges are found out of the rows. */
export interface OpenRange {
  readonly by: 'range'
  readonly column: string
  readonly folder: string
  readonly parts: number
}

export interface Layout {
  readonly kind: TableKind
  readonly levels: readonly (Partition | OpenRange)[]
  readonly sortBy: readonly string[]
  readonly rowsPerFile: number | undefined
  readonly bytesPerFile: number | undefined
  readonly keepMs: number
  readonly compression: string
  readonly rowGroupSize: number | undefined
  /** `parquet`, `csv.gz`, ... */
  readonly ending: string
  readonly text: { readonly delimiter: string; readonly header: boolean } | undefined
}

/** @throws plan.unknown-column, plan.argument, plan.duplicate-column, connectors.option, plan.type */
export function layoutOf(kind: TableKind, sink: FileSink, fields: Schema): Layout {
  const { partitionBy = [], sortBy = [], rowsPerFile, bytesPerFile, keep = '1h', rowGroupSize } = sink
  checkNames(fields)
  const names = fields.map(field => field.name)
  const need = (name: string, where: string): string => {
    if (!names.includes(name))
      throw new TidemillError('plan.unknown-column', `unknown column in ${where}: ${name} (have ${names.join(', ')})`)
    return name
  }
  for (const name of sortBy) need(name, 'sortBy')
  const levels: (Partition | OpenRange)[] = []
  const taken = new Set(names.map(name => name.toLowerCase()))
  for (const rule of partitionBy) levels.push(levelOf(rule, fields, need, taken))
  const values = levels.filter(level => level.by === 'value').map(level => level.column)
  if (new Set(values).size < values.length) throw new TidemillError('plan.argument', `column twice in partitionBy: ${values.join(', ')}`)
  if (values.length > 0 && values.length === names.length)
    throw new TidemillError('plan.argument', 'partitionBy takes every column: none is left for the files')
  const compression = sink.compression ?? byEnding(kind, sink.path)
  const packed = kind === 'parquet' ? '' : (suffixes[compression] ?? '')
  return {
    kind,
    levels,
    sortBy,
    rowsPerFile,
    bytesPerFile,
    keepMs: durationMicros(keep) / 1000,
    compression,
    rowGroupSize,
    ending: `${kind}${packed}`,
    text: kind === 'csv' ? { delimiter: sink.delimiter ?? ',', header: sink.header ?? true } : undefined,
  }
}

const suffixes: Readonly<Record<string, string>> = { gzip: '.gz', zstd: '.zst' }

function byEnding(kind: TableKind, path: string): string {
  if (kind === 'parquet') return 'snappy'
  return /\.gz$/i.test(path) ? 'gzip' : /\.zst$/i.test(path) ? 'zstd' : 'none'
}

/** Names of folders follow the custom of Iceberg: `customer_bucket=3`, `at_month=2026-01`. */
function levelOf(rule: Rule, fields: Schema, need: (name: string, where: string) => string, taken: Set<string>): Partition | OpenRange {
  const where = 'partitionBy'
  if (typeof rule === 'string') return { by: 'value', column: need(rule, where), folder: rule }
  if ('hash' in rule) {
    const column = need(rule.hash, where)
    return { by: 'hash', column, buckets: rule.buckets, folder: free(`${column}_bucket`, taken) }
  }
  if ('range' in rule) {
    const column = need(rule.range, where)
    const folder = free(`${column}_range`, taken)
    if ('parts' in rule) return { by: 'range', column, folder, parts: rule.parts }
    return { by: 'range', column, folder, edges: rule.edges.map(edge => (edge instanceof Date ? edge.toISOString() : String(edge))) }
  }
  const column = need(rule.time, where)
  const type = fields.find(field => field.name === column)?.type
  if (type !== 'timestamp' && type !== 'datetime' && type !== 'date')
    throw new TidemillError(
      'plan.type',
      `partition by time wants a date, datetime or timestamp: ${column} is ${type === undefined ? 'unknown' : printType(type)}`,
    )
  if (rule.timeZone !== undefined && type !== 'timestamp')
    throw new TidemillError('plan.type', `timeZone is for instants: ${column} is ${type}, which has no zone`)
  return { by: 'time', column, every: rule.every, timeZone: rule.timeZone ?? 'UTC', folder: free(`${column}_${rule.every}`, taken) }
}

/** A name that no column has: readers of such folders would take one for the other. */
function free(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted}_${number}`
  taken.add(name.toLowerCase())
  return name
}

function checkNames(fields: Schema): void {
  const seen = new Map<string, string>()
  for (const { name } of fields) {
    if (/[\u0000\p{Surrogate}]/u.test(name))
      throw new TidemillError('plan.argument', `column name cannot be written to a file: ${JSON.stringify(name)}`, {
        hint: 'rename it: a file has no NUL and no half of a surrogate pair in a name',
      })
    const other = seen.get(name.toLowerCase())
    if (other !== undefined)
      throw new TidemillError(
        'plan.duplicate-column',
        `columns whose names differ by case only cannot be written to one file: ${other}, ${name}`,
        {
          hint: 'rename one of them',
        },
      )
    seen.set(name.toLowerCase(), name)
  }
}
