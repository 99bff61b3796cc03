/** Reads PostgreSQL: COPY in binary, one or several connections over one snapshot. */
import type { Client } from 'pg'
import { type Batch, type ColumnBuilder, columnBuilder, makeBatch } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Asked } from '../plan/index.ts'
import { type DataType, fieldNamed, momentText, parseText, printType, sameType, type Schema } from '../schema/index.ts'
import { connected, databaseError, leave, type PostgresGiven } from './postgres-client.ts'
import { type Incoming, incoming, quotePostgres } from './postgres-types.ts'
import { tableParts } from './postgres.ts'
import { pushedCondition, type PushedDialect } from './pushed-condition.ts'

const batchRows = 16_384
const batchBytes = 8 * 1024 * 1024

/** A column as the server tells it. */
interface Told extends Incoming {
  readonly name: string
  readonly oid: number
  readonly nullable: boolean
}

/** The columns of a table or a query. */
export async function postgresSchema(given: PostgresGiven): Promise<Schema> {
  const client = await connected(given)
  try {
    return (await columnsOf(client, given)).map(({ name, type, nullable }) => ({ name, type, nullable }))
  } catch (error) {
    throw databaseError(error, given.url, given.secret)
  } finally {
    await leave(client, given, false)
  }
}

/** The rows. All connections see what was committed when the first of them began. */
export async function* postgresRows(given: PostgresGiven, asked: Asked, signal: AbortSignal): AsyncGenerator<Batch> {
  signal.throwIfAborted()
  const clients: Client[] = []
  let done = false
  const stop = (): void => {
    for (const client of clients) void leave(client, given, true)
  }
  const open = async (): Promise<Client> => {
    const client = await connected(given)
    clients.push(client)
    if (signal.aborted) stop()
    signal.throwIfAborted()
    return client
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    const first = await open()
    await first.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const told = await columnsOf(first, given)
    const parts = given.partitionOn === undefined ? [undefined] : await rangesOf(first, given, told)
    const selects = parts.map(range => selectOf(given, told, asked, range))
    const readers: AsyncGenerator<Batch>[] = []
    if (selects.length > 1) {
      const { rows } = await first.query<{ id: string }>('SELECT pg_export_snapshot() AS id')
      const id = rows[0]?.id ?? ''
      for (const select of selects) {
        const client = await open()
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
        await client.query(`SET TRANSACTION SNAPSHOT '${id.replaceAll("'", "''")}'`)
        readers.push(copied(client, select.sql, select.columns))
      }
    } else for (const select of selects) readers.push(copied(first, select.sql, select.columns))
    for await (const batch of inTurn(readers)) {
      signal.throwIfAborted()
      yield batch
    }
    done = true
  } catch (error) {
    signal.throwIfAborted()
    throw databaseError(error, given.url, given.secret)
  } finally {
    signal.removeEventListener('abort', stop)
    await Promise.all(clients.map(client => leave(client, given, !done)))
  }
}

/** A batch of each reader, then the next of each; each makes its next while the others' are used. */
async function* inTurn(readers: readonly AsyncGenerator<Batch>[]): AsyncGenerator<Batch> {
  let waiting = readers.map(reader => ({ reader, next: reader.next() }))
  // A reader that fails before its turn is heard at its turn.
  for (const { next } of waiting) next.catch(() => undefined)
  while (waiting.length > 0) {
    const still: typeof waiting = []
    for (const { reader, next } of waiting) {
      const got = await next
      if (got.done === true) continue
      const following = reader.next()
      following.catch(() => undefined)
      still.push({ reader, next: following })
      yield got.value
    }
    waiting = still
  }
}

/** What the server tells of the columns, without running the query. */
async function columnsOf(client: Client, given: PostgresGiven): Promise<readonly Told[]> {
  const from = fromOf(given)
  const { fields } = await client.query(`SELECT * FROM ${from} LIMIT 0`)
  const again = fields.find((field, index) => fields.findIndex(other => other.name === field.name) !== index)
  if (again !== undefined)
    throw new TidemillError('plan.duplicate-column', `two columns of the query have one name: ${again.name}`, { hint: 'name them with AS' })
  const strict = given.table === undefined ? new Set<string>() : await notNull(client, given.table)
  return fields.map(({ name, dataTypeID, dataTypeModifier }) => ({
    ...incoming(dataTypeID, dataTypeModifier),
    name,
    oid: dataTypeID,
    nullable: !strict.has(name),
  }))
}

async function notNull(client: Client, table: string): Promise<ReadonlySet<string>> {
  const sql = 'SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnotnull AND attnum > 0'
  const { rows } = await client.query<{ attname: string }>(sql, [quotedTable(table)])
  return new Set(rows.map(row => row.attname))
}

function fromOf({ table, query = '' }: PostgresGiven): string {
  if (table !== undefined) return quotedTable(table)
  // The line end closes a comment at the end of the query.
  return `(${query.replace(/;(?:\s|--[^\n]*(?:\n|$))*$/, '')}\n) AS q`
}

/** The name of a table as a statement takes it. */
export function quotedTable(table: string): string {
  return tableParts(table).map(quotePostgres).join('.')
}

interface Coming {
  readonly name: string
  readonly type: DataType
  readonly nullable: boolean
  readonly read: (bytes: Buffer) => unknown
}

function selectOf(
  given: PostgresGiven,
  told: readonly Told[],
  asked: Asked,
  range: string | undefined,
): { readonly sql: string; readonly columns: readonly Coming[] } {
  const picked = asked.columns.map(name => {
    const column = told.find(one => one.name === name)
    if (column === undefined)
      throw new TidemillError('schema.missing-column', `missing column: ${name} (have ${told.map(one => one.name).join(', ')})`, {
        details: { missing: name },
      })
    return { column, declared: given.schema === undefined ? undefined : fieldNamed(given.schema, name) }
  })
  const list = picked.map(({ column, declared }) => {
    const own = declared === undefined || sameType(declared.type, column.type)
    return own && !column.asText ? quotePostgres(column.name) : `${quotePostgres(column.name)}::text`
  })
  const where = [pushedCondition(asked.where, dialectOf(given, told)), range].flatMap(part => (part === undefined ? [] : [`(${part})`]))
  const sql = [
    `COPY (SELECT ${list.join(', ')} FROM ${fromOf(given)}`,
    ...(where.length === 0 ? [] : [`WHERE ${where.join(' AND ')}`]),
    ...(asked.limit === undefined ? [] : [`LIMIT ${asked.limit}`]),
    ') TO STDOUT (FORMAT binary)',
  ].join(' ')
  const columns = picked.map(({ column, declared }): Coming => {
    if (declared === undefined) return column
    const { name, type, nullable } = declared
    return { name, type, nullable, read: sameType(type, column.type) ? column.read : bytes => textAs(bytes.toString('utf8'), type, name) }
  })
  return { sql, columns }
}

/** A declared type that the server's is not: its text must be one of ours. */
function textAs(text: string, type: DataType, name: string): unknown {
  if (type === 'string' || type === 'json') return text
  const value = parseText(text, type)
  if (value !== undefined) return value
  throw new TidemillError(
    'schema.misfit',
    `value does not fit: ${JSON.stringify(text.slice(0, 60))} in column ${name} is no ${printType(type)}`,
    {
      details: { column: name },
    },
  )
}

/** Only columns whose values the server compares as we do. */
function dialectOf(given: PostgresGiven, told: readonly Told[]): PushedDialect {
  const same = new Map(told.filter(one => ![1042, 18, 19].includes(one.oid) && !one.asText).map(one => [one.name, one.type]))
  return {
    column(name, type) {
      const own = same.get(name)
      return own === undefined || !sameType(own, type) || (given.query !== undefined && type === 'string') ? undefined : quotePostgres(name)
    },
    literal({ value, type }) {
      if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
      if (typeof value === 'boolean') return String(value)
      if (value === null || value.includes('\0') || !value.isWellFormed()) return undefined
      if (type === 'string') return `'${value.replaceAll("'", "''")}'`
      if (type === 'date') return /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) && !value.startsWith('0000') ? `DATE '${value}'` : undefined
      if (type !== 'timestamp' && type !== 'datetime') return /^-?[0-9]{1,19}$/.test(value) ? value : undefined
      const moment = /^-?[0-9]+$/.test(value) ? momentText(BigInt(value)) : ''
      if (!/^[0-9]{4}-/.test(moment) || moment.startsWith('0000')) return undefined
      return type === 'timestamp' ? `TIMESTAMPTZ '${moment}Z'` : `TIMESTAMP '${moment}'`
    },
  }
}

/** Conditions that cut the rows into ranges of equal width; NULLs come with the first. */
async function rangesOf(client: Client, given: PostgresGiven, told: readonly Told[]): Promise<readonly string[]> {
  const { partitionOn = '', partitions = 4 } = given
  const column = told.find(one => one.name === partitionOn)
  if (column === undefined)
    throw new TidemillError(
      'plan.unknown-column',
      `unknown column in partitionOn: ${partitionOn} (have ${told.map(one => one.name).join(', ')})`,
    )
  const name = quotePostgres(partitionOn)
  const scale = scales[printType(column.type)]
  if (scale === undefined)
    throw new TidemillError(
      'connectors.option',
      `partitionOn takes a column of integers, dates or timestamps: ${partitionOn} is ${printType(column.type)}`,
    )
  const { rows } = await client.query<{ low: string | null; high: string | null }>(
    `SELECT (${scale.number(`min(${name})`)})::text AS low, (${scale.number(`max(${name})`)})::text AS high FROM ${fromOf(given)}`,
  )
  const [low, high] = [rows[0]?.low, rows[0]?.high]
  if (low === null || low === undefined || high === null || high === undefined || partitions === 1) return ['true']
  const [from, span] = [BigInt(low), BigInt(high) - BigInt(low) + 1n]
  const cuts: bigint[] = []
  for (let i = 1; i < partitions; i++) {
    const cut = from + (span * BigInt(i)) / BigInt(partitions)
    if (cut > (cuts.at(-1) ?? from)) cuts.push(cut)
  }
  const at = cuts.map(cut => scale.value(cut))
  return [
    at.length === 0 ? 'true' : `${name} < ${at[0]} OR ${name} IS NULL`,
    ...at.slice(1).map((to, index) => `${name} >= ${at[index]} AND ${name} < ${to}`),
    ...(at.length === 0 ? [] : [`${name} >= ${at.at(-1)}`]),
  ]
}

interface Scale {
  /** The column as a whole number. */
  readonly number: (name: string) => string
  /** A whole number as a value of the column. */
  readonly value: (number: bigint) => string
}
const whole: Scale = { number: name => name, value: number => String(number) }
const micros = (type: string): Scale => ({
  number: name => `(extract(epoch from ${name}) * 1000000)::numeric(30,0)`,
  value: number => `${type} '${momentText(number)}${type === 'TIMESTAMPTZ' ? 'Z' : ''}'`,
})
const scales: Readonly<Record<string, Scale>> = {
  int16: whole,
  int32: whole,
  int64: whole,
  uint32: whole,
  date: { number: name => `${name} - DATE '1970-01-01'`, value: number => `(DATE '1970-01-01' + ${number})` },
  datetime: micros('TIMESTAMP'),
  timestamp: micros('TIMESTAMPTZ'),
}

/** The rows of a COPY in binary, as batches. */
async function* copied(client: Client, sql: string, columns: readonly Coming[]): AsyncGenerator<Batch> {
  const { to } = await import('pg-copy-streams')
  const stream = client.query(to(sql))
  const fields: Schema = columns.map(({ name, type, nullable }) => ({ name, type, nullable }))
  let builders = columns.map(column => columnBuilder(column.type, 1024))
  let rest: Buffer = Buffer.alloc(0)
  let [started, ended, rows, bytes, row] = [false, false, 0, 0, 0]
  const finish = (): Batch => {
    const batch = makeBatch(
      fields,
      builders.map(builder => builder.finish()),
      rows,
    )
    builders = columns.map(column => columnBuilder(column.type, 1024))
    rows = 0
    bytes = 0
    return batch
  }
  try {
    for await (const chunk of stream) {
      let data = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
      if (!started) {
        if (data.length < 19) {
          rest = data
          continue
        }
        const extension = data.readInt32BE(15)
        if (data.length < 19 + extension) {
          rest = data
          continue
        }
        started = true
        data = data.subarray(19 + extension)
      }
      let at = 0
      while (!ended) {
        const end = rowEnd(data, at)
        if (end === undefined) break
        if (end === at + 2 && data.readInt16BE(at) === -1) {
          ended = true
          break
        }
        row++
        readRow(data, at, builders, columns, row)
        bytes += end - at
        at = end
        rows++
        if (rows >= batchRows || bytes >= batchBytes) yield finish()
      }
      rest = data.subarray(at)
    }
  } finally {
    stream.destroy()
  }
  if (!ended) throw new TidemillError('engine.incomplete', 'the answer of PostgreSQL ended before its last row')
  if (rows > 0) yield finish()
}

/** Where the row that begins here ends; undefined when it has not come whole. */
function rowEnd(data: Buffer, start: number): number | undefined {
  if (start + 2 > data.length) return undefined
  const count = data.readInt16BE(start)
  let at = start + 2
  for (let i = 0; i < count; i++) {
    if (at + 4 > data.length) return undefined
    const size = data.readInt32BE(at)
    at += 4 + Math.max(0, size)
  }
  return at > data.length ? undefined : at
}

function readRow(data: Buffer, start: number, builders: readonly ColumnBuilder[], columns: readonly Coming[], row: number): void {
  let at = start + 2
  for (let i = 0; i < columns.length; i++) {
    const size = data.readInt32BE(at)
    at += 4
    const column = columns[i] as Coming
    const builder = builders[i] as ColumnBuilder
    if (size === -1) {
      if (!column.nullable)
        throw new TidemillError('schema.not-null', `NULL in column ${column.name} that has none: row ${row}`, {
          details: { column: column.name, row },
        })
      builder.pushRaw(null)
      continue
    }
    try {
      builder.pushRaw(column.read(data.subarray(at, at + size)))
    } catch (error) {
      if (!(error instanceof TidemillError) || error.code !== 'schema.misfit' || error.details['row'] !== undefined) throw error
      throw new TidemillError('schema.misfit', `${error.message} (column ${column.name}, row ${row})`, {
        details: { column: column.name, row },
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      })
    }
    at += size
  }
}
