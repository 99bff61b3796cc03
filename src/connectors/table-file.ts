import { showingText, TidemillError } from '../errors/index.ts'
import type { Sink, Source } from '../plan/index.ts'
import { type Schema, schemaOf, type SchemaLike } from '../schema/index.ts'
import { type HttpOptions, httpSettings } from './http-options.ts'
import { checkWriting, type VersionOptions } from './write-options.ts'

export type { WriteOptions } from './write-options.ts'

/** A file to read rows of R from, and to write rows to that have at least the columns it is partitioned by. */
export interface TableFile<out R, in out By extends string> extends Source<R>, Sink<{ readonly [K in By]: unknown }, 'append'> {}

/** What all files share when they are read. */
export interface ReadOptions<S, F extends string = string> extends VersionOptions {
  /** Column names and types: `{ price: 'float64', city: 'string?' }` or a Standard Schema. Without it the columns are found when the file is read. */
  readonly schema?: S
  /** Adds a column of this name at the end: the file a row came from, as the path names it. */
  readonly fileName?: F
  /** How addresses (`https://...`) are fetched. */
  readonly http?: HttpOptions
}
/** The row type with the column of file names, where there is one. */
export type WithFileName<R, F extends string> = [F] extends [never] ? R : { [K in keyof R | F]: K extends keyof R ? R[K] : string }
/** A description out of options, without what was left out; the schema as columns. */
export function tableFile<R, By extends string>(kind: string, path: string, options: object): TableFile<R, By> {
  checkPath(kind, path)
  const { schema, ...rest } = options as { readonly schema?: SchemaLike | Schema; readonly http?: HttpOptions }
  httpSettings(rest.http)
  checkWriting(kind, rest)
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const declared = schema === undefined ? {} : { schema: schemaOf(schema as SchemaLike) }
  return Object.freeze({ kind, options: Object.freeze({ path, ...given, ...declared }), ...showingText(() => `${kind} ${path}`) })
}

const examples: Readonly<Record<string, string>> = {
  lines: "lines('data/houses.txt')",
  receive: "receive({ schema, spool: 'spool/readings' })",
  'ndjson.follow': "ndjson.follow('logs/*.ndjson')",
}

/** @throws connectors.option when the path is no text or empty */
export function checkPath(kind: string, path: unknown): void {
  if (typeof path === 'string' && path.trim() !== '') return
  throw new TidemillError('connectors.option', `${kind} wants a path, not ${typeof path === 'string' ? 'an empty text' : typeof path}`, {
    hint: `such as ${examples[kind] ?? `${kind}('data/houses.${kind}')`}`,
  })
}
