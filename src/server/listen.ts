import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIP, type AddressInfo, Server as SocketServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { showingText, TidemillError } from '../errors/index.ts'
import { securityHeaders } from '../security/index.ts'
import { type Scheduler, systemScheduler } from '../time/index.ts'
import { answer } from './answer.ts'
import type { App } from './app.ts'

export interface ListenOptions {
  /** Address or name to listen on. Default 127.0.0.1: this machine only. */
  readonly host?: string | undefined
  /** Default 0: any that is free. */
  readonly port?: number | undefined
  /** A request must have sent its headers after so long; default 10,000. */
  readonly headersMs?: number | undefined
  /** ... and its body; default 30,000. */
  readonly requestMs?: number | undefined
  /** A kept connection without a request is closed after so long; default 5,000. */
  readonly idleMs?: number | undefined
  /** Requests that run are waited for so long when the server closes; default 10,000. */
  readonly drainMs?: number | undefined
  /** Connections at once; default 1,000. */
  readonly connections?: number | undefined
  readonly scheduler?: Scheduler | undefined
}
/** A server that listens. It keeps the program alive until it is closed. */
export interface Listening extends AsyncDisposable {
  /** `http://127.0.0.1:8080`; where it listens on all addresses, the one of this machine. */
  readonly url: string
  readonly port: number
  /** Takes no more requests, waits for those that run, then ends what is left. Can be called twice. */
  close(): Promise<void>
}

const mostHeaderBytes = 16 * 1024
/** How often node looks for connections that are too slow. */
const lookEveryMs = 1000
/** When the server closes, a request that has been sent but not read yet gets so long to be heard, and refused in words. */
const onItsWayMs = 50

/**
 * Listens with an app on a socket (HTTP/1.1, no TLS: for other machines put a proxy with TLS before it).
 *
 * @example
 * const server = await listen(served, { port: 8080 })
 * console.log(server.url)
 * await server.close()
 * @throws server.port-in-use naming the port and one that is free; server.address
 */
export async function listen(served: Pick<App, 'fetch'>, options: ListenOptions = {}): Promise<Listening> {
  const { host = '127.0.0.1', port = 0, drainMs = 10_000, scheduler = systemScheduler } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new TidemillError('server.address', `port must be a whole number from 0 to 65535, not ${String(port)}`)
  const { getRequestListener } = await import('@hono/node-server')
  let closing: Promise<void> | undefined
  const ending = new AbortController()
  const respond = (request: Request, { incoming }: { readonly incoming: { readonly socket: Socket } }): Promise<Response> | Response => {
    if (closing !== undefined)
      return secured(answer({ error: 'the server is stopping', code: 'server.closed' }, 503, { connection: 'close' }))
    const { remoteAddress: peer, localAddress: address, localPort } = incoming.socket
    return served.fetch(request, { peer, address, port: localPort, closing: ending.signal })
  }
  const listener = getRequestListener(respond as Parameters<typeof getRequestListener>[0], {
    // Else it would put classes of its own in place of the global Request and Response.
    overrideGlobalObjects: false,
    errorHandler: () => secured(answer({ error: 'request of the wrong form', code: 'server.body' }, 400, { connection: 'close' })),
  })
  /** Requests that run, by connection. */
  const running = new Map<Socket, number>()
  const hear = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { socket } = incoming
    running.set(socket, (running.get(socket) ?? 0) + 1)
    outgoing.once('close', () => {
      const left = (running.get(socket) ?? 1) - 1
      if (running.has(socket)) running.set(socket, left)
      if (closing !== undefined && left === 0) socket.destroySoon()
    })
    void listener(incoming, outgoing)
  }
  const server = createServer(
    {
      maxHeaderSize: mostHeaderBytes,
      headersTimeout: options.headersMs ?? 10_000,
      requestTimeout: options.requestMs ?? 30_000,
      keepAliveTimeout: options.idleMs ?? 5000,
      connectionsCheckingInterval: lookEveryMs,
      // Refused here, with the headers of every other answer.
      requireHostHeader: false,
    },
    hear,
  )
  server.maxConnections = options.connections ?? 1000
  server.on('connection', (socket: Socket) => {
    running.set(socket, 0)
    socket.once('close', () => void running.delete(socket))
  })
  server.on('clientError', refuse)
  // An expectation that is unknown is left out of account.
  server.on('checkExpectation', hear)
  const { port: got } = await bind(server, host, port)
  const close = (): Promise<void> => {
    closing ??= drain(server, running, drainMs, scheduler)
    // Answers that go on until the server closes end now; the rest is waited for.
    ending.abort()
    return closing
  }
  return Object.freeze({
    url: `http://${reachable(host)}:${got}`,
    port: got,
    close,
    [Symbol.asyncDispose]: close,
    ...showingText(() => `listening on ${host}, port ${got}`),
  })
}

/** As a URL on this machine names it: what stands for all addresses is none that can be asked. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return isIP(host) === 6 ? `[${host}]` : host
}

async function bind(server: Server, host: string, port: number): Promise<AddressInfo> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (cause) {
    throw await notBound(cause as NodeJS.ErrnoException, host, port)
  }
  return server.address() as AddressInfo
}

async function notBound(cause: NodeJS.ErrnoException, host: string, port: number): Promise<TidemillError> {
  if (cause.code === 'EADDRINUSE') {
    const free = await freePort(host, port)
    return new TidemillError('server.port-in-use', `port in use: ${port}${free === undefined ? '' : ` (free: ${free})`}`, {
      cause,
      details: { host, port, free },
      hint: `stop the other program${free === undefined ? '' : `, or listen on port ${free}`}`,
    })
  }
  const reasons: Readonly<Record<string, string>> = {
    EACCES: `port ${port} needs rights that this account lacks; take one from 1024 on`,
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'no address is known by this name',
    EAI_AGAIN: 'no address is known by this name now',
  }
  return new TidemillError(
    'server.address',
    `address that cannot be listened on: ${host}:${port} (${reasons[cause.code ?? ''] ?? cause.message})`,
    {
      cause,
      details: { host, port },
    },
  )
}

/** The next port that can be bound now; another may take it before it is used. */
async function freePort(host: string, port: number): Promise<number | undefined> {
  for (let next = port + 1; next <= Math.min(port + 20, 65_535); next++) {
    const probe = createServer()
    const free = await new Promise<boolean>(resolve => {
      probe.once('error', () => resolve(false))
      probe.listen({ host, port: next }, () => resolve(true))
    })
    if (free) {
      await new Promise<void>(resolve => void probe.close(() => resolve()))
      return next
    }
  }
  return undefined
}

/** Ends the listening, lets running requests finish, and cuts what is left after `ms`. */
async function drain(server: Server, running: ReadonlyMap<Socket, number>, ms: number, scheduler: Scheduler): Promise<void> {
  // The closing of node's HTTP server would cut kept connections at once, with what has been sent over them; it comes below.
  const closed = new Promise<void>(resolve => void SocketServer.prototype.close.call(server, () => resolve()))
  // Also those that have not said what they want: node no longer looks after the slow ones now.
  const endSilent = (): void => {
    for (const [socket, requests] of running) if (requests === 0) socket.destroy()
  }
  // Once around more: where the program was busy the timer comes before what has arrived meanwhile.
  let stopGrace = scheduler.after(Math.min(onItsWayMs, ms), () => {
    stopGrace = scheduler.after(0, endSilent)
  })
  const stopWaiting = scheduler.after(ms, () => server.closeAllConnections())
  await closed
  stopGrace()
  stopWaiting()
  // Its clock that looks for slow connections ends with this.
  server.close(() => undefined)
}

/** What node refuses before it is a request gets the same headers as any answer. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, text] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? (['431 Request Header Fields Too Large', 'headers too long'] as const)
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? (['408 Request Timeout', 'request not complete in time'] as const)
        : (['400 Bad Request', 'request of the wrong form'] as const)
  const body = JSON.stringify({ error: text, code: 'server.body' })
  const headers = {
    ...securityHeaders,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const gone = (): void => void socket.destroy()
  // Not only ended: a client that does not close its side would keep the socket for ever.
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n${body}`, gone)
}

function secured(response: Response): Response {
  for (const [name, value] of Object.entries(securityHeaders)) response.headers.set(name, value)
  return response
}
