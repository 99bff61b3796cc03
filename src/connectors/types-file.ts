/** `tidemill.d.ts`: row types by path, with what is needed to check a file against them later. */
import { TidemillError } from '../errors/index.ts'
import { printRowType, type Schema, schemaHash } from '../schema/index.ts'

export interface TypesEntry {
  /** As the program writes it. */
  readonly path: string
  /** With the names the file has. */
  readonly schema: Schema
}
export interface KnownFile {
  readonly hash: string
  readonly schema: Schema
}

const mark = 'tidemill:'

/**
 * The text of `tidemill.d.ts`: one property a file, in the order of the paths, so that the same files give the same text.
 *
 * @example
 * await writeFile('tidemill.d.ts', writeTypes([{ path: 'housing.csv', schema }]))
 */
export function writeTypes(entries: readonly TypesEntry[]): string {
  const properties = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, schema }) => {
    // `*/` would end the comment; JSON reads `\/` as `/`.
    const facts = JSON.stringify({ path, hash: schemaHash(schema), schema }).replaceAll('*/', '*\\/')
    return `    /** ${mark} ${facts} */\n    ${JSON.stringify(path)}: ${printRowType(schema)}\n`
  })
  return `// Written by \`tidemill types\` from the files named below: run it again when a file changes. Commit it, do not edit it.
import type {} from 'tidemill/connectors'

declare module 'tidemill/connectors' {
  interface Files {
${properties.join('')}  }
}
`
}

/**
 * What `writeTypes` wrote: path -> columns.
 *
 * @throws connectors.format when an entry was edited or damaged
 */
export function readTypes(text: string): Map<string, KnownFile> {
  const known = new Map<string, KnownFile>()
  for (const [, facts] of text.matchAll(/^\s*\/\*\* tidemill: (.*) \*\/$/gm)) {
    const entry = parse(facts ?? '')
    known.set(entry.path, { hash: entry.hash, schema: entry.schema })
  }
  return known
}

function parse(facts: string): TypesEntry & KnownFile {
  try {
    const entry = JSON.parse(facts) as TypesEntry & KnownFile
    if (typeof entry.path === 'string' && schemaHash(entry.schema) === entry.hash) return entry
    throw damaged(undefined)
  } catch (error) {
    throw error instanceof TidemillError ? error : damaged(error)
  }
}

function damaged(cause: unknown): TidemillError {
  return new TidemillError('connectors.format', 'damaged entry in the file that `tidemill types` wrote', { hint: 'run `tidemill types` again', cause })
}
