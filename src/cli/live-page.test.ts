/** The page of `run --watch` over HTTP, and the program that fills it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { livePageOf, type LivePage } from './live-page.ts'
import { failedMessage, isShownMessage, shownMessage } from './shown-message.ts'

let page: LivePage
beforeAll(async () => {
  page = await livePageOf('report <b>.ts')
})
afterAll(() => page.close())

const signIn = (code: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${page.url}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tidemill': '1', ...headers },
    body: JSON.stringify({ once: code }),
  })

/** What of the events comes first. */
async function events(headers: Readonly<Record<string, string>>, until: RegExp): Promise<string> {
  const leave = new AbortController()
  const answer = await fetch(`${page.url}/live`, { headers, signal: leave.signal })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  let text = ''
  const decoder = new TextDecoder()
  for await (const bytes of answer.body as ReadableStream<Uint8Array>) {
    text += decoder.decode(bytes, { stream: true })
    if (until.test(text)) break
  }
  leave.abort()
  return text
}

test('the page holds no data and runs no script but its own; what is shown wants the link, which holds once', async () => {
  const answer = await fetch(page.url)
  expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/)
  expect(await answer.text()).toContain('<title>report &lt;b&gt;.ts</title>')
  expect((await fetch(`${page.url}/live`)).status).toBe(401)
  expect((await fetch(`${page.url}/other`)).status).toBe(401)
  expect((await fetch(page.url, { headers: { origin: 'http://evil.example' } })).status).toBe(403)
  expect((await signIn('0000-0000-0000-0000')).status).toBe(401)
  expect((await signIn('x'.repeat(5_000))).status).toBe(413)
  const code = page.link.split('once=')[1] ?? ''
  const entered = await signIn(code)
  expect(entered.status).toBe(200)
  const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  expect(entered.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/)
  expect((await signIn(code)).status).toBe(401)

  page.begin()
  page.item('<p>first</p>')
  const heard = events({ cookie }, /event: end/)
  page.item('<p>second</p>')
  page.end('ended')
  expect(await heard).toMatch(/"run":1[^]*first[^]*second[^]*"text":"ended"/)
  // Who comes later sees all that is kept, and how much is not.
  page.begin()
  for (let n = 0; n < 250; n++) page.item(`<p>item ${n}.</p>`)
  page.end('ended')
  const late = await events({ cookie }, /event: end\ndata: .*\n\n/)
  expect(late).not.toContain('item 49.')
  expect(late).toMatch(/item 50\.[^]*item 249\.[^]*the first 50 things it showed are left out/)
})

test('what is shown travels as escaped HTML of bounded size, a failure too', async () => {
  expect(await shownMessage([{ city: '<script>' }])).toMatchObject({ tidemillShown: expect.stringContaining('&lt;script&gt;') })
  expect(failedMessage('no <b>\nline').tidemillShown).toBe('<div role="alert"><pre>no &lt;b&gt;\nline</pre></div>')
  expect((await shownMessage({ kind: 'text', text: 'x'.repeat(3_000_000) })).tidemillShown).toMatch(/^<p>too large for this page/)
  expect(isShownMessage({ tidemillShown: 'x'.repeat(3_000_000) })).toBe(false)
  expect(isShownMessage({ tidemillShown: 1 })).toBe(false)
})

test('a program under --watch fills the page; --no-page opens none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-live-'))
  try {
    await mkdir(join(folder, 'node_modules'))
    await symlink(join(import.meta.dirname, '../..'), join(folder, 'node_modules/tidemill'))
    await writeFile(join(folder, 'shows.mts'), `import { show } from 'tidemill/display'\nshow([{ n: 41 }, { n: 42 }])\n`)
    const run = async (args: readonly string[]): Promise<{ readonly err: string; readonly heard: string }> => {
      const child = spawn(
        process.execPath,
        ['--conditions=tidemill-source', join(import.meta.dirname, 'main.ts'), 'run', '--watch', ...args],
        { cwd: folder },
      )
      let err = ''
      await new Promise<void>(resolve => {
        child.stderr.on('data', bytes => {
          err += String(bytes)
          if (/ended with code/.test(err)) resolve()
        })
      })
      const link = /http:\S+/.exec(err)?.[0]
      const heard = link === undefined ? '' : await fromLink(link)
      child.kill('SIGINT')
      expect((await once(child, 'close'))[0]).toBe(130)
      return { err, heard }
    }
    expect((await run(['shows.mts'])).heard).toMatch(/>42<[^]*"text":"ended"/)
    expect((await run(['--no-page', 'shows.mts'])).err).not.toContain('http:')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

async function fromLink(link: string): Promise<string> {
  const [url = '', code = ''] = link.split('/#once=')
  const entered = await fetch(`${url}/sign-in`, { method: 'POST', headers: { 'x-tidemill': '1' }, body: JSON.stringify({ once: code }) })
  const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const answer = await fetch(`${url}/live`, { headers: { cookie } })
  let text = ''
  for await (const bytes of answer.body as ReadableStream<Uint8Array>) {
    text += Buffer.from(bytes).toString()
    if (/event: end\n.*\n/.test(text)) return text
  }
  return text
}
