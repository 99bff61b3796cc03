import { TidemillError } from '../../errors/index.ts'
import type { LiteralNode } from '../../expr/index.ts'
import type { RunOptions } from '../../plan/index.ts'
import { duckdb } from '../../sql/index.ts'
import { bindValues } from './bind-values.ts'
import { columnsOfSelect } from './columns-of-select.ts'
import type { Database } from './duckdb/database.ts'

const longest = 100_000
const tableFunctions: ReadonlySet<string> = new Set(['range', 'generate_series', 'unnest', 'generate_subscripts'])
/** Functions that look at files, settings, secrets or the catalogue, or run text as SQL. */
export const refusedFunction: RegExp =
  /^(read_|parquet_|sniff_|glob$|getenv|current_setting|set_config|query$|query_table|duckdb_|pragma_|json_execute_|which_secret|getvariable|write_log|enable_|disable_|add_|checkpoint|force_checkpoint|nextval|currval|txid_|current_(catalog|database|schema|user|query)|in_search_path|version$|pg_|has_)/i
const knownTables: ReadonlySet<string> = new Set([
  'BASE_TABLE',
  'SUBQUERY',
  'JOIN',
  'TABLE_FUNCTION',
  'EXPRESSION_LIST',
  'EMPTY',
  'EMPTY_FROM',
  'CTE',
  'PIVOT',
])

/** A statement as DuckDB understood it, and the names of columns that it can read; undefined for all. */
export interface CheckedSelect {
  readonly select: string
  readonly read: ReadonlySet<string> | undefined
}

/**
 * Checks that a text is one SELECT over the named tables, puts the values in the places of its parameters, and gives the statement back as DuckDB understood it: what is checked is what runs.
 *
 * @throws engine.sql for a second statement, another kind of statement, other tables, and functions that look outside
 */
export async function checkSelect(
  database: Database,
  text: string,
  tables: readonly string[],
  options: RunOptions,
  values: readonly LiteralNode[] = [],
): Promise<CheckedSelect> {
  if (text.length > longest) throw refused(`SQL text is longer than ${longest} characters`)
  const [row] = await database.rows(`SELECT CAST(json_serialize_sql(${duckdb.quoteText(text)}) AS VARCHAR)`, options)
  const written = bindValues(castDoubles(String(row?.[0])), values)
  const tree = JSON.parse(written) as {
    readonly error: boolean
    readonly error_message?: string
    readonly error_type?: string
    readonly statements?: readonly unknown[]
  }
  if (tree.error || tree.statements === undefined) throw refused(`SQL text is refused: ${tree.error_message ?? 'it cannot be read'}`)
  if (tree.statements.length !== 1) throw refused(`SQL text must be one SELECT statement, not ${tree.statements.length}`)
  const allowed = new Set(tables.map(name => name.toLowerCase()))
  for (const name of namesOfCtes(tree.statements)) allowed.add(name.toLowerCase())
  check(tree.statements, allowed, tables)
  // The tree has 64-bit numbers that JSON.parse would round, so the text of it goes back.
  const [back] = await database.rows(`SELECT json_deserialize_sql(${duckdb.quoteText(written)})`, options)
  return { select: String(back?.[0]).replace(/;\s*$/, ''), read: columnsOfSelect(tree.statements) }
}

const doubleConstant =
  /\{"class":"CONSTANT","type":"VALUE_CONSTANT","alias":("(?:[^"\\]|\\.)*"),"query_location":(\d+),"value":\{"type":\{"id":"DOUBLE","type_info":null\},"is_null":false,"value":([^{}"]+)\}\}/g

/**
 * The JSON of a statement with its float64 constants as casts of texts: DuckDB writes the constant `1e0` back as `1.0`, which it then reads as a decimal, and
 * decimals are added and rounded in another way. A quote inside of a JSON text is escaped, so only constants match.
 */
export function castDoubles(json: string): string {
  return json.replaceAll(doubleConstant, (_, alias: string, at: string, value: string) => {
    const text = `{"class":"CONSTANT","type":"VALUE_CONSTANT","alias":"","query_location":${at},"value":{"type":{"id":"VARCHAR","type_info":null},"is_null":false,"value":"${value}"}}`
    return `{"class":"CAST","type":"OPERATOR_CAST","alias":${alias},"query_location":${at},"child":${text},"cast_type":{"id":"DOUBLE","type_info":null},"try_cast":false}`
  })
}

function refused(message: string): TidemillError {
  return new TidemillError('engine.sql', message, { hint: 'tm.sql takes one SELECT over the tables given in { tables }' })
}

/** Every object of the tree. */
function* objects(root: unknown): Generator<Readonly<Record<string, unknown>>> {
  const stack: unknown[] = [root]
  while (stack.length > 0) {
    const value = stack.pop()
    if (typeof value !== 'object' || value === null) continue
    if (!Array.isArray(value)) yield value as Readonly<Record<string, unknown>>
    stack.push(...Object.values(value))
  }
}

function* namesOfCtes(root: unknown): Generator<string> {
  for (const object of objects(root)) {
    const { map } = (object['cte_map'] ?? {}) as { readonly map?: readonly { readonly key?: unknown }[] }
    for (const entry of map ?? []) if (typeof entry.key === 'string') yield entry.key
  }
}

function check(root: unknown, allowed: ReadonlySet<string>, tables: readonly string[]): void {
  for (const object of objects(root)) {
    const { type } = object
    const name = object['function_name']
    if (typeof name === 'string' && name !== '' && refusedFunction.test(name)) throw refused(`function is not allowed in SQL text: ${name}`)
    if (type === 'BASE_TABLE') {
      const table = String(object['table_name'])
      if (!allowed.has(table.toLowerCase()) || object['schema_name'] !== '' || object['catalog_name'] !== '')
        throw refused(`unknown table in SQL text: ${table} (have ${tables.join(', ') || 'none'})`)
    }
    if (type === 'TABLE_FUNCTION') {
      const call = (object['function'] as { readonly function_name?: string } | undefined)?.function_name ?? ''
      if (!tableFunctions.has(call.toLowerCase())) throw refused(`table function is not allowed in SQL text: ${call}`)
    }
    // A reference to a table has an alias and a sample; kinds that are not known here are refused.
    if ('sample' in object && 'alias' in object && typeof type === 'string' && !('class' in object) && !knownTables.has(type))
      throw refused(`not allowed in SQL text: ${type.toLowerCase()}`)
  }
}
