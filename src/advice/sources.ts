import { stat } from 'node:fs/promises'
import { rawAt } from '../batch/index.ts'
import { withoutSecrets } from '../errors/index.ts'
import { callNode } from '../expr/index.ts'
import { filesNow } from '../layout/index.ts'
import { type Engine, nodesOf, type Plan, type RunOptions, type ScanNode, verbs } from '../plan/index.ts'
import type { Sample } from './sample.ts'
import type { SourceFigures } from './types.ts'

/** The sources of a plan, each once. */
export function scansOf(plan: Plan): readonly ScanNode[] {
  const scans = new Map<string, ScanNode>()
  for (const node of nodesOf(plan)) if (node.node === 'scan') scans.set(`${node.source.kind} ${JSON.stringify(pathOf(node))}`, node)
  return [...scans.values()]
}

function pathOf(scan: ScanNode): string {
  const { path, url, table } = scan.source.options as { readonly path?: unknown; readonly url?: unknown; readonly table?: unknown }
  return [path, url, table].find(value => typeof value === 'string') ?? scan.source.kind
}

/** Sizes from the file system, rows from the footers of Parquet, else from the bytes of the rows in a sample. */
export async function sourceFigures(engine: Engine, scan: ScanNode, seen: Sample, options: RunOptions): Promise<SourceFigures> {
  const { files: pinned = [], ofTable } = scan.source.options as {
    readonly files?: readonly string[]
    readonly ofTable?: { readonly root: string; readonly version: number }
  }
  // Files of a table that was replaced since it was read are elsewhere.
  const files = ofTable === undefined ? pinned : await filesNow(ofTable, pinned)
  let bytes = 0
  let largestFile = 0
  for (const file of files) {
    const { size } = await stat(file)
    bytes += size
    largestFile = Math.max(largestFile, size)
  }
  const known = { kind: scan.source.kind, path: withoutSecrets(pathOf(scan)), files: files.length, bytes, largestFile }
  if (scan.source.kind === 'parquet') return { ...known, rows: await countOf(engine, scan, options), rowsFrom: 'footers of the files' }
  if (seen.whole || files.length === 0)
    return {
      ...known,
      bytes: bytes === 0 ? Math.round(seen.rows * seen.rowBytes) : bytes,
      rows: seen.rows,
      rowsFrom: 'the sample, which holds all of it',
    }
  const names = scan.source.kind === 'csv' ? 0 : seen.fields.reduce((sum, field) => sum + field.name.length + 4, 0)
  // Text of tables packs to about a third.
  const packed = files.some(file => /\.(gz|zst)$/i.test(file)) ? 3 : 1
  const rows = Math.round((bytes * packed) / (seen.textBytes + names))
  return { ...known, rows: Math.max(seen.rows, rows), rowsFrom: 'bytes a row in the sample' }
}

/** DuckDB counts the rows of Parquet files by their footers. */
async function countOf(engine: Engine, scan: ScanNode, options: RunOptions): Promise<number> {
  const plan = verbs.aggregate(
    { ...scan, where: undefined, limit: undefined },
    { keys: [], aggs: [{ name: 'count', expr: callNode('count', []) }] },
  )
  let rows = 0
  for await (const batch of engine.run(plan, options)) {
    const [column] = batch.columns
    if (column !== undefined && batch.rows > 0) rows = Number(rawAt(column, 0))
  }
  return rows
}
