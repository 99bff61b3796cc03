/** The thread of `sqlite`: opens the file, reads it batch by batch, stages rows and commits them. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { parentPort } from 'node:worker_threads'
import { type Batch, type ColumnBuilder, columnBuilder, makeBatch, transferables } from '../batch/index.ts'
import { nearNames, TidemillError } from '../errors/index.ts'
import { type Field, fieldNamed, printType, type Schema } from '../schema/index.ts'
import { errorToWire, messageOf } from '../workers/index.ts'
import type { ThreadAnswer, ThreadRequest } from './driver-thread.ts'
import {
  declaredOf,
  fromStored,
  quoteSqlite,
  type SqliteValue,
  standTogether,
  storedAt,
  storedKind,
  typeOfDeclared,
} from './sqlite-types.ts'

interface Place {
  readonly path: string
  readonly shown: string
  readonly table?: string
  readonly query?: string
  readonly mode: 'fail' | 'append' | 'replace'
}
interface Opening extends Place {
  readonly fields: Schema
  readonly columns: readonly string[]
  readonly condition?: string
  readonly limit?: number
}

const batchRows = 16_384
const batchBytes = 8 * 1024 * 1024
const sampleRows = 20_000
/** How long another process may hold the file before it is an error. */
const patienceMs = 5_000
const commits = '_tidemill_writes'

let reading: { readonly rows: Iterator<unknown>; readonly database: DatabaseSync; readonly fields: Schema; read: number } | undefined
let staging: { readonly database: DatabaseSync; readonly insert: StatementSync; readonly fields: Schema } | undefined

const work: Readonly<Record<string, (given: never) => unknown>> = {
  schema,
  open,
  next,
  check,
  stage,
  stageRows,
  stageEnd,
  commit,
  forgetCommit,
  reset,
}

/** The file this thread works for: not every request names it. */
let shown = 'a SQLite file'
parentPort?.on('message', ({ what, given }: ThreadRequest) => {
  let answer: ThreadAnswer
  try {
    shown = (given as { readonly shown?: string } | undefined)?.shown ?? shown
    const value = (work[what] as (given: unknown) => unknown)(given)
    answer = { value }
  } catch (error) {
    answer = { error: errorToWire(named(error, shown)) }
  }
  const batch = what === 'next' ? (answer.value as Batch | undefined) : undefined
  parentPort?.postMessage(answer, batch === undefined ? [] : transferables(batch))
})

function schema(place: Place): Schema {
  const database = opened(place, true)
  try {
    const from = fromOf(database, place)
    const statement = database.prepare(`SELECT * FROM ${from}`)
    const strict = place.table === undefined ? new Map<string, boolean>() : notNullColumns(database, place.table)
    // As a part of another SELECT its columns would get names of their own.
    if (place.query !== undefined)
      checkNames(
        database
          .prepare(place.query)
          .columns()
          .map(column => column.name),
      )
    return statement.columns().map(({ name, type }): Field => {
      return { name, type: typeOfDeclared(type) ?? foundType(database, from, name), nullable: strict.get(name) !== true }
    })
  } finally {
    database.close()
  }
}

function checkNames(names: readonly string[]): void {
  const again = names.find((name, index) => names.indexOf(name) !== index)
  if (again === undefined) return
  throw new TidemillError('plan.duplicate-column', `two columns of the query have one name: ${again}`, { hint: 'name them with AS' })
}

/** Which columns never hold NULL. */
function notNullColumns(database: DatabaseSync, table: string): Map<string, boolean> {
  const rows = database.prepare(`SELECT name, type, "notnull" AS strict, pk FROM pragma_table_info(?)`).all(table)
  const keys = rows.filter(row => Number(row['pk']) > 0).length
  return new Map(
    rows.map(row => {
      // The one INTEGER PRIMARY KEY is the row number; other keys may hold NULL, by an old mistake of SQLite.
      const isRowId = keys === 1 && Number(row['pk']) === 1 && String(row['type']).toUpperCase() === 'INTEGER'
      return [String(row['name']), Number(row['strict']) === 1 || isRowId]
    }),
  )
}

/** The type of the values of a column that declares none. */
function foundType(database: DatabaseSync, from: string, name: string): Field['type'] {
  const column = quoteSqlite(name)
  const found = database
    .prepare(`SELECT DISTINCT typeof(${column}) AS kind FROM (SELECT ${column} FROM ${from} LIMIT ${sampleRows})`)
    .all()
    .map(row => String(row['kind']))
    .filter(kind => kind !== 'null')
    .sort()
    .join(' and ')
  const types: Readonly<Record<string, Field['type']>> = {
    '': 'string',
    integer: 'int64',
    real: 'float64',
    'integer and real': 'float64',
    text: 'string',
    blob: 'bytes',
  }
  const type = types[found]
  if (type !== undefined) return type
  throw new TidemillError('schema.misfit', `column ${name} holds ${found}: no one type fits`, {
    details: { column: name },
    hint: `read it as one: { query: 'select cast(${name} as text) as ${name} from ...' }`,
  })
}

function open(opening: Opening): void {
  const { fields, columns, condition, limit } = opening
  const database = opened(opening, true)
  const asked = columns.map(name => {
    const field = fieldNamed(fields, name)
    if (field !== undefined) return field
    throw new TidemillError('plan.unknown-column', `unknown column: ${name} (have ${fields.map(known => known.name).join(', ')})`)
  })
  const list = asked.length === 0 ? 'NULL' : asked.map(field => quoteSqlite(field.name)).join(', ')
  const sql = [
    `SELECT ${list} FROM ${fromOf(database, opening)}`,
    ...(condition === undefined ? [] : [`WHERE ${condition}`]),
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
  ].join(' ')
  const statement = database.prepare(sql)
  statement.setReadBigInts(true)
  statement.setReturnArrays(true)
  reading = { rows: statement.iterate(), database, fields: asked, read: 0 }
}

/** The next rows, in one transaction with those before: the statement stays open. */
function next(): Batch | undefined {
  if (reading === undefined) return undefined
  const { rows, fields, database } = reading
  const builders = fields.map(field => columnBuilder(field.type, 1024))
  let [count, bytes] = [0, 0]
  while (count < batchRows && bytes < batchBytes) {
    const row = rows.next()
    if (row.done === true) {
      reading = undefined
      database.close()
      break
    }
    count++
    const values = row.value as readonly SqliteValue[]
    for (let i = 0; i < fields.length; i++)
      bytes += put(builders[i] as ColumnBuilder, fields[i] as Field, values[i] as SqliteValue, (reading?.read ?? 0) + count)
  }
  if (reading !== undefined) reading.read += count
  if (count === 0) return undefined
  return makeBatch(
    fields,
    builders.map(builder => builder.finish()),
    count,
  )
}

/** Gives the size of what may be long. */
function put(builder: ColumnBuilder, field: Field, value: SqliteValue, row: number): number {
  const fitting = fromStored(field.type, value)
  try {
    if (fitting === undefined) throw misfit(field, value, row)
    if (fitting === null && !field.nullable)
      throw new TidemillError('schema.not-null', `NULL in column ${field.name} that has none: row ${row}`, {
        details: { column: field.name, row },
      })
    builder.push(fitting)
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'schema.misfit' && error.details['row'] === undefined)
      throw misfit(field, value, row)
    throw error
  }
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 8
}

function misfit(field: Field, value: SqliteValue, row: number): TidemillError {
  const text =
    typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : value instanceof Uint8Array ? `${value.length} bytes` : String(value)
  return new TidemillError(
    'schema.misfit',
    `value does not fit: ${storedKind(value)} ${text} in column ${field.name} is no ${printType(field.type)} (row ${row})`,
    {
      details: { column: field.name, row },
      hint: `declare what it is: { schema: { ${field.name}: 'string' } }, or correct it in the database`,
    },
  )
}

function check({ exists, fields, ...place }: Place & { readonly exists: boolean; readonly fields: Schema }): void {
  for (const field of fields) quoteSqlite(field.name)
  checkCases(fields)
  if (!exists) return
  const database = opened(place, true)
  try {
    checkTarget(database, place, fields)
  } finally {
    database.close()
  }
}

/** SQLite's names do not tell capital letters from small ones. */
function checkCases(fields: Schema): void {
  const seen = new Map<string, string>()
  for (const { name } of fields) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined)
      throw new TidemillError(
        'plan.duplicate-column',
        `columns whose names differ by case only cannot be in one table: ${other}, ${name}`,
        {
          hint: 'rename one of them',
        },
      )
    seen.set(name.toLowerCase(), name)
  }
}

/** Gives true when the table is there. */
function checkTarget(database: DatabaseSync, { table = '', mode, shown }: Place, fields: Schema): boolean {
  const there = database.prepare(`SELECT type FROM sqlite_schema WHERE lower(name) = lower(?)`).get(table)
  if (there === undefined) return false
  if (there['type'] !== 'table')
    throw new TidemillError('connectors.exists', `a ${String(there['type'])} of that name is there already: ${table} in ${shown}`)
  if (mode === 'fail')
    throw new TidemillError('connectors.exists', `table is there already: ${table} in ${shown}`, {
      details: { table },
      hint: "pass mode: 'append' to add to it, or mode: 'replace' to write over it",
    })
  if (mode === 'replace') return true
  const columns = new Map(
    database
      .prepare('SELECT name, type FROM pragma_table_info(?)')
      .all(table)
      .map(row => [String(row['name']).toLowerCase(), String(row['type'])]),
  )
  for (const field of fields) {
    const declared = columns.get(field.name.toLowerCase())
    if (declared === undefined)
      throw new TidemillError(
        'schema.missing-column',
        `missing column: ${field.name} in table ${table} (have ${[...columns.keys()].join(', ')})`,
        {
          hint: 'select the columns that the table has',
        },
      )
    const type = typeOfDeclared(declared)
    if (type !== undefined && !standTogether(type, field.type))
      throw new TidemillError('schema.misfit', `column ${field.name} is ${printType(field.type)}: table ${table} declares ${declared}`, {
        hint: 'cast it to what the table has',
      })
  }
  return true
}

function stage({ temp, fields }: { readonly temp: string; readonly fields: Schema }): void {
  const database = new DatabaseSync(temp)
  // Nobody else knows the file, and it is thrown away when anything fails; what must be safe is the commit.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
  const columns = fields.map((field, i) => `c${i} ${declaredOf(field.type)}`).join(', ')
  database.exec(`CREATE TABLE "rows" (${columns}); BEGIN`)
  const insert = database.prepare(`INSERT INTO "rows" VALUES (${fields.map(() => '?').join(', ')})`)
  staging = { database, insert, fields }
}

function stageRows({ batch }: { readonly batch: Batch }): void {
  if (staging === undefined) throw new TidemillError('engine.internal', 'rows came before their stage')
  const { insert, fields } = staging
  for (let i = 0; i < batch.rows; i++) insert.run(...batch.columns.map((column, at) => storedAt(column, i, (fields[at] as Field).name)))
}

function stageEnd(): void {
  if (staging === undefined) throw new TidemillError('engine.internal', 'a stage ended before it began')
  const { database, fields } = staging
  staging = undefined
  database.exec('COMMIT')
  database.exec(`CREATE TABLE "fields" ("json" TEXT)`)
  database.prepare('INSERT INTO "fields" VALUES (?)').run(JSON.stringify(fields))
  database.exec('PRAGMA synchronous = FULL; PRAGMA user_version = 1')
  database.close()
}

/** All rows in one transaction, once: the name of the write is kept with them until the stage is gone. */
function commit({ temp, id, ...place }: Place & { readonly temp: string; readonly id: string }): void {
  const database = opened(place, false)
  try {
    database.prepare('ATTACH DATABASE ? AS stage').run(temp)
    const fields = JSON.parse(String(database.prepare('SELECT "json" FROM stage."fields"').get()?.['json'])) as Schema
    database.exec('BEGIN IMMEDIATE')
    try {
      database.exec(`CREATE TABLE IF NOT EXISTS main.${commits} (id TEXT PRIMARY KEY)`)
      const done = database.prepare(`SELECT 1 FROM main.${commits} WHERE id = ?`).get(id)
      if (done === undefined) {
        const table = quoteSqlite(place.table ?? '')
        const there = checkTarget(database, place, fields)
        if (there && place.mode === 'replace') database.exec(`DROP TABLE main.${table}`)
        if (!there || place.mode === 'replace') {
          const columns = fields.map(field => `${quoteSqlite(field.name)} ${declaredOf(field.type)}${field.nullable ? '' : ' NOT NULL'}`)
          database.exec(`CREATE TABLE main.${table} (${columns.join(', ')})`)
        }
        const names = fields.map(field => quoteSqlite(field.name)).join(', ')
        database.exec(
          `INSERT INTO main.${table} (${names}) SELECT ${fields.map((_, i) => `c${i}`).join(', ')} FROM stage."rows" ORDER BY rowid`,
        )
        database.prepare(`INSERT INTO main.${commits} VALUES (?)`).run(id)
      }
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  } finally {
    database.close()
  }
}

/** Makes the thread ready for another reader or writer. */
function reset(): void {
  reading?.database.close()
  staging?.database.close()
  reading = undefined
  staging = undefined
}

function forgetCommit({ path, id }: { readonly path: string; readonly id: string }): void {
  const database = new DatabaseSync(path, { timeout: patienceMs })
  try {
    database.exec('BEGIN IMMEDIATE')
    database.prepare(`DELETE FROM ${commits} WHERE id = ?`).run(id)
    if (database.prepare(`SELECT 1 FROM ${commits}`).get() === undefined) database.exec(`DROP TABLE ${commits}`)
    database.exec('COMMIT')
  } finally {
    database.close()
  }
}

function opened({ path }: Place, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly, timeout: patienceMs, enableDoubleQuotedStringLiterals: false, allowExtension: false })
  try {
    // A file that is no database is noticed by the first statement only.
    database.prepare('SELECT count(*) FROM sqlite_schema').get()
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function fromOf(database: DatabaseSync, { table, query = '', shown }: Place): string {
  // The line end closes a comment at the end of the query.
  if (table === undefined) return `(${query.replace(/;(?:\s|--[^\n]*(?:\n|$))*$/, '')}\n)`
  const names = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'`)
    .all()
    .map(row => String(row['name']))
  if (names.some(name => name.toLowerCase() === table.toLowerCase())) return quoteSqlite(table)
  const near = nearNames(table, names)
  throw new TidemillError(
    'connectors.not-found',
    `no such table: ${table} in ${shown} (have ${names.length === 0 ? 'none' : names.join(', ')})`,
    {
      details: { table, have: names },
      ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(' or ')}?` }),
    },
  )
}

function named(error: unknown, shown: string): TidemillError {
  if (error instanceof TidemillError) return error
  const code = (error as { readonly errcode?: number }).errcode
  const primary = code === undefined ? undefined : code & 0xff
  const said = messageOf(error)
  if (primary === 26 || primary === 11)
    return new TidemillError('connectors.format', `not a SQLite file, or damaged: ${shown}: ${said}`, {
      details: { file: shown },
      cause: error,
    })
  if (primary === 5 || primary === 6)
    return new TidemillError('engine.locked', `the database file is in use: ${shown}`, {
      details: { file: shown },
      cause: error,
      hint: 'another process writes to it: try again when it has ended',
    })
  if (primary === 13 || primary === 10 || primary === 8 || primary === 14)
    return new TidemillError('connectors.unreadable', `SQLite file cannot be read or written: ${shown}: ${said}`, {
      details: { file: shown },
      cause: error,
      ...(primary === 13 ? { hint: 'free some space, or write to another disk; what was there before is as it was' } : {}),
    })
  return new TidemillError('engine.sql', `SQLite refused a statement on ${shown}: ${said}`, { details: { file: shown }, cause: error })
}
