/** Connections to PostgreSQL, and its errors as ours. */
import { connect as connectSocket } from 'node:net'
import type { Client, ClientConfig } from 'pg'
import { TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import type { PostgresSecret } from './postgres.ts'

/** What `postgres` gives to its driver. */
export interface PostgresGiven {
  /** Without a password. */
  readonly url: string
  readonly table?: string
  readonly query?: string
  readonly schema?: Schema
  readonly partitionOn?: string
  readonly partitions?: number
  readonly mode?: 'fail' | 'append' | 'replace' | 'upsert'
  readonly key?: readonly string[]
  readonly secret: PostgresSecret
}

/** Values as text mean one thing, whatever the server's and the user's settings are. */
const settings = [
  "SET TimeZone = 'UTC'",
  "SET DateStyle = 'ISO'",
  "SET IntervalStyle = 'iso_8601'",
  "SET bytea_output = 'hex'",
  'SET extra_float_digits = 1',
  "SET client_encoding = 'UTF8'",
  "SET standard_conforming_strings = 'on'",
]
const connectMs = 15_000

/**
 * A connection of its own.
 *
 * @throws connectors.unreadable when nobody answers or the user is refused
 */
export async function connected({ url, secret }: PostgresGiven): Promise<Client> {
  const { Client } = await import('pg')
  const { password, tls } = secret.reveal()
  const at = new URL(url)
  const config: ClientConfig = {
    host: at.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: at.port === '' ? 5432 : Number(at.port),
    application_name: 'tidemill',
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    ...(at.username === '' ? {} : { user: decodeURIComponent(at.username) }),
    ...(at.pathname.length <= 1 ? {} : { database: decodeURIComponent(at.pathname.slice(1)) }),
    ...(password === undefined ? {} : { password }),
    ssl:
      tls === undefined
        ? false
        : {
            rejectUnauthorized: tls.verify !== false,
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
            ...(tls.cert === undefined ? {} : { cert: tls.cert }),
            ...(tls.key === undefined ? {} : { key: tls.key }),
          },
  }
  const client = new Client(config)
  // A connection that breaks fails the query that waits; an error that nobody hears would end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(settings.join(';'))
  } catch (error) {
    // Why it did not connect says more than why it does not part.
    await client.end().catch(() => undefined)
    throw databaseError(error, url, secret)
  }
  return client
}

/** Ends a connection; what it still does is cancelled first. Never fails: one that breaks while it ends has ended. */
export async function leave(client: Client, { url }: PostgresGiven, busy: boolean): Promise<void> {
  if (!busy) {
    await client.end().catch(() => undefined)
    return
  }
  const { processID, secretKey } = client as Client & { readonly processID?: number | null; readonly secretKey?: number | null }
  if (typeof processID === 'number' && typeof secretKey === 'number') await cancel(new URL(url), processID, secretKey)
  // It may be in the middle of an answer: nobody reads it to its end.
  const { connection } = client as Client & { readonly connection?: { readonly stream?: { destroy(): void } } }
  connection?.stream?.destroy()
  await client.end().catch(() => undefined)
}

/** The cancel request of the protocol, which needs a connection of its own. What cannot be sent is no matter: the server notices that nobody reads. */
function cancel(at: URL, processId: number, key: number): Promise<void> {
  const message = Buffer.alloc(16)
  message.writeInt32BE(16, 0)
  message.writeInt32BE(80_877_102, 4)
  message.writeInt32BE(processId, 8)
  message.writeInt32BE(key, 12)
  return new Promise(done => {
    const socket = connectSocket(at.port === '' ? 5432 : Number(at.port), at.hostname.replace(/^\[(.*)\]$/, '$1'))
    socket.setTimeout(2_000, () => socket.destroy())
    socket.on('connect', () => void socket.end(message))
    socket.on('error', () => undefined)
    socket.on('close', () => done())
  })
}

/** An error of the server or the network, which names the database and never the password. */
export function databaseError(error: unknown, url: string, secret: PostgresSecret): unknown {
  if (error instanceof TidemillError || !(error instanceof Error)) return error
  const { password } = secret.reveal()
  const clean = (text: string): string => (password === undefined || password === '' ? text : text.replaceAll(password, '[secret]'))
  const { code, detail } = error as Error & { readonly code?: string; readonly detail?: string }
  const message = clean(error.message === '' ? (code ?? 'no reason was given') : error.message)
  const details = { url, ...(code === undefined ? {} : { sqlState: code }), ...(detail === undefined ? {} : { detail: clean(detail) }) }
  const cause = new Error(message)
  const made = (
    ours: 'connectors.not-found' | 'connectors.unreadable' | 'connectors.exists' | 'engine.sql' | 'engine.data',
    text: string,
    hint?: string,
  ): TidemillError => new TidemillError(ours, `${text} (${url})`, { details, cause, ...(hint === undefined ? {} : { hint }) })
  if (code === '42P01' || code === '3F000')
    return made('connectors.not-found', `no such table: ${message}`, 'is its schema in the name, as in sales.orders?')
  if (code === '28P01' || code === '28000' || message.includes('password'))
    return made(
      'connectors.unreadable',
      `database refuses the user: ${message}`,
      'correct the user or the password, or allow it in pg_hba.conf',
    )
  if (code === '3D000') return made('connectors.not-found', `no such database: ${message}`)
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code) || code.startsWith('08') || code.startsWith('57P') || code.startsWith('E'))
    return made('connectors.unreadable', `database cannot be reached: ${message}`, 'does the server run, and is the address right?')
  if (code === '23505' || code.startsWith('23') || code.startsWith('22'))
    return made('engine.data', `PostgreSQL refused a value: ${message}`)
  return made('engine.sql', `PostgreSQL refused a statement: ${message}`)
}
