import type { DuckDBType } from '@duckdb/node-api'
import { TidemillError } from '../../errors/index.ts'
import { type CallNode, printExpr } from '../../expr/index.ts'
import type { RunOptions } from '../../plan/index.ts'
import { type DataType, isInteger, printType } from '../../schema/index.ts'
import { type CheckedFragment, duckdb, fragmentOperand } from '../../sql/index.ts'
import { castDoubles, refusedFunction } from './check-select.ts'
import { dataType } from './duckdb/data-type.ts'
import type { Database } from './duckdb/database.ts'

const longest = 20_000
/** Classes of DuckDB's expressions that look at nothing but their operands. */
const plain: ReadonlySet<string> = new Set([
  'CONSTANT',
  'FUNCTION',
  'OPERATOR',
  'COMPARISON',
  'CONJUNCTION',
  'CASE',
  'CAST',
  'BETWEEN',
  'COLLATE',
  'LAMBDA',
  'COLUMN_REF',
])
const words: Readonly<Record<string, string>> = { SUBQUERY: 'a subquery', WINDOW: 'a window', STAR: 'a star', PARAMETER: 'a parameter' }
type Tree = Readonly<Record<string, unknown>>

/**
 * Checks that the text of a fragment is one expression of plain functions over its gaps, and that it gives the type that was said; gives the text back as DuckDB
 * understood it, so that what is checked is what runs.
 *
 * @throws engine.sql
 */
export async function checkFragment(database: Database, node: CallNode, options: RunOptions): Promise<CheckedFragment> {
  const { strings = [] } = node.options ?? {}
  const text = strings.map((piece, at) => (at + 1 < strings.length ? `${piece}$${at + 1}` : piece)).join('')
  if (text.length > longest) throw refused(node, `is longer than ${longest} characters`)
  const parsed = await treeOf(database, text, options)
  const tree = JSON.parse(parsed) as { readonly error: boolean; readonly error_message?: string }
  if (tree.error) throw refused(node, `cannot be read: ${tree.error_message ?? ''}`)
  const { json, marks } = withoutGaps(parsed, strings.length - 1, node)
  const statement = JSON.parse(json) as Tree
  const [only, ...more] = selectList(statement)
  const bare = JSON.parse(await treeOf(database, '1', options)) as Tree
  if (only === undefined || more.length > 0 || shape(statement) !== shape(bare)) throw refused(node, 'is not one expression')
  check(only, new Set(marks), await scalarFunctions(database, options), node)
  const [back] = await database.rows(`SELECT json_deserialize_sql(${duckdb.quoteText(json)})`, options)
  const checked = pieces(
    String(back?.[0])
      .replace(/;\s*$/, '')
      .replace(/^SELECT /, ''),
    marks,
  )
  await checkType(database, node, checked, options)
  return checked
}

async function treeOf(database: Database, text: string, options: RunOptions): Promise<string> {
  // Behind a comment to the end of the line the bracket still counts.
  const [row] = await database.rows(`SELECT CAST(json_serialize_sql(${duckdb.quoteText(`SELECT (${text}\n)`)}) AS VARCHAR)`, options)
  return castDoubles(String(row?.[0]))
}

const parameter =
  /\{"class":"PARAMETER","type":"VALUE_PARAMETER","alias":("(?:[^"\\]|\\.)*"),"query_location":(\d+),"identifier":("(?:[^"\\]|\\.)*")\}/g

/** The statement with a column of an unused name in each gap. */
function withoutGaps(json: string, count: number, node: CallNode): { readonly json: string; readonly marks: readonly string[] } {
  const all: string[] = []
  JSON.parse(json, (key, value: unknown) => {
    all.push(key)
    if (typeof value === 'string') all.push(value)
    return value
  })
  let prefix = '~gap'
  while (all.some(text => text.toLowerCase().includes(prefix))) prefix += '~'
  const marks = Array.from({ length: count }, (_, at) => `${prefix}${at}~`)
  const seen = new Set<number>()
  const made = json.replaceAll(parameter, (_, alias: string, at: string, identifier: string) => {
    const name = JSON.parse(identifier) as string
    const index = Number(name) - 1
    const mark = /^[1-9]\d*$/.test(name) ? marks[index] : undefined
    if (mark === undefined || seen.has(index)) throw refused(node, `has a parameter of its own: $${name}`)
    seen.add(index)
    return `{"class":"COLUMN_REF","type":"COLUMN_REF","alias":${alias},"query_location":${at},"column_names":[${JSON.stringify(mark)}]}`
  })
  if (seen.size < count) throw refused(node, 'has a gap inside a text, a name or a comment, where nothing is bound')
  return { json: made.replace(/"named_param_map":\[.*?\]/, '"named_param_map":[]'), marks }
}

function selectList(tree: Tree): readonly unknown[] {
  const [statement] = (tree['statements'] ?? []) as readonly { readonly node?: Tree }[]
  return (statement?.node?.['select_list'] ?? []) as readonly unknown[]
}

/** Everything of a statement but what it selects. */
function shape(tree: Tree): string {
  return JSON.stringify(tree, (key, value: unknown) => (key === 'select_list' || key === 'query_location' ? undefined : value))
}

function check(value: unknown, known: ReadonlySet<string>, functions: ReadonlyMap<string, string>, node: CallNode): void {
  if (typeof value !== 'object' || value === null) return
  const each = (inner: unknown, names: ReadonlySet<string> = known): void => check(inner, names, functions, node)
  if (Array.isArray(value)) {
    for (const item of value) each(item)
    return
  }
  const tree = value as Tree
  const kind = tree['class']
  if (kind === 'LAMBDA') {
    const names = parametersOf(tree['lhs'])
    if (names === undefined) each(tree['lhs'])
    each(tree['expr'], new Set([...known, ...(names ?? [])]))
    return
  }
  if (kind === 'COLUMN_REF') {
    const path = tree['column_names'] as readonly string[]
    if (!known.has(path[0] ?? '')) throw refused(node, `names a column: ${path.join('.')}`, 'columns stand in gaps: ${r.price}')
    return
  }
  if (kind === 'FUNCTION') checkFunction(tree, functions, node)
  if (typeof kind === 'string' && !plain.has(kind)) throw refused(node, `has ${words[kind] ?? kind.toLowerCase()} in it`)
  for (const inner of Object.values(tree)) each(inner)
}

/** `x -> ...`, `(x, i) -> ...`; undefined for the arrow of JSON. */
function parametersOf(lhs: unknown): string[] | undefined {
  const tree = (lhs ?? {}) as Tree
  const parts = tree['class'] === 'FUNCTION' && tree['function_name'] === 'row' ? (tree['children'] as readonly Tree[]) : [tree]
  const names = parts.map(part => (part['class'] === 'COLUMN_REF' ? (part['column_names'] as readonly string[]) : []))
  // A column of ours is no parameter.
  return names.every(path => path.length === 1 && !(path[0] ?? '').startsWith('~gap')) ? names.map(([name = '']) => name) : undefined
}

function checkFunction(tree: Tree, functions: ReadonlyMap<string, string>, node: CallNode): void {
  const name = String(tree['function_name'])
  if (refusedFunction.test(name) || !['', 'main'].includes(String(tree['schema'])) || tree['catalog'] !== '')
    throw refused(node, `calls a function that is not allowed: ${name}`)
  const found = functions.get(name.toLowerCase())
  if (found === 'scalar') return
  if (found === undefined) throw refused(node, `calls an unknown function: ${name}`)
  const hint =
    found === 'aggregate'
      ? 'aggregates stand in a gap: sql(...)`round(${r.price.sum()}, 2)`'
      : found === 'volatile'
        ? 'it gives another value at each call: sample(), or a column of the data'
        : undefined
  throw refused(node, `calls a function that gives no value per row: ${name}`, hint)
}

const catalogues = new WeakMap<Database, Promise<ReadonlyMap<string, string>>>()

/** What each function of the database is: `scalar`, or what speaks against it. */
function scalarFunctions(database: Database, options: RunOptions): Promise<ReadonlyMap<string, string>> {
  const known = catalogues.get(database)
  if (known !== undefined) return known
  const made = (async () => {
    const rows = await database.rows(
      `SELECT lower(function_name), CASE WHEN bool_or(function_type NOT IN ('scalar', 'macro')) THEN min(function_type) WHEN bool_or(stability = 'VOLATILE') THEN 'volatile' ELSE 'scalar' END FROM duckdb_functions() GROUP BY 1`,
      options,
    )
    return new Map(rows.map(([name, kind]) => [String(name), String(kind)]))
  })()
  catalogues.set(database, made)
  // A cancelled question is asked again.
  made.catch(() => catalogues.delete(database))
  return made
}

/** The text cut at the marks. */
function pieces(text: string, marks: readonly string[]): CheckedFragment {
  const found = marks.map((mark, place) => ({ place, quoted: `"${mark}"`, at: text.indexOf(`"${mark}"`) })).sort((a, b) => a.at - b.at)
  const strings: string[] = []
  let from = 0
  for (const { quoted, at } of found) {
    if (at < from) throw new TidemillError('engine.internal', `an SQL fragment lost a gap: ${text}`)
    strings.push(text.slice(from, at))
    from = at + quoted.length
  }
  return { strings: [...strings, text.slice(from)], places: found.map(({ place }) => place) }
}

async function checkType(database: Database, node: CallNode, { strings, places }: CheckedFragment, options: RunOptions): Promise<void> {
  const columns = node.args.map((arg, at) => `CAST(NULL AS ${duckdb.typeName(arg.type)}) AS "~${at}"`)
  const operand = (at: number): string => {
    const arg = node.args[at]
    if (arg === undefined) return 'NULL'
    return fragmentOperand(arg.op === 'literal' ? duckdb.literal(arg) : `"~${at}"`, arg)
  }
  const text = strings.map((piece, at) => `${piece}${places[at] === undefined ? '' : `(${operand(places[at])})`}`).join('')
  const from = columns.length === 0 ? '' : ` FROM (SELECT ${columns.join(', ')}) AS t`
  let found: readonly { readonly type: DuckDBType }[]
  try {
    found = await database.columns(`SELECT ${text} AS v${from}`, options)
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'engine.sql') throw error
    throw refused(node, `is refused: ${error.message.replace(/^duckdb: /, '')}`, undefined, error)
  }
  const type = found[0]?.type
  if (type === undefined || fits(type, node.type)) return
  throw refused(
    node,
    `gives ${type.toString()}, not ${printType(node.type)}`,
    "say the type it gives, or cast in the text: CAST(... AS DOUBLE) for sql('float64')",
  )
}

function fits(given: DuckDBType, said: DataType): boolean {
  const raw = given.toString()
  const type = dataType(given)
  if (raw === 'HUGEINT' || raw === 'UHUGEINT') return isInteger(said) || said === 'float64'
  // Types that we read as text, or less exactly than they are.
  if (type === 'string' && raw !== 'VARCHAR') return false
  return raw !== 'TIMESTAMP_NS' && isAlike(type, said)
}

/** What a cast brings over without rounding: a whole number outside the type is an error of the cast. */
function isAlike(type: DataType, said: DataType): boolean {
  if (type === 'null' || printType(type) === printType(said)) return true
  if (isInteger(type)) return isInteger(said) || said === 'float64' || (typeof said === 'object' && 'decimal' in said)
  if (type === 'float32') return said === 'float64'
  if (type === 'json') return said === 'string'
  if (type === 'date') return said === 'datetime' || said === 'timestamp'
  if (typeof type === 'string') return false
  if ('enum' in type) return said === 'string'
  if ('decimal' in type) return said === 'float64' || (typeof said === 'object' && 'decimal' in said && said.decimal[1] >= type.decimal[1])
  if (typeof said === 'string') return false
  if ('list' in type) return 'list' in said && isAlike(type.list, said.list)
  if ('map' in type) return 'map' in said && isAlike(type.map[0], said.map[0]) && isAlike(type.map[1], said.map[1])
  if (!('struct' in said) || said.struct.length !== type.struct.length) return false
  return type.struct.every((field, at) => {
    const other = said.struct[at]
    return other !== undefined && other.name === field.name && isAlike(field.type, other.type)
  })
}

function refused(node: CallNode, problem: string, hint?: string, cause?: unknown): TidemillError {
  return new TidemillError('engine.sql', `SQL fragment ${problem}: ${printExpr(node)}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  })
}
