/** An HTTP endpoint that takes lines, for feeds that know no files: sensors, scripts, other programs. */
import { isUtf8 } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { knownOptions, showingText, TidemillError } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import type { Row, SchemaLike } from '../schema/index.ts'
import { isSchema, shown } from './check-options.ts'
import { follow } from './follow.ts'
import { openSpool, type Spool } from './spool.ts'
import { checkPath } from './table-file.ts'

export interface ReceiveOptions<S> {
  readonly schema: S
  /** Folder where lines are kept; made when it is not there. Nothing in it is ever removed. */
  readonly spool: string
  /** Default 0: any that is free. */
  readonly port?: number
  /** Default `/in`. */
  readonly path?: string
  /** When given, a request must say `Authorization: Bearer <token>`. */
  readonly token?: string
}
/** An endpoint that listens. It keeps the program alive until it is closed. */
export interface Receiver<out R> extends AsyncDisposable {
  /** `http://127.0.0.1:4711/in` */
  readonly url: string
  /** What has come, and what will come. */
  readonly source: Source<R>
  /** Takes no more requests; those that were taken are written and answered. */
  close(): Promise<void>
}

const mostBody = 16 * 1024 * 1024
const mostWaiting = 64 * 1024 * 1024
const fileBytes = 256 * 1024 * 1024
const types = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

/**
 * Takes NDJSON by POST on this machine (127.0.0.1) and keeps it in files; a stream reads them. 200 is answered once the lines are on the disk: none is lost after that, also
 * when the program dies. Who gets no answer sends again, so a line may come twice.
 *
 * A body is whole lines of at most 16 MiB, of type `application/x-ndjson`. Web pages are refused (requests with an `Origin`). Answers: 200 `{ lines, bytes }`, 400 no
 * UTF-8, 401, 403, 404, 405, 413, 415, 503 to be tried again.
 *
 * @example
 * await using feed = await receive({ schema: { at: 'timestamp', value: 'float64' }, spool: 'spool/readings', port: 4711 })
 * const readings = await tm.stream(feed.source, { eventTime: 'at' })
 * @throws connectors.option, server.port-in-use
 */
export async function receive<const S extends SchemaLike>(options: ReceiveOptions<S>): Promise<Receiver<Row<S>>> {
  knownOptions('receive', options, ['schema', 'spool', 'port', 'path', 'token'], 'connectors.option')
  const { schema, spool: folder, port = 0, path = '/in', token } = options ?? {}
  checkPath('receive', folder)
  // Nothing is there yet to learn columns from.
  if (!isSchema(schema))
    throw new TidemillError('connectors.option', `receive wants the columns of its lines in schema, not ${shown(schema)}`)
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new TidemillError('connectors.option', `port of receive must be 0 to 65535, not ${shown(port)}`, { details: { option: 'port' } })
  if (typeof path !== 'string' || !path.startsWith('/'))
    throw new TidemillError('connectors.option', `path of receive must begin with /, not ${shown(path)}`)
  if (token === '') throw new TidemillError('connectors.option', 'token of receive must not be empty')
  const source = follow(resolve(folder), { schema }) as Source<Row<S>>

  const { createServer } = await import('node:http')
  const spool = await openSpool(folder, fileBytes)
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    void answer(request, response, spool, path, token)
  })
  try {
    await listening(server, port)
  } catch (error) {
    await spool.close()
    throw error
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= ended(server, spool))
  return Object.freeze({ url, source, close, [Symbol.asyncDispose]: close, ...showingText(() => `receives at ${url}`) })
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  spool: Spool,
  path: string,
  token: string | undefined,
): Promise<void> {
  const say = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): void => {
    // A body that was not read to its end makes the connection useless.
    response.writeHead(status, { 'content-type': 'application/json', ...(request.complete ? {} : { connection: 'close' }), ...headers })
    response.end(JSON.stringify(body))
  }
  const [status, error, headers] = refusal(request, path, token) ?? (spool.waiting > mostWaiting ? busy : [])
  if (status !== undefined) return say(status, { error }, headers)
  try {
    const bytes = await bodyOf(request)
    if (bytes === undefined) return say(413, { error: `body of more than ${mostBody} bytes: send less at once` })
    if (!isUtf8(bytes)) return say(400, { error: 'body is no UTF-8' })
    if (bytes.length > 0) await spool.append(bytes)
    say(200, { lines: linesOf(bytes), bytes: bytes.length })
  } catch (failure) {
    if (request.destroyed && !request.complete) return
    say(503, { error: (failure as Error).message }, { 'retry-after': '1' })
  }
}

type Refusal = readonly [status: number, error: string, headers?: Readonly<Record<string, string>>]
const busy: Refusal = [503, 'too much waits to be written: send it again later', { 'retry-after': '1' }]

function refusal(request: IncomingMessage, path: string, token: string | undefined): Refusal | undefined {
  const { headers, method, url = '' } = request
  // Pages may send to this machine too, under any name that they let point to it.
  if (headers.origin !== undefined) return [403, 'requests of web pages are refused']
  if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?$/i.test(headers.host ?? ''))
    return [403, `not served under the name ${headers.host ?? ''}`]
  if (url.split('?')[0] !== path) return [404, `nothing here: post to ${path}`]
  if (method !== 'POST') return [405, `post lines to ${path}`, { allow: 'POST' }]
  if (token !== undefined && !sameText(headers.authorization ?? '', `Bearer ${token}`))
    return [401, 'no such token', { 'www-authenticate': 'Bearer' }]
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? 'nothing'
  if (!types.includes(type) || headers['content-encoding'] !== undefined)
    return [415, `body must be ${types[0]}, one JSON object a line, not compressed; this is ${headers['content-encoding'] ?? type}`]
  return Number(headers['content-length'] ?? 0) > mostBody ? [413, `body of more than ${mostBody} bytes: send less at once`] : undefined
}

/** Compared in the same time wherever they differ. */
function sameText(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Undefined when it is too long. The last line gets its end. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > mostBody) return undefined
    pieces.push(piece)
  }
  const last = pieces.findLast(piece => piece.length > 0)
  if (last !== undefined && last.at(-1) !== 10) pieces.push(Buffer.from('\n'))
  return Buffer.concat(pieces)
}

function linesOf(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++
  return lines
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE'
      failed(
        new TidemillError(
          inUse ? 'server.port-in-use' : 'server.address',
          inUse ? `port is taken: ${port}` : `port cannot be listened on: ${port}: ${error.message}`,
          {
            details: { port },
            cause: error,
            ...(inUse ? { hint: 'leave the port out to get a free one' } : {}),
          },
        ),
      )
    })
    server.listen(port, '127.0.0.1', done)
  })
}

async function ended(server: Server, spool: Spool): Promise<void> {
  const closed = new Promise<void>(done => void server.close(() => done()))
  server.closeIdleConnections()
  await closed
  await spool.close()
}
