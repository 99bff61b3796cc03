/** `toResponse` on a real server, with clients that stay and clients that leave. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import * as apache from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromArrow, parquet, rows } from '../connectors/index.ts'
import type { Engine } from '../plan/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { dataset } from './dataset.ts'

let folder: string
let tm: Session
let server: Server
let url: string
let answer: () => Response | Promise<Response>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-respond-'))
  tm = await tidemill({ workers: 1, workspace: join(folder, 'workspace'), typesFile: false })
  const listener = getRequestListener(async () => answer())
  server = createServer((asked, response) => void listener(asked, response))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(async () => {
  await new Promise(done => server.close(done))
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

const some = [
  { id: 1, city: 'Bergen, "Vest"', paid: 1.5 },
  { id: 2, city: 'Å', paid: null },
]
const shape = { id: 'int64', city: 'string', paid: 'float64?' } as const

describe('a table over HTTP', () => {
  test.each([
    ['json', 'application/json; charset=utf-8'],
    ['ndjson', 'application/x-ndjson; charset=utf-8'],
    ['csv', 'text/csv; charset=utf-8'],
    ['arrow', 'application/vnd.apache.arrow.stream'],
    ['parquet', 'application/vnd.apache.parquet'],
  ] as const)('comes as %s, with and without rows', async (format, type) => {
    const table = await tm.read(rows(some, { schema: shape }))
    for (const [given, wanted] of [
      [table, some],
      [table.filter(r => r.id.gt(9)), []],
    ] as const) {
      answer = () => given.toResponse({ format, filename: `salg å.${format}` })
      const response = await fetch(url)
      expect(response.headers.get('content-type')).toBe(type)
      expect(response.headers.get('content-disposition')).toBe(
        `attachment; filename="salg _.${format}"; filename*=UTF-8''salg%20%C3%A5.${format}`,
      )
      const bytes = Buffer.from(await response.arrayBuffer())
      const text = bytes.toString()
      if (format === 'json') expect(JSON.parse(text)).toEqual(wanted)
      if (format === 'ndjson')
        expect(
          text
            .split('\n')
            .slice(0, -1)
            .map(line => JSON.parse(line) as object),
        ).toEqual(wanted)
      if (format === 'csv') expect(text).toBe(`id,city,paid\r\n${wanted.length === 0 ? '' : '1,"Bergen, ""Vest""",1.5\r\n2,Å,\r\n'}`)
      if (format === 'arrow') {
        expect(apache.tableFromIPC(bytes).numRows).toBe(wanted.length)
        expect(await (await tm.read(fromArrow(bytes))).rows()).toEqual(wanted)
      }
      if (format === 'parquet') {
        const path = join(folder, `${wanted.length}.parquet`)
        await writeFile(path, bytes)
        expect(await (await tm.read(parquet(path))).rows()).toEqual(wanted)
        expect((await readdir(tmpdir())).filter(name => name.startsWith('tidemill-response-'))).toEqual([])
      }
    }
  })
  test('a file name that could leave its folder or split the header is refused', async () => {
    const table = await tm.read(rows(some, { schema: shape }))
    for (const filename of ['../x', 'a\r\nset-cookie: x', '', 'a\\b']) expect(() => table.toResponse({ filename })).toThrow('filename')
    expect(() => table.toResponse({ format: 'xml' as never })).toThrow('have json, ndjson, csv, arrow, parquet')
  })
})

/** The engine of the session, with a count of the batches it made and a rule for what comes next. */
function watched(after: (batches: number) => void): { readonly engine: Engine; readonly seen: { batches: number; open: number } } {
  const seen = { batches: 0, open: 0 }
  const engine: Engine = {
    ...tm.engine,
    async *run(plan, options) {
      seen.open++
      try {
        for (;;) {
          for await (const batch of tm.engine.run(plan, options)) {
            options?.signal?.throwIfAborted()
            seen.batches++
            after(seen.batches)
            yield batch
          }
        }
      } finally {
        seen.open--
      }
    },
  }
  return { engine, seen }
}
const wide = Array.from({ length: 2000 }, (_, i) => ({ i, text: 'x'.repeat(500) }))

test.each(['json', 'ndjson', 'csv', 'arrow'] as const)('a client that leaves cancels the query: %s', async format => {
  const { engine, seen } = watched(() => undefined)
  const { plan } = await tm.read(rows(wide))
  answer = () => dataset(plan, engine).toResponse({ format })
  await new Promise<void>((done, fail) => {
    const asked = request(url, response => {
      response.once('data', () => {
        response.destroy()
        done()
      })
    })
    asked.on('error', fail)
    asked.end()
  })
  for (let wait = 0; wait < 200 && seen.open > 0; wait++) await new Promise(resolve => setTimeout(resolve, 10))
  expect(seen.open).toBe(0)
  const { batches } = seen
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(seen.batches).toBe(batches)
})

test('a client that does not read does not make the query go on', async () => {
  const { engine, seen } = watched(() => undefined)
  const { plan } = await tm.read(rows(wide))
  answer = () => dataset(plan, engine).toResponse({ format: 'ndjson' })
  const response = await new Promise<IncomingMessage>((done, fail) => {
    const asked = request(url, done)
    asked.on('error', fail)
    asked.end()
  })
  response.pause()
  let [before, same] = [-1, 0]
  for (let wait = 0; wait < 300 && same < 20; wait++) {
    await new Promise(resolve => setTimeout(resolve, 10))
    same = seen.batches === before ? same + 1 : 0
    before = seen.batches
  }
  // The buffers of the two sockets hold some megabytes; a query that ran on would have made thousands of batches by now.
  expect(same).toBe(20)
  expect(seen.open).toBe(1)
  response.destroy()
  for (let wait = 0; wait < 200 && seen.open > 0; wait++) await new Promise(resolve => setTimeout(resolve, 10))
  expect(seen.open).toBe(0)
})

test.each(['json', 'ndjson', 'csv', 'arrow'] as const)('an error in the middle breaks the body off: %s', async format => {
  const { engine, seen } = watched(batches => {
    if (batches === 3) throw new Error('the disk is gone')
  })
  const { plan } = await tm.read(rows(wide))
  answer = () => dataset(plan, engine).toResponse({ format })
  const response = await fetch(url)
  expect(response.status).toBe(200)
  await expect(response.arrayBuffer()).rejects.toThrow('terminated')
  expect(seen.open).toBe(0)
})

test('HEAD runs nothing', async () => {
  const { engine, seen } = watched(() => undefined)
  const { plan } = await tm.read(rows(wide))
  answer = () => {
    const response = dataset(plan, engine).toResponse({ format: 'csv', status: 203 })
    return new Response(null, response)
  }
  const response = await fetch(url, { method: 'HEAD' })
  expect(response.status).toBe(203)
  expect(response.headers.get('content-type')).toContain('csv')
  expect(seen).toEqual({ batches: 0, open: 0 })
})

test('columns come as the arrays they lie in', async () => {
  const table = await tm.read(rows(some, { schema: shape }))
  const columns = await table.toColumns()
  expect(columns.id.data).toEqual(new BigInt64Array([1n, 2n]))
  expect(columns.paid.data).toBeInstanceOf(Float64Array)
  expect(columns.paid.nulls).toBe(1)
  expect([columns.paid.at(0), columns.paid.at(1), columns.paid.at(2)]).toEqual([1.5, null, undefined])
  expect(columns.city.toArray()).toEqual(['Bergen, "Vest"', 'Å'])
  expect((await table.filter(r => r.id.gt(9)).toColumns()).id.length).toBe(0)
})
