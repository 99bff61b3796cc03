import { TidemillError, showingText } from '../errors/index.ts'
import type { OpenRow, Row, SchemaLike } from '../schema/index.ts'
import { percentDecoded } from '../storage/index.ts'
import { shown } from './check-options.ts'
import { driverCode } from './driver-code.ts'
import { oneOfThese, onlyOptions, textOrNone } from './given-options.ts'
import { checkTableOrQuery, type DatabaseTable, declaredSchema } from './sqlite.ts'

/** How the connection is kept from others' eyes and ears. */
export interface PostgresTls {
  /** Certificates that are trusted, as PEM. Default: those of this machine. */
  readonly ca?: string
  /** Our own certificate and its key, as PEM. */
  readonly cert?: string
  readonly key?: string
  /** False takes any certificate: whoever answers may be somebody else. Default true. */
  readonly verify?: boolean
}
/** What of a database is read or written. */
export interface PostgresOptions<S extends SchemaLike | undefined = undefined> {
  /** The table or view: `orders`, `sales.orders`; a name with a dot, or with capital letters that must stay, in double quotes: `sales."Orders 2026"`. */
  readonly table?: string
  /** A SELECT to read. */
  readonly query?: string
  /** Columns and types to read, instead of those the server tells: a numeric without precision may be declared `decimal(18,2)`. */
  readonly schema?: S
  /** Reads by ranges of this column (integer, date or timestamp) over several connections, which all see one snapshot. */
  readonly partitionOn?: string
  /** How many ranges, at most 32. Default: 4 with `partitionOn`. */
  readonly partitions?: number
  /** Of a table that is there, when writing: 'fail' (default), 'append', 'replace' its rows, or 'upsert' by `key`. */
  readonly mode?: 'fail' | 'append' | 'replace' | 'upsert'
  /** Columns that name a row; the table must have a unique index over them. For 'upsert'. */
  readonly key?: string | readonly string[]
  /** Instead of one in the URL. Without either, `PGPASSWORD` and `~/.pgpass` are looked at. */
  readonly password?: string
  /** Default: as `sslmode` in the URL says (disable, require, verify-full); without, no TLS. */
  readonly tls?: boolean | PostgresTls
}

/** What must not be seen: it has no properties, prints as [secret], and is no part of a fingerprint. */
export class PostgresSecret {
  readonly #password: string | undefined
  readonly #tls: PostgresTls | undefined
  constructor(password: string | undefined, tls: PostgresTls | undefined) {
    this.#password = password
    this.#tls = tls
  }
  reveal(): { readonly password: string | undefined; readonly tls: PostgresTls | undefined } {
    return { password: this.#password, tls: this.#tls }
  }
  toJSON(): string {
    return '[secret]'
  }
}

const names = ['table', 'query', 'schema', 'partitionOn', 'partitions', 'mode', 'key', 'password', 'tls']

/**
 * A table, a view or a SELECT of PostgreSQL (12 and newer), to read; a table, to write.
 *
 * Reading: by COPY in binary, as a stream, in one snapshot: rows are those of one moment, also when several connections read ranges of them. The asked columns, simple
 * conditions and a limit are the server's to apply. Rows of a table have no order; of several ranges, batches come in turn. numeric(p, s) is decimal, numeric without
 * a precision is exact text (or what the schema says); timestamptz is timestamp, timestamp is datetime; enums and what has no type of ours are text. An infinite date,
 * and a NaN that is no float, are errors.
 *
 * Writing: rows are copied into a table of their own, and come into the target in one transaction: readers see the old rows or the new. An error or a killed process
 * leaves the target as it was; of a process that is killed between the last row and the commit a table `_tidemill_stage_...` stays, which nobody reads, and which a write into the same
 * schema drops once it is ten minutes old. The password is in no message, plan or fingerprint.
 *
 * @example
 * const orders = await tm.read(postgres('postgres://me@db/shop', { table: 'orders', partitionOn: 'id', partitions: 4 }))
 * await totals.write(postgres('postgres://me@db/shop', { table: 'totals', mode: 'upsert', key: 'day' }))
 * @throws connectors.option
 * @throws connectors.not-found, connectors.unreadable, engine.sql, schema.misfit when it is read; connectors.exists, schema.missing-column when it is written
 */
export function postgres<const S extends SchemaLike | undefined = undefined>(
  url: string,
  options: PostgresOptions<S>,
): DatabaseTable<S extends SchemaLike ? Row<S> : OpenRow> {
  const { address, password, tls } = addressOf(url)
  onlyOptions('postgres', options, names)
  const { table, query, schema, partitionOn, partitions, mode, key } = options
  checkTableOrQuery('postgres', table, query)
  oneOfThese('mode', mode, ['fail', 'append', 'replace', 'upsert'])
  textOrNone('partitionOn', partitionOn, 'the name of a column')
  textOrNone('password', options.password, 'a text')
  if (partitions !== undefined && (partitionOn === undefined || !Number.isInteger(partitions) || partitions < 1 || partitions > 32))
    throw new TidemillError(
      'connectors.option',
      `partitions must be a whole number from 1 to 32, beside partitionOn, not ${shown(partitions)}`,
    )
  const keys = key === undefined ? undefined : typeof key === 'string' ? [key] : key
  if ((mode === 'upsert') !== (keys !== undefined) || keys?.length === 0)
    throw new TidemillError('connectors.option', "mode 'upsert' and key belong together", { hint: "such as { mode: 'upsert', key: 'id' }" })
  if (table !== undefined) tableParts(table)
  const secret = new PostgresSecret(options.password ?? password, tlsOf(options.tls) ?? tls)
  return Object.freeze({
    kind: 'postgres',
    options: Object.freeze({
      url: address,
      ...(table === undefined ? { query } : { table }),
      ...(partitionOn === undefined ? {} : { partitionOn, partitions: partitions ?? 4 }),
      ...(mode === undefined ? {} : { mode }),
      ...(keys === undefined ? {} : { key: keys }),
      ...declaredSchema(schema),
      secret,
    }),
    code: driverCode('postgres-driver'),
    ...showingText(() => `postgres ${address} ${table ?? 'query'}`),
  })
}

function addressOf(url: unknown): {
  readonly address: string
  readonly password: string | undefined
  readonly tls: PostgresTls | undefined
} {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  // The URL is not shown: it may hold a password.
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol) || parsed.hostname === '')
    throw new TidemillError('connectors.option', 'postgres wants a URL such as postgres://user@host:5432/database', {
      hint: 'signs such as @ and / in a password are written %40 and %2F, or pass { password }',
    })
  const password = parsed.password === '' ? undefined : percentDecoded(parsed.password)
  parsed.password = ''
  const mode = parsed.searchParams.get('sslmode') ?? 'disable'
  if (!['disable', 'require', 'verify-ca', 'verify-full'].includes(mode))
    throw new TidemillError('connectors.option', `sslmode must be disable, require or verify-full, not ${mode}`)
  // What else a URL may carry could be secret too.
  parsed.search = ''
  return { address: parsed.href, password, tls: mode === 'disable' ? undefined : { verify: mode !== 'require' } }
}

function tlsOf(tls: unknown): PostgresTls | undefined {
  if (tls === undefined || tls === false) return undefined
  if (tls === true) return {}
  onlyOptions('tls', tls, ['ca', 'cert', 'key', 'verify'])
  return tls as PostgresTls
}

/**
 * The parts of a table's name, as PostgreSQL reads them: unquoted parts in small letters.
 *
 * @throws connectors.option
 */
export function tableParts(table: string): readonly string[] {
  const parts = [...table.matchAll(/"((?:[^"]|"")+)"|([^".\s]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').toLowerCase() : quoted.replaceAll('""', '"'),
  )
  const whole = /^(?:"(?:[^"]|"")+"|[^".\s]+)(?:\.(?:"(?:[^"]|"")+"|[^".\s]+))?$/.test(table)
  if (whole && parts.length <= 2 && !table.includes('\0')) return parts
  throw new TidemillError('connectors.option', `no name of a table: ${JSON.stringify(table)}`, {
    hint: 'such as orders, sales.orders, or sales."Orders 2026"',
  })
}
