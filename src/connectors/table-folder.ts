/** A folder that a write of ours made: what its manifest says is read, instead of what lies in it. */
import { stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { neededVersion, type TableManifest, type Verify, verifyFiles } from '../layout/index.ts'
import type { Spec } from '../plan/index.ts'
import { camelCase, type Schema } from '../schema/index.ts'
import { rows } from './rows.ts'

export interface PreparedTable {
  /** Absolute. */
  readonly files: readonly string[]
  /** As the user calls them. */
  readonly names: readonly string[]
  readonly partitions: readonly string[]
  /** A write of ours made the files, and wrote down their columns. */
  readonly isKnown: boolean
  /** What stands in the prepared options besides. */
  readonly more: {
    /** Where the engine finds what it needs to leave files out. */
    readonly ofTable: { readonly root: string; readonly version: number; readonly writer: string; readonly typed: boolean }
    /** Columns as they were written; undefined where others wrote the files. */
    readonly schema?: Schema
  }
}
interface Options {
  readonly path: string
  readonly version?: number
  readonly verify?: Verify
  readonly schema?: Schema
  readonly names?: 'camelCase'
  readonly fileName?: string
  readonly header?: boolean
}

/**
 * The files of a version of a table; undefined for a path that is no folder with a manifest.
 *
 * @throws storage.unknown-version, storage.damaged, connectors.format when its files are of another kind
 */
export async function preparedTable(kind: string, options: Options): Promise<PreparedTable | undefined> {
  const root = resolve(options.path)
  // What forbids looking at it is told by the reader of files, which looks again.
  const found = await stat(root).catch(() => undefined)
  if (found?.isDirectory() !== true) return undefined
  const manifest = await neededVersion(root, options.version, options.path)
  if (manifest === undefined) return undefined
  if (manifest.kind !== kind)
    throw new TidemillError('connectors.format', `table of ${manifest.kind} files: ${options.path}`, {
      hint: `read it with ${manifest.kind}(path)`,
      details: { path: options.path, kind: manifest.kind },
    })
  const files = await verifyFiles(root, manifest, options.verify ?? 'size')
  const schema = options.schema ?? shownSchema(manifest, options)
  return {
    files,
    names: manifest.files.map(file => join(options.path, file.path).split(sep).join('/')),
    // Folders of hashes, ranges and times are no columns.
    partitions: manifest.partitions.flatMap(level => (level.by === 'value' ? [level.folder] : [])),
    isKnown: manifest.schema.length > 0,
    more: {
      ofTable: { root, version: manifest.version, writer: manifest.writer, typed: options.schema === undefined && schema !== undefined },
      ...textForm(manifest, options),
      ...(schema === undefined ? {} : { schema }),
    },
  }
}

/** How its CSV files are written, which need not be found out. */
function textForm({ text, schema }: TableManifest, { header }: Options): object {
  if (text === undefined || header !== undefined) return {}
  return { delimiter: text.delimiter, header: text.header, ...(text.header ? {} : { columns: schema.map(field => field.name) }) }
}

/** The columns under the names that a reader shows. */
function shownSchema({ schema }: TableManifest, { names, fileName }: Options): Schema | undefined {
  if (schema.length === 0) return undefined
  const own = names === 'camelCase' ? schema.map(field => ({ ...field, name: camelCase(field.name) })) : schema
  return fileName === undefined ? own : [...own, { name: fileName, type: 'string', nullable: false }]
}

/**
 * A version without files as a table without rows.
 *
 * @throws connectors.empty when its columns are not known
 */
export function emptyTable({ more }: PreparedTable): Spec {
  if (more.schema === undefined)
    throw new TidemillError('connectors.empty', `table without files: ${more.ofTable.root}`, { hint: 'declare a schema to read it' })
  return rows([], { schema: more.schema as never })
}
