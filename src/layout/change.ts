/** What each mode of writing makes of the newest version of a table; rules for two writers. */
import { TidemillError } from '../errors/index.ts'
import { type Field, printType, type Schema } from '../schema/index.ts'
import { printPartition } from './partition.ts'
import type { TableFileEntry, TableManifest } from './table-manifest.ts'

export interface Change {
  readonly writer: string
  readonly at: number
  readonly mode: 'replace' | 'append' | 'replacePartitions'
  /** What the new files are like. */
  readonly table: Pick<TableManifest, 'kind' | 'text' | 'schema' | 'partitions' | 'sortBy'>
  readonly files: readonly TableFileEntry[]
}

/**
 * The version after a change. `base` is the version that the write began with.
 *
 * Appends agree with whatever came in between, as long as the columns do. Replacing partitions agrees with a change of other partitions. Replacing the table
 * agrees with nothing: who comes second gets storage.conflict.
 *
 * @throws storage.conflict, storage.layout
 */
export function changed(change: Change, base: TableManifest | undefined, newest: TableManifest | undefined, shown: string): TableManifest {
  const { writer, at, mode, table, files } = change
  const next = { version: (newest?.version ?? 0) + 1, writer, at, mode } as const
  const moved = newest?.version !== base?.version
  if (mode === 'replace' && moved) throw conflict(shown, base, newest)
  if (newest === undefined || mode === 'replace') return { ...next, ...table, files }
  checkSame(table, newest, shown)
  const schema = newest.schema.map((field, index): Field => {
    const mine = table.schema[index]
    return mine?.nullable === true && !field.nullable ? { ...field, nullable: true } : field
  })
  const { kind, text, partitions, sortBy } = newest
  // A file that is not sorted makes the table unsorted.
  const sorted = sortBy.length > 0 && sortBy.join('\n') === table.sortBy.join('\n') ? sortBy : []
  const same = { kind, ...(text === undefined ? {} : { text }), schema, partitions, sortBy: sorted }
  if (mode === 'append') return { ...next, ...same, files: [...newest.files, ...files] }
  const mine = new Set(files.map(partitionKey))
  if (moved) {
    const before = new Set((base?.files ?? []).filter(file => mine.has(partitionKey(file))).map(file => file.path))
    const now = newest.files.filter(file => mine.has(partitionKey(file)))
    if (now.length !== before.size || now.some(file => !before.has(file.path))) throw conflict(shown, base, newest)
  }
  return { ...next, ...same, files: [...newest.files.filter(file => !mine.has(partitionKey(file))), ...files] }
}

/**
 * The version in which some files stand for others with the same rows.
 *
 * @throws storage.conflict when one of the others is not in the table any more
 */
export function compacted(
  {
    writer,
    at,
    removed,
    added,
  }: { readonly writer: string; readonly at: number; readonly removed: ReadonlySet<string>; readonly added: readonly TableFileEntry[] },
  base: TableManifest,
  newest: TableManifest | undefined,
  shown: string,
): TableManifest {
  const files = newest?.files ?? []
  const kept = files.filter(file => !removed.has(file.path))
  if (newest === undefined || files.length - kept.length !== removed.size) throw conflict(shown, base, newest)
  return { ...newest, version: newest.version + 1, writer, at, mode: 'compact', files: [...kept, ...added] }
}

export function partitionKey({ partition }: { readonly partition: readonly (string | null)[] }): string {
  return JSON.stringify(partition)
}

/** @throws storage.layout when rows of one form are to go beside rows of another */
export function checkSame(mine: Change['table'], table: Change['table'], shown: string): void {
  if (mine.kind !== table.kind) throw layout(shown, `files are ${table.kind}, not ${mine.kind}`)
  if (table.text !== undefined && JSON.stringify(mine.text) !== JSON.stringify(table.text))
    throw layout(shown, `its files are written with ${JSON.stringify(table.text)}, not ${JSON.stringify(mine.text)}`)
  if (table.schema.length > 0) {
    const fault = difference(mine.schema, table.schema)
    if (fault !== undefined) throw layout(shown, fault)
  }
  const [levels, wanted] = [table.partitions.map(printPartition), mine.partitions.map(printPartition)]
  if (JSON.stringify(levels) !== JSON.stringify(wanted))
    throw layout(shown, `it is partitioned by ${levels.join(', ') || 'nothing'}, not by ${wanted.join(', ') || 'nothing'}`)
}

function difference(mine: Schema, theirs: Schema): string | undefined {
  const names = (fields: Schema): string => fields.map(field => field.name).join(', ')
  if (names(mine) !== names(theirs)) return `it has the columns ${names(theirs)}, the new rows ${names(mine)}`
  for (const [index, field] of theirs.entries()) {
    const type = mine[index]?.type ?? 'null'
    if (printType(type) !== printType(field.type))
      return `its column ${field.name} is ${printType(field.type)}, in the new rows ${printType(type)}`
  }
  return undefined
}

export function layout(shown: string, fault: string): TidemillError {
  return new TidemillError('storage.layout', `rows do not fit the table in ${shown}: ${fault}`, {
    hint: "select and cast the rows to the columns of the table, or write with mode: 'replace'",
    details: { path: shown },
  })
}

function conflict(shown: string, base: TableManifest | undefined, newest: TableManifest | undefined): TidemillError {
  return new TidemillError(
    'storage.conflict',
    `another writer was first: ${shown} is at version ${newest?.version ?? 'none'} (${newest?.mode ?? 'removed'}), this write began at version ${base?.version ?? 'none'}`,
    {
      hint: 'the table is as the other left it; read it again and decide, or write again',
      details: { path: shown, base: base?.version, newest: newest?.version },
      retryable: true,
    },
  )
}
