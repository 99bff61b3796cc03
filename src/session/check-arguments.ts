/** What JavaScript lets pass and the compiler would not: each is told with how to write it. */
import { TidemillError } from '../errors/index.ts'
import type { TidemillOptions } from './tidemill.ts'

const known = ['engine', 'workers', 'folder', 'workspace', 'typesFile', 'print'] as const satisfies readonly (keyof TidemillOptions)[]

/** @throws plan.argument */
export function checkSessionOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw wrong(`options of tidemill must be an object, not ${whatIs(options)} (have ${known.join(', ')})`, 'tidemill({ workers: 2 })')
  const unknown = Object.keys(options).find(name => !known.some(one => one === name))
  if (unknown !== undefined) throw wrong(`unknown option: ${unknown} of tidemill (have ${known.join(', ')})`)
  const { engine, workers, folder, workspace, typesFile, print } = options as Readonly<Record<keyof TidemillOptions, unknown>>
  if (workers !== undefined && !(Number.isInteger(workers) && Number(workers) > 0))
    throw wrong(`workers must be a whole number from 1, not ${whatIs(workers)}`)
  if (engine !== undefined && typeof property(engine, 'connect') !== 'function')
    throw wrong(`engine must be an engine, not ${whatIs(engine)}`, `tidemill({ engine: embedded() }), from 'tidemill/engines/embedded'`)
  if (folder !== undefined && typeof folder !== 'string') throw wrong(`folder must be a path, not ${whatIs(folder)}`)
  if (workspace !== undefined && (typeof workspace !== 'string' || workspace === ''))
    throw wrong(`workspace must be a path, not ${whatIs(workspace)}`)
  if (typesFile !== undefined && typesFile !== false && typeof typesFile !== 'string')
    throw wrong(`typesFile must be a path or false, not ${whatIs(typesFile)}`)
  if (print !== undefined && typeof print !== 'function') throw wrong(`print must be a function, not ${whatIs(print)}`)
}

/** @throws plan.argument */
export function checkSource(source: unknown, call: 'read' | 'stream' = 'read'): void {
  if (typeof property(source, 'kind') === 'string' && typeof property(source, 'options') === 'object') return
  if (call === 'stream') throw wrong(`stream wants a source, not ${whatIs(source)}`, streamExample)
  if (typeof source === 'string')
    throw wrong(`read wants a source, not a text: ${source}`, `name its format: tm.read(${readerOf(source)}('${source}'))`)
  if (Array.isArray(source)) throw wrong('read wants a source, not an array', 'tm.read(rows(items))')
  if (property(source, 'plan') !== undefined) throw wrong('read wants a source, not a table', 'a table is read already: use it as it is')
  throw wrong(`read wants a source, not ${whatIs(source)}`, `tm.read(csv('houses.csv'))`)
}

/** @throws plan.argument */
export function checkSql(query: unknown, options: unknown): void {
  if (typeof query !== 'string')
    throw wrong(`sql wants a text, not ${whatIs(query)}`, `tm.sql('select * from houses', { tables: { houses } })`)
  if (typeof options !== 'object' || options === null)
    throw wrong(`options of sql must be an object, not ${whatIs(options)}`, 'tm.sql(text, { tables: { houses } })')
  for (const [name, table] of Object.entries(property(options, 'tables') ?? {}))
    if (property(table, 'plan') === undefined)
      throw wrong(`table ${name} of sql must be a table, not ${whatIs(table)}`, `tables: { ${name}: await tm.read(...) }`)
}

const streamExample = "tm.stream(ndjson.follow('logs/*.ndjson'), { eventTime: 'at' }); of a table: tm.replay(table, { rate: 100 })"

/** @throws stream.argument for a source of streams where a table is read */
export function checkEnds({ kind }: { readonly kind: string }): void {
  if (kind !== 'follow' && kind !== 'generate' && kind !== 'replay') return
  throw new TidemillError('stream.argument', `read wants a source that ends, not ${kind}`, {
    hint: 'await tm.stream(source) gives its rows as they come; await tm.table(stream) those that are there now, as a table',
  })
}

/** @throws plan.argument */
export function checkRelation(relation: unknown, call = 'supports', wants = 'a table'): void {
  if (property(relation, 'plan') === undefined && (call !== 'supports' || property(relation, 'node') === undefined))
    throw wrong(`${call} wants ${wants}, not ${whatIs(relation)}`)
}

/** @throws plan.argument */
export function checkListener(hear: unknown): void {
  if (typeof hear !== 'function') throw wrong(`onTask wants a function, not ${whatIs(hear)}`, 'tm.onTask(event => console.log(event.task))')
}

/** A value as a message names it. */
export function whatIs(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof property(value, 'then') === 'function') return 'a promise: await it first'
  if (property(value, Symbol.asyncIterator) !== undefined) return 'an async generator'
  return 'an object of another kind'
}

function property(value: unknown, name: string | symbol): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string | symbol, unknown>>)[name] : undefined
}

function readerOf(path: string): string {
  if (/\.(parquet|pq)$/i.test(path)) return 'parquet'
  return /\.(ndjson|jsonl|json)(\.gz)?$/i.test(path) ? 'ndjson' : 'csv'
}

function wrong(message: string, hint?: string): TidemillError {
  return new TidemillError('plan.argument', message, hint === undefined ? {} : { hint })
}
