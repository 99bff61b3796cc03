/** Files that grow, as the source of a stream. */
import { statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { showingText, TidemillError } from '../errors/index.ts'
import type { Source, Spec } from '../plan/index.ts'
import { type Schema, type SchemaLike, schemaOf } from '../schema/index.ts'
import { checkOptions } from './check-options.ts'
import type { FileRow } from './files.ts'
import { prepareSource } from './prepare-source.ts'
import { readHead } from './read-head.ts'
import { checkPath, tableFile } from './table-file.ts'

export interface FollowOptions<S, N> {
  /** Column names and types: `{ at: 'timestamp', price: 'float64?' }`. Without it they are found in what is there. */
  readonly schema?: S
  /** `'camelCase'`: `median_house_value` is read as `medianHouseValue`. Default: names as they are. */
  readonly names?: N
  /** `'end'`: what is there is read, and the stream ends. Default: what is appended is read too, for ever. */
  readonly until?: 'end'
}

/** What is in the spec of a followed file. */
interface FollowSpec {
  readonly path: string
  readonly schema?: Schema
  readonly names?: 'camelCase'
  readonly until?: 'end'
}

/** See `ndjson.follow`. */
export function follow<const P extends string, const S extends SchemaLike | undefined, const N extends 'camelCase' | undefined>(
  path: P,
  options: FollowOptions<S, N> = {},
): Source<FileRow<P, S, N>> {
  checkOptions('ndjson.follow', options)
  checkPath('ndjson.follow', path)
  if (path.endsWith('.gz'))
    throw new TidemillError('connectors.option', `followed file is compressed: ${path}`, {
      hint: 'a compressed file does not grow line by line; read it as a table with ndjson(path)',
    })
  const { schema, ...rest } = options
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const declared = schema === undefined ? {} : { schema: schemaOf(schema) }
  return Object.freeze({ kind: 'follow', options: Object.freeze({ path, ...given, ...declared }), ...showingText(() => `follow ${path}`) })
}

/** The same files as a table: what is there now. */
export function followAsTable(spec: Spec): Spec {
  const { path, schema, names } = spec.options as FollowSpec
  return tableFile('ndjson', path, { schema, names })
}

/**
 * The description of a followed file with all that a job needs to open it: an absolute path, the keys that become columns of another name, the columns.
 *
 * Files that are there are looked at as a table's would be. With a declared schema they need not be there yet, where a folder or a glob is followed.
 *
 * @param schema what was learnt of the files, where none was declared
 * @throws connectors.not-found, connectors.format, connectors.encoding
 * @throws stream.argument when there is no schema
 */
export async function prepareFollow(spec: Spec, schema?: Schema): Promise<Spec> {
  const options = spec.options as FollowSpec
  const columns = options.schema ?? schema
  if (columns === undefined)
    throw new TidemillError('stream.argument', `columns of ${options.path} are not known`, {
      hint: `declare them: ndjson.follow('${options.path}', { schema: { at: 'timestamp', ... } })`,
    })
  const rename = await renamed(spec)
  const made = { path: resolve(options.path), schema: columns, ...(Object.keys(rename).length === 0 ? {} : { rename }) }
  return Object.freeze({ ...spec, options: Object.freeze({ ...options, ...made }) })
}

/** Keys whose column is called otherwise. */
async function renamed(spec: Spec): Promise<Readonly<Record<string, string>>> {
  const { path, schema, names } = spec.options as FollowSpec
  // A key of the schema may come later, so it is not looked for.
  const { schema: _, ...open } = followAsTable(spec).options as FollowSpec
  try {
    const prepared = await prepareSource({ kind: 'ndjson', options: open })
    const { rename = {} } = prepared.options as { readonly rename?: Readonly<Record<string, string>> }
    return Object.fromEntries(Object.entries(rename).filter(([key, name]) => key !== name))
  } catch (error) {
    if (schema === undefined || !(error instanceof TidemillError)) throw error
    // A broken line is for the stream to tell, with its place; only names that are to be changed must be found here.
    if (mayCome(error, path) || (names === undefined && (await isBrokenLine(error)))) return {}
    throw error
  }
}

/** A file in whose beginning no line is a record is of another format. */
async function isBrokenLine({ code, details }: TidemillError): Promise<boolean> {
  const { file, line } = details
  if (code !== 'connectors.format' || typeof file !== 'string' || line === undefined) return false
  const { text } = await readHead(file)
  return text.split('\n').some(isRecord)
}

function isRecord(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** An empty file, and a folder that has no files yet, may get some; a folder or a file that is not there is more likely misspelt. */
function mayCome({ code }: TidemillError, path: string): boolean {
  if (code !== 'connectors.not-found') return code === 'connectors.empty'
  const parts = resolve(path).split(sep)
  const pattern = parts.findIndex(part => /[*?[\]{}]/.test(part))
  const folder = pattern === -1 ? parts : parts.slice(0, pattern)
  return statSync(folder.join(sep) || sep, { throwIfNoEntry: false })?.isDirectory() === true
}
