import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { receive, type Receiver } from './index.ts'
import { openSpool } from './spool.ts'

let folder: string
const open: Receiver<unknown>[] = []
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-receive-'))))
afterEach(async () => {
  for (const feed of open.splice(0)) await feed.close()
  await rm(folder, { recursive: true, force: true })
})

const schema = { n: 'int64' } as const
async function feed(more: { readonly token?: string; readonly path?: string } = {}): Promise<Receiver<unknown>> {
  const made = await receive({ schema, spool: folder, ...more })
  open.push(made)
  return made
}
const ndjsonType = { 'content-type': 'application/x-ndjson' }
const post = (url: string, body: string | Uint8Array, headers: Record<string, string> = ndjsonType): Promise<Response> =>
  fetch(url, { method: 'POST', body: body as string, headers })
async function kept(): Promise<string> {
  const texts = (await readdir(folder)).toSorted().map(name => readFile(join(folder, name), 'utf8'))
  return (await Promise.all(texts)).join('')
}

test('lines that were posted are in the spool when the answer comes, the last with its end', async () => {
  const { url } = await feed()
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+\/in$/)
  const answer = await post(url, '{"n":1}\n{"n":2}')
  expect([answer.status, await answer.json()]).toEqual([200, { lines: 2, bytes: 16 }])
  expect(await kept()).toBe('{"n":1}\n{"n":2}\n')
  expect((await post(url, '')).status).toBe(200)
  expect(await kept()).toBe('{"n":1}\n{"n":2}\n')
})

test('many at once are all kept, each whole', async () => {
  const { url } = await feed()
  const bodies = Array.from({ length: 200 }, (_, n) => `{"n":${n}}\n`.repeat(20))
  const answers = await Promise.all(bodies.map(body => post(url, body)))
  expect(new Set(answers.map(answer => answer.status))).toEqual(new Set([200]))
  const text = await kept()
  for (const body of bodies) expect(text).toContain(body)
  expect(text.length).toBe(bodies.join('').length)
})

test('what was answered is kept when the program is killed', async () => {
  const program = `
    import { receive } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    const feed = await receive({ schema: { n: 'int64' }, spool: ${JSON.stringify(folder)} })
    console.log(feed.url)`
  const child = spawn(process.execPath, ['--conditions=tidemill-source', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>(resolve => child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())))
  const ended = new Promise(resolve => child.once('exit', resolve))
  const answered: number[] = []
  for (let n = 0; n < 30; n++) if ((await post(url, `{"n":${n}}`)).ok) answered.push(n)
  child.kill('SIGKILL')
  await ended
  const lines = (await kept()).trim().split('\n')
  expect(lines).toEqual(answered.map(n => `{"n":${n}}`))
  expect(answered).toHaveLength(30)
})

test('the source follows the spool', async () => {
  const { source } = await feed()
  expect(source).toMatchObject({ kind: 'follow', options: { path: folder } })
})

test('requests of a wrong form are refused, and nothing of them is kept', async () => {
  const { url } = await feed()
  const origin = url.replace('/in', '')
  expect((await fetch(url)).status).toBe(405)
  expect((await post(`${origin}/other`, '{}')).status).toBe(404)
  expect((await post(url, '{}', { 'content-type': 'application/json' })).status).toBe(415)
  expect((await post(url, '{}', { ...ndjsonType, 'content-encoding': 'gzip' })).status).toBe(415)
  expect((await post(url, Uint8Array.of(34, 255, 34, 10))).status).toBe(400)
  expect((await post(url, '{}', { ...ndjsonType, origin: 'https://example.com' })).status).toBe(403)
  expect((await post(url, 'x'.repeat(16 * 1024 * 1024 + 1))).status).toBe(413)
  // A name that was made to point to this machine, by a request that fetch would not send.
  const status = await new Promise(resolve => {
    const sent = request(url, { method: 'POST', headers: { ...ndjsonType, host: 'rebound.example:80' } }, answer => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.end('{}')
  })
  expect(status).toBe(403)
  expect(await readdir(folder)).toEqual([])
  expect((await post(url, '{"n":1}')).status).toBe(200)
})

test('with a token only those who know it may send', async () => {
  const { url } = await feed({ token: 'secret', path: '/feed' })
  expect((await post(url, '{}')).status).toBe(401)
  expect((await post(url, '{}', { ...ndjsonType, authorization: 'Bearer secreT' })).status).toBe(401)
  expect((await post(url, '{}', { ...ndjsonType, authorization: 'Bearer secret' })).status).toBe(200)
})

test('each opening has files of its own, and large files are followed by new ones', async () => {
  const [a, b] = [await openSpool(folder, 10), await openSpool(folder, 1000)]
  await a.append(Buffer.from('first of a\n'))
  await b.append(Buffer.from('first of b\n'))
  await a.append(Buffer.from('second of a\n'))
  await b.append(Buffer.from('second of b\n'))
  await Promise.all([a.close(), b.close()])
  expect((await readdir(folder)).toSorted()).toEqual(['received-000001.ndjson', 'received-000002.ndjson', 'received-000003.ndjson'])
  expect(await readFile(join(folder, 'received-000002.ndjson'), 'utf8')).toBe('first of b\nsecond of b\n')
  await expect(a.append(Buffer.from('x\n'))).rejects.toMatchObject({ code: 'stream.closed' })
})

test('a spool that cannot be written is told to the sender, who may try again', async () => {
  const { url } = await feed()
  // Root may write everywhere; a folder that is gone it cannot write to either.
  await rm(folder, { recursive: true })
  const answer = await post(url, '{"n":1}')
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  await mkdir(folder)
  expect((await post(url, '{"n":1}')).status).toBe(200)
  expect(await kept()).toBe('{"n":1}\n')
})

test('a port that is taken is an error that names it, and closing frees it', async () => {
  const first = await feed()
  const port = Number(new URL(first.url).port)
  await expect(receive({ schema, spool: folder, port })).rejects.toMatchObject({ code: 'server.port-in-use', details: { port } })
  await first.close()
  const second = await receive({ schema, spool: folder, port })
  await second.close()
  await second.close()
})
