import { TidemillError } from '../errors/index.ts'
import { type Connection, failureLimit, guarded, type Handler, sessions, tokens } from '../security/index.ts'
import { listen } from '../server/index.ts'
import { systemClock } from '../time/index.ts'
import { livePage, livePolicy, liveScript, liveStyle } from './page-text.ts'

/** The page of a program that is run again and again. */
export interface LivePage {
  /** Signs a browser in, once. */
  readonly link: string
  readonly url: string
  begin(): void
  item(html: string): void
  end(text: string): void
  close(): Promise<void>
}

/** Items and letters that are kept for pages that come later; beyond them the oldest items go, and the page says so. */
const mostItems = 200
const mostLetters = 20_000_000
const mostPages = 10
/** Bytes that wait for a page that does not take them; then it is given up, and comes again by itself. */
const mostWaiting = 40_000_000

/**
 * Serves what a program shows on 127.0.0.1, behind a one-time link.
 *
 * @param file as the page names it
 * @throws server.address when no port can be bound
 */
export async function livePageOf(file: string): Promise<LivePage> {
  const signedIn = sessions({ tokens: tokens() })
  const tries = failureLimit({ clock: systemClock })
  const told: { run: number; items: string[]; letters: number; dropped: number; ended: string | undefined } = {
    run: 0,
    items: [],
    letters: 0,
    dropped: 0,
    ended: undefined,
  }
  const pages = new Set<(text: string) => void>()
  const tell = (name: string, data: object): void => {
    for (const page of pages) page(eventText(name, data))
  }
  const ends = (text: string): string => (told.dropped === 0 ? text : `${text}; the first ${told.dropped} things it showed are left out`)

  const stream = (closing: AbortSignal | undefined): Response => {
    if (pages.size >= mostPages) return answer({ error: `too many pages: ${mostPages}`, code: 'server.busy' }, 429)
    const encoder = new TextEncoder()
    let leave: () => void = () => undefined
    const body = new ReadableStream<Uint8Array>(
      {
        start(controller) {
          const say = (text: string): void => {
            const bytes = encoder.encode(text)
            controller.enqueue(bytes)
            if ((controller.desiredSize ?? 0) < 0) leave()
          }
          leave = () => {
            if (!pages.delete(say)) return
            closing?.removeEventListener('abort', leave)
            controller.close()
          }
          pages.add(say)
          closing?.addEventListener('abort', leave)
          say('retry: 1000\n\n')
          say(eventText('begin', { run: told.run }))
          for (const html of told.items) if (pages.has(say)) say(eventText('item', { html }))
          if (told.ended !== undefined && pages.has(say)) say(eventText('end', { run: told.run, text: ends(told.ended) }))
        },
        cancel: () => leave(),
      },
      { highWaterMark: mostWaiting, size: bytes => bytes.length },
    )
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
  }
  const handle: Handler = async (request, principal, { connection }) => {
    const { method } = request
    const { pathname } = new URL(request.url)
    if (method === 'POST' && pathname === '/sign-in') return enter(request, connection)
    if (method !== 'GET') return answer({ error: `method not served: ${method}`, code: 'server.not-found' }, 405)
    const text = texts[pathname]
    if (text !== undefined) return textAnswer(text[0], text[1])
    if (pathname === '/live' && principal !== undefined) return stream(connection.closing)
    return answer({ error: 'nothing served under this path', code: 'server.not-found' }, 404)
  }
  const texts: Readonly<Record<string, readonly [type: string, text: string] | undefined>> = {
    '/': ['text/html', livePage(file)],
    '/live.js': ['text/javascript', liveScript],
    '/live.css': ['text/css', liveStyle],
  }
  const enter = async (request: Request, connection: Connection): Promise<Response> => {
    // Nobody who is not signed in may send much; a body without a length is one of no browser.
    if (!(Number(request.headers.get('content-length')) <= 1_024)) return answer({ error: 'body too long', code: 'server.body' }, 413)
    try {
      const once = onceIn(await request.text())
      return answer({ signedIn: true }, 200, { 'set-cookie': signedIn.enter(once, request).cookie })
    } catch (error) {
      if (!(error instanceof TidemillError)) throw error
      const wait = tries.failed(connection.peer ?? '')
      if (wait === 0) return answer({ error: error.message, code: error.code }, 401)
      return answer({ error: 'too many tries to sign in', code: 'security.once' }, 429, { 'retry-after': String(wait) })
    }
  }
  const open = (method: string, path: string): boolean =>
    method === 'POST' ? path === '/sign-in' : method === 'GET' && Object.hasOwn(texts, path)
  const server = await listen({ fetch: guarded(handle, { tokens: tokens(), sessions: signedIn, open }) }, { drainMs: 500 })
  return {
    url: server.url,
    link: `${server.url}/#once=${signedIn.once()}`,
    begin() {
      Object.assign(told, { run: told.run + 1, items: [], letters: 0, dropped: 0, ended: undefined })
      tell('begin', { run: told.run })
    },
    item(html) {
      told.items.push(html)
      told.letters += html.length
      while (told.items.length > mostItems || told.letters > mostLetters) {
        told.letters -= told.items.shift()?.length ?? 0
        told.dropped++
      }
      tell('item', { html })
    },
    end(text) {
      told.ended = text
      tell('end', { run: told.run, text: ends(text) })
    },
    close: () => server.close(),
  }
}

function eventText(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

/** @throws security.once for what is no code */
function onceIn(text: string): string {
  try {
    const { once } = JSON.parse(text) as { readonly once?: unknown }
    if (typeof once === 'string') return once
  } catch {
    // Told below.
  }
  throw new TidemillError('security.once', 'one-time code of the wrong form')
}

function answer(data: object, status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(data), { status, headers: { 'content-type': 'application/json', ...headers } })
}

function textAnswer(type: string, text: string): Response {
  return new Response(text, {
    headers: { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': livePolicy, 'cache-control': 'no-store' },
  })
}
