/** `tidemill.d.ts`: row types by path, with what is needed to check a file against them later. */
import { TidemillError } from '../errors/index.ts'
import { type DataType, printRowType, type Schema, schemaHash } from '../schema/index.ts'

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
/** Types of values that a row type names. */
const valueTypes = ['CalendarDate', 'Decimal', 'Interval', 'LocalDateTime', 'TimeOfDay', 'Timestamp'] as const

/**
 * The text of `tidemill.d.ts`: one property a file, in the order of the paths, so that the same files give the same text.
 *
 * @example
 * await writeFile('tidemill.d.ts', writeTypes([{ path: 'housing.csv', schema }]))
 */
export function writeTypes(entries: readonly TypesEntry[]): string {
  const properties = entries
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, schema }) => {
      // `*/` would end the comment; JSON reads `\/` as `/`.
      const facts = JSON.stringify({ path, hash: schemaHash(schema), schema }).replaceAll('*/', '*\\/')
      return `    /** ${mark} ${facts} */\n    ${quoted(path)}: ${printRowType(schema)}\n`
    })
  const text = properties.join('')
  const used = valueTypes.filter(name => schemasUse(entries, name))
  const imports = used.length === 0 ? '' : `import type { ${used.join(', ')} } from 'tidemill'\n`
  return `// Written by \`tidemill types\` from the files named below: run it again when a file changes. Commit it, do not edit it.
import type {} from 'tidemill/connectors'
${imports}
declare module 'tidemill/connectors' {
  interface Files {
${text}  }
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

/** A TypeScript string in single quotes. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

function schemasUse(entries: readonly TypesEntry[], name: (typeof valueTypes)[number]): boolean {
  const uses = (type: DataType): boolean => {
    if (type === 'date') return name === 'CalendarDate'
    if (type === 'timestamp') return name === 'Timestamp'
    if (type === 'datetime') return name === 'LocalDateTime'
    if (type === 'time') return name === 'TimeOfDay'
    if (type === 'interval') return name === 'Interval'
    if (typeof type !== 'object') return false
    if ('decimal' in type) return name === 'Decimal'
    if ('list' in type) return uses(type.list)
    if ('map' in type) return type.map.some(uses)
    return 'struct' in type && type.struct.some(field => uses(field.type))
  }
  return entries.some(({ schema }) => schema.some(field => uses(field.type)))
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
  return new TidemillError('connectors.format', 'damaged entry in the file that `tidemill types` wrote', {
    hint: 'run `tidemill types` again',
    cause,
  })
}
