/** Folders such as `year=2026` in which no row can meet a filter are not opened. DuckDB leaves them out too, but reads the first 32 MB of each NDJSON file before it does. */
import { batchFromRows } from '../../batch/index.ts'
import { callNode, columnsOf, type ExprNode } from '../../expr/index.ts'
import type { ScanNode } from '../../plan/index.ts'
import { parseText, type Schema } from '../../schema/index.ts'

interface Folders {
  readonly files?: readonly string[]
  readonly fileNames?: readonly string[]
  readonly partitionFields?: Schema
  /** The value of each partition column, of each file. */
  readonly partitionTexts?: readonly (readonly (string | null)[])[]
}

const place = '~file number'

/** The scan with fewer files; itself where its filter says nothing of folders. One file stays, so that the reader has something to read. */
export async function prunedFolders(scan: ScanNode): Promise<ScanNode> {
  const { files = [], fileNames, partitionFields = [], partitionTexts = [], ...rest } = scan.source.options as Folders
  if (scan.where === undefined || files.length < 2 || partitionFields.length === 0) return scan
  const fields = partitionFields.filter(field => isPlain(field.type))
  const known = new Set(fields.map(field => field.name))
  const { filterBatch, kernelFunctions } = await import('../../kernels/index.ts')
  const about = conditions(scan.where).filter(
    expr => [...columnsOf(expr)].every(name => known.has(name)) && columnsOf(expr).size > 0 && isKnown(expr, kernelFunctions),
  )
  const [first, ...more] = about
  if (first === undefined) return scan
  const rows = files.map((_, index) => ({ ...valuesOf(fields, partitionFields, partitionTexts, index), [place]: index }))
  const batch = batchFromRows([...fields, { name: place, type: 'int32', nullable: false }], rows)
  const kept = filterBatch(
    batch,
    more.reduce((all, one) => callNode('and', [all, one]), first),
  )
  const numbers = kept.columns.at(-1)?.data
  const keep = new Set(Array.from({ length: kept.rows }, (_, row) => Number(numbers?.[row] ?? 0)))
  if (keep.size === 0) keep.add(0)
  if (keep.size === files.length) return scan
  const some = <T>(items: readonly T[]): T[] => items.filter((_, index) => keep.has(index))
  const options = {
    ...rest,
    partitionFields,
    partitionTexts: partitionTexts.map(some),
    files: some(files),
    ...(fileNames === undefined ? {} : { fileNames: some(fileNames) }),
  }
  return { ...scan, source: { ...scan.source, options } }
}

function isPlain(type: Schema[number]['type']): boolean {
  return type === 'string' || type === 'int32' || type === 'int64' || type === 'float64' || type === 'boolean'
}

function valuesOf(fields: Schema, all: Schema, texts: readonly (readonly (string | null)[])[], index: number): object {
  return Object.fromEntries(
    fields.map(field => {
      const text = texts[all.indexOf(field)]?.[index] ?? null
      const value = text === null ? null : parseText(text, field.type)
      return [field.name, typeof value === 'bigint' ? Number(value) : (value ?? null)]
    }),
  )
}

function conditions(where: ExprNode): readonly ExprNode[] {
  return where.op === 'and' ? where.args.flatMap(conditions) : [where]
}

function isKnown(expr: ExprNode, known: ReadonlySet<string>): boolean {
  return expr.op === 'column' || expr.op === 'literal' || (known.has(expr.op) && expr.args.every(arg => isKnown(arg, known)))
}
