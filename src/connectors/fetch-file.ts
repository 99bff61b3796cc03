/** Files over HTTP(S), brought whole into the staging folder: the engine seeks in files, and a run must see one version of each. */
import { open, rename } from 'node:fs/promises'
import { STATUS_CODES } from 'node:http'
import { TidemillError } from '../errors/index.ts'
import { percentDecoded } from '../storage/index.ts'
import { type Scheduler, systemScheduler } from '../time/index.ts'
import type { HttpSettings } from './http-options.ts'
import type { Staging } from './staging.ts'

export interface FetchContext {
  readonly staging: Staging
  readonly signal?: AbortSignal | undefined
  readonly scheduler?: Scheduler
}

/** Status codes after which the same request may succeed. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504])
const firstPauseMs = 100

/**
 * Downloads a file and gives the path of the copy.
 *
 * A connection that breaks is taken up where it ended, where the server says that the file is still the same (a strong ETag or Last-Modified, and ranges). What was downloaded in
 * this session before is asked for with its ETag and not sent again. Memory does not grow with the file.
 *
 * The address is trusted as a path is: also one inside the own network is fetched.
 *
 * @throws connectors.http, connectors.not-found, connectors.too-large
 */
export async function fetchFile(address: string, settings: HttpSettings, context: FetchContext): Promise<string> {
  const download: Download = { address, settings, context, known: context.staging.fetched.get(address), written: 0 }
  return triedAgain(address, settings, context, () => tryOnce(download))
}

/** Some work at an address, tried again after failures that may pass. */
export async function triedAgain<T>(address: string, settings: HttpSettings, context: FetchContext, once: () => Promise<T>): Promise<T> {
  const { signal, scheduler = systemScheduler } = context
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await once()
    } catch (error) {
      signal?.throwIfAborted()
      const told = toldAs(address, error)
      if (!told.retryable || attempt >= settings.retries) throw told
      await pause(scheduler, pauseMs(attempt, error), signal)
    }
  }
}

interface Download {
  readonly address: string
  readonly settings: HttpSettings
  readonly context: FetchContext
  /** What an earlier read brought. */
  readonly known: { readonly file: string; readonly etag?: string | undefined; readonly modified?: string | undefined } | undefined
  /** The copy that was begun, where it may go on. */
  file?: string
  written: number
  proof?: string | undefined
}

async function tryOnce(download: Download): Promise<string> {
  const { address, settings, context, known } = download
  const resume = download.file !== undefined && download.written > 0 && download.proof !== undefined
  const headers: Record<string, string> = { 'accept-encoding': 'identity', ...lowerCase(settings.headers) }
  if (resume) Object.assign(headers, { range: `bytes=${download.written}-`, 'if-range': download.proof })
  else if (known?.etag !== undefined) headers['if-none-match'] = known.etag
  else if (known?.modified !== undefined) headers['if-modified-since'] = known.modified

  return answered(address, headers, settings, context, async (response, idle) => {
    if (response.status === 304 && known !== undefined) {
      await response.body?.cancel()
      return known.file
    }
    if (response.status !== 200 && !(resume && response.status === 206)) {
      await response.body?.cancel()
      throw refused(address, response)
    }
    return save(download, response, response.status === 206, idle)
  })
}

/** Asks once, follows redirects, and gives up when nothing comes for a time. */
export async function answered<T>(
  address: string,
  headers: Record<string, string>,
  settings: HttpSettings,
  context: FetchContext,
  take: (response: Response, idle: Idle) => Promise<T>,
): Promise<T> {
  const idle = idleSignal(context, settings.timeoutMs)
  try {
    return await take(await follow(address, headers, settings, idle.signal), idle)
  } catch (error) {
    throw idle.expired()
      ? new TidemillError('connectors.http', `no answer for ${settings.timeoutMs} ms: ${plain(address)}`, { retryable: true, cause: error })
      : error
  } finally {
    idle.stop()
  }
}

async function save(download: Download, response: Response, goesOn: boolean, idle: Idle): Promise<string> {
  const { address, settings, context } = download
  const encoded = response.headers.get('content-encoding') ?? 'identity'
  const length = encoded === 'identity' ? Number(response.headers.get('content-length') ?? Number.NaN) : Number.NaN
  if (goesOn && !rangeBegins(response, download.written)) throw broken(address, 'the server sent another range than was asked for')
  if (!goesOn) {
    download.file ??= await context.staging.path(nameOf(address))
    download.written = 0
  }
  const file = download.file ?? ''
  const expected = download.written + length
  if (expected > settings.maxBytes) {
    await response.body?.cancel()
    throw tooLarge(address, expected, settings.maxBytes)
  }
  const etag = response.headers.get('etag') ?? undefined
  const modified = response.headers.get('last-modified') ?? undefined
  // A weak ETag promises the same meaning, not the same bytes; what the server packs on the way cannot be taken up in the middle.
  download.proof = encoded !== 'identity' ? undefined : etag !== undefined && !etag.startsWith('W/') ? etag : modified
  const handle = await open(file, goesOn ? 'r+' : 'w')
  try {
    for await (const piece of response.body ?? []) {
      idle.touch()
      const bytes = piece as Uint8Array
      if (download.written + bytes.length > settings.maxBytes) throw tooLarge(address, download.written + bytes.length, settings.maxBytes)
      for (let from = 0; from < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, from, bytes.length - from, download.written)
        from += bytesWritten
        download.written += bytesWritten
      }
    }
  } finally {
    await handle.close()
  }
  if (!Number.isNaN(expected) && download.written !== expected) throw broken(address, `${download.written} of ${expected} bytes came`)
  const kept = encoded === 'identity' ? file : await unpacked(file)
  context.staging.fetched.set(address, { file: kept, etag, modified })
  return kept
}

/** Some servers call the compression of a file an encoding of the answer: then what comes is no longer compressed, whatever its name says. */
async function unpacked(file: string): Promise<string> {
  const ending = /\.(gz|zst)$/i.exec(file)
  if (ending === null) return file
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    const mark = buffer.toString('latin1')
    if (mark.startsWith('\x1f\x8b') || mark === '\x28\xb5\x2f\xfd') return file
  } finally {
    await handle.close()
  }
  const name = file.slice(0, ending.index)
  await rename(file, name)
  return name
}

/** Follows redirects by hand: their number is limited, and rights are for the host they were given for. */
async function follow(address: string, headers: Record<string, string>, settings: HttpSettings, signal: AbortSignal): Promise<Response> {
  let now = new URL(address)
  let sent = headers
  for (let hop = 0; ; hop++) {
    sent = { ...basicRights(now), ...sent }
    const response = await fetch(withoutUser(now), { headers: sent, redirect: 'manual', signal })
    const target = response.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(response.status) || target === null) return response
    await response.body?.cancel()
    if (hop >= settings.redirects)
      throw new TidemillError('connectors.http', `more than ${settings.redirects} redirects: ${plain(address)}`, {
        hint: 'give the last address, or http: { redirects }',
      })
    const next = URL.canParse(target, now.href) ? new URL(target, now.href) : undefined
    if (next === undefined || !isAllowed(now, next))
      throw new TidemillError('connectors.http', `redirect to ${next === undefined ? 'no address' : next.protocol}: ${plain(address)}`, {
        details: { address: plain(address), ...(next === undefined ? {} : { target: `${next.protocol}//${next.host}${next.pathname}` }) },
        hint: 'only http and https are followed, and never from https to http',
      })
    if (next.origin !== now.origin) sent = withoutRights(sent)
    now = next
  }
}

/** The user and the password of an address, which `fetch` does not take, as a header. One that was given goes before. */
function basicRights({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  return { authorization: `Basic ${Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`).toString('base64')}` }
}

function withoutUser(address: URL): string {
  const bare = new URL(address)
  bare.username = ''
  bare.password = ''
  return bare.href
}

function isAllowed(from: URL, to: URL): boolean {
  return to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:')
}

function withoutRights(headers: Record<string, string>): Record<string, string> {
  const own = ['accept-encoding', 'range', 'if-range', 'if-none-match', 'if-modified-since', 'accept', 'user-agent']
  return Object.fromEntries(Object.entries(headers).filter(([name]) => own.includes(name)))
}

/** Names of headers in lower case, so that ours and the user's are not sent both. */
export function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function rangeBegins(response: Response, at: number): boolean {
  return response.headers.get('content-range')?.startsWith(`bytes ${at}-`) === true
}

export interface Idle {
  readonly signal: AbortSignal
  touch(): void
  expired(): boolean
  stop(): void
}

/** Aborts when nothing came for a time; `touch` says that something did. */
function idleSignal({ signal, scheduler = systemScheduler }: FetchContext, ms: number): Idle {
  const controller = new AbortController()
  let expired = false
  const expire = (): void => {
    expired = true
    controller.abort()
  }
  let cancel = scheduler.after(ms, expire)
  return {
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    touch() {
      cancel()
      cancel = scheduler.after(ms, expire)
    },
    expired: () => expired,
    stop: () => cancel(),
  }
}

/** Doubles, and is never shorter than what the server asks for; it asks for at most a minute. */
function pauseMs(attempt: number, error: unknown): number {
  const asked = error instanceof TidemillError ? Number(error.details['retryAfter'] ?? 0) : 0
  return Math.max(firstPauseMs * 2 ** attempt, Number.isFinite(asked) ? Math.min(asked, 60) * 1000 : 0)
}

async function pause(scheduler: Scheduler, ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>(resolve => {
    const done = (): void => {
      cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const cancel = scheduler.after(ms, done)
    signal?.addEventListener('abort', done)
  })
  signal?.throwIfAborted()
}

/** The error of a status that is no answer. */
export function refused(address: string, { status, headers }: Response): TidemillError {
  const text = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  if (status === 404 || status === 410)
    return new TidemillError('connectors.not-found', `no such file: ${plain(address)} (${text})`, {
      details: { address: plain(address), status },
    })
  const retryAfter = headers.get('retry-after')
  return new TidemillError('connectors.http', `server refused: ${plain(address)} (${text})`, {
    details: { address: plain(address), status, ...(retryAfter === null ? {} : { retryAfter }) },
    retryable: passing.has(status),
    ...(status === 401 || status === 403
      ? { hint: "send what gives the right to it: { http: { headers: { authorization: 'Bearer ...' } } }" }
      : {}),
  })
}

/** The error of an answer that is not what was asked for; it may pass. */
export function broken(address: string, why: string): TidemillError {
  return new TidemillError('connectors.http', `download broke: ${plain(address)}: ${why}`, {
    details: { address: plain(address) },
    retryable: true,
  })
}

/** The error of a file over the limit. */
export function tooLarge(address: string, bytes: number, limit: number): TidemillError {
  return new TidemillError('connectors.too-large', `file is too large: ${plain(address)}: ${bytes} bytes or more (limit ${limit})`, {
    details: { address: plain(address), bytes, limit },
    hint: 'raise the limit: http: { maxBytes }',
  })
}

/** What `fetch` threw, which names only "fetch failed", with its cause. What broke on the way may pass. */
function toldAs(address: string, error: unknown): TidemillError {
  if (error instanceof TidemillError) return error
  const { code, message } = rootOf(error)
  const never = [
    'ENOTFOUND',
    'ERR_INVALID_URL',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ENOSPC',
  ]
  return new TidemillError('connectors.http', `download failed: ${plain(address)}: ${message}`, {
    details: { address: plain(address), ...(code === undefined ? {} : { code }) },
    cause: error,
    retryable: code === undefined || !never.includes(code),
  })
}

function rootOf(error: unknown): { readonly code?: string | undefined; readonly message: string } {
  let at = error
  while (at instanceof Error && at.cause instanceof Error) at = at.cause
  return at instanceof Error ? (at as NodeJS.ErrnoException) : { message: String(at) }
}

/** An address without a password and without what stands behind the question mark, which may be a signature. */
export function plain(address: string): string {
  const url = new URL(address)
  return `${url.origin}${url.pathname}`
}

/** What a copy is called: the last part of the path. */
export function nameOf(address: string): string {
  const { pathname } = new URL(address)
  return percentDecoded(pathname.split('/').at(-1) ?? '')
}
