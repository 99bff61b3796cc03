/**
 * Damaged files through `tm.read(...).rows()`: rows or a TidemillError, never a dead or a hanging process. Seeded; the reader is a process of its own, as the engine is native.
 * `TIDEMILL_FUZZ=20000 npx vitest run test/fuzz-sources.test.ts` tries more.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parquet, rows } from '../src/connectors/index.ts'
import { tidemill } from '../src/session/index.ts'
import { type Random, seededRandom } from '../src/time/index.ts'

const rounds = Number(process.env['TIDEMILL_FUZZ'] ?? 600)
/** A read takes milliseconds; one that takes so long hangs. */
const patienceMs = 60_000

let folder: string
let seeds: readonly Seed[]
let reader: Reader
interface Seed {
  readonly kind: 'csv' | 'json' | 'lines' | 'ndjson' | 'parquet'
  readonly ending: string
  readonly bytes: Buffer
  readonly options?: object
}
interface Answer {
  readonly rows?: number
  readonly code?: string
  readonly message?: string
  readonly wrong?: string
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-fuzz-'))
  const items = Array.from({ length: 60 }, (_, i) => ({
    id: i,
    name: `nåme "${i}"`,
    price: i / 4,
    at: new Date(i * 1e9),
    tags: [i, null],
    deep: { a: i % 3 === 0 ? null : 'x' },
  }))
  const path = join(folder, 'seed.parquet')
  await using tm = await tidemill({ workers: 1, typesFile: false, folder: join(folder, 'seed'), print: () => undefined })
  await (await tm.read(rows(items))).write(parquet(path))
  const csvText = `id,name,price,at\n${items.map(r => `${r.id},"${r.name.replaceAll('"', '""')}",${r.price},${r.at.toISOString()}`).join('\n')}\n`
  const european = `id;name;price\r\n${items.map(r => `${r.id};'a;b';${String(r.price).replace('.', ',')}`).join('\r\n')}\r\n`
  const ndjsonText = `${items.map(r => JSON.stringify(r)).join('\n')}\n`
  const document = JSON.stringify({ meta: { total: 60 }, data: { items } }, undefined, 1)
  seeds = [
    { kind: 'csv', ending: '.csv', bytes: Buffer.from(csvText) },
    { kind: 'csv', ending: '.csv', bytes: Buffer.from(csvText), options: { onBadLine: 'skip' } },
    { kind: 'csv', ending: '.csv', bytes: Buffer.from(european) },
    { kind: 'csv', ending: '.csv', bytes: Buffer.from(csvText, 'utf16le'), options: { encoding: 'utf-16le' } },
    { kind: 'csv', ending: '.csv.gz', bytes: gzipSync(csvText) },
    { kind: 'csv', ending: '.csv.zst', bytes: zstdCompressSync(csvText) },
    { kind: 'ndjson', ending: '.ndjson', bytes: Buffer.from(ndjsonText) },
    { kind: 'ndjson', ending: '.ndjson', bytes: Buffer.from(ndjsonText), options: { onBadLine: 'skip' } },
    {
      kind: 'ndjson',
      ending: '.ndjson',
      bytes: Buffer.from(ndjsonText),
      options: { schema: { id: 'int64', price: 'decimal(20,6)?', deep: 'json?' } },
    },
    { kind: 'json', ending: '.json', bytes: Buffer.from(document), options: { records: 'data.items' } },
    { kind: 'json', ending: '.json', bytes: Buffer.from(document) },
    { kind: 'lines', ending: '.txt.gz', bytes: gzipSync(csvText) },
    ...Array.from({ length: 4 }, (): Seed => ({ kind: 'parquet', ending: '.parquet', bytes: Buffer.alloc(0) })),
  ]
  const bytes = await readFile(path)
  seeds = seeds.map(seed => (seed.kind === 'parquet' ? { ...seed, bytes } : seed))
  reader = await openReader()
}, 60_000)
afterAll(async () => {
  await reader.close()
  await rm(folder, { recursive: true })
})

test('whole files are read, so that the damage is what makes errors', async () => {
  for (const seed of seeds)
    expect((await attempt(seed, seed.bytes)).rows, `${seed.kind} ${JSON.stringify(seed.options)}`).toBeGreaterThan(0)
})

test(`${rounds} damaged files give rows or an error of ours`, { timeout: 600_000 }, async () => {
  const random = seededRandom(20_261_121)
  const outcomes = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    const seed = pick(random, seeds)
    const bytes = damaged(seed.bytes, random, pick(random, seeds).bytes)
    const answer = await attempt(seed, bytes)
    const outcome = answer.rows === undefined ? (answer.code ?? 'nothing') : 'rows'
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    const isOurs = answer.rows !== undefined || (answer.code !== undefined && answer.code !== 'engine.internal')
    if (!isOurs && process.env['TIDEMILL_FUZZ_ALL'] !== undefined) console.log(round, seed.kind, answer)
    else if (!isOurs) {
      // What broke it is kept for whoever looks.
      const kept = join(tmpdir(), `tidemill-fuzz-${round}${seed.ending}`)
      await writeFile(kept, bytes)
      expect.fail(`round ${round}: ${seed.kind} ${JSON.stringify(seed.options ?? {})} in ${kept}: ${JSON.stringify(answer)}`)
    }
  }
  // Damage must be told in most cases, and some of it must be harmless: else the test damages too little or too much.
  expect(outcomes.get('rows') ?? 0).toBeGreaterThan(rounds / 20)
  expect(rounds - (outcomes.get('rows') ?? 0)).toBeGreaterThan(rounds / 5)
})

async function attempt(seed: Seed, bytes: Buffer): Promise<Answer> {
  const path = join(folder, `damaged${seed.ending}`)
  await writeFile(path, bytes)
  return reader.read({ kind: seed.kind, path, options: seed.options })
}

function damaged(bytes: Buffer, random: Random, other: Buffer): Buffer {
  let made: Buffer = Buffer.from(bytes)
  const times = 1 + Math.floor(random.next() * 3)
  for (let time = 0; time < times && made.length > 0; time++) made = pick(random, damages)(made, random, other)
  return made
}

type Damage = (bytes: Buffer, random: Random, other: Buffer) => Buffer
const special = [
  '"',
  '\\',
  '\0',
  '\n',
  '\r',
  ',',
  ';',
  '{',
  '}',
  '[',
  ']',
  '\ufeff',
  '""',
  '"\n',
  'NaN',
  '1e999',
  '-',
  '\ud800',
  '{"a":'.repeat(200),
  '9'.repeat(400),
  '#',
]
const damages: readonly Damage[] = [
  (bytes, random) => {
    bytes[place(bytes, random)]! ^= 1 << Math.floor(random.next() * 8)
    return bytes
  },
  (bytes, random) => {
    bytes[place(bytes, random)] = Math.floor(random.next() * 256)
    return bytes
  },
  (bytes, random) => bytes.subarray(0, place(bytes, random)),
  (bytes, random) => bytes.subarray(place(bytes, random)),
  (bytes, random) => {
    const [from, to] = [place(bytes, random), place(bytes, random)].toSorted((a, b) => a - b)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  (bytes, random, other) => {
    const [at, from] = [place(bytes, random), place(other, random)]
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + 200), bytes.subarray(at)])
  },
  (bytes, random) => {
    const at = place(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(random, special)), bytes.subarray(at)])
  },
  (bytes, random) => {
    const from = place(bytes, random)
    return bytes.fill(Math.floor(random.next() * 256), from, Math.min(bytes.length, from + 8))
  },
]

function place(bytes: Buffer, random: Random): number {
  return Math.floor(random.next() * bytes.length)
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random.next() * items.length)] as T
}

interface Reader {
  read(task: object): Promise<Answer>
  close(): Promise<void>
}

async function openReader(): Promise<Reader> {
  const child: ChildProcess = fork(new URL('./fuzz/source-worker.ts', import.meta.url), [join(folder, 'work')], {
    execArgv: ['--conditions=tidemill-source'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const next = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => ends(() => reject(new Error(`the reader hangs for ${patienceMs} ms`))), patienceMs)
      const onMessage = (message: unknown): void => ends(() => resolve(message))
      const onExit = (code: number | null, signal: string | null): void =>
        ends(() => reject(new Error(`the reader died: ${signal ?? code}`)))
      const ends = (then: () => void): void => {
        clearTimeout(timer)
        child.off('message', onMessage)
        child.off('exit', onExit)
        then()
      }
      child.on('message', onMessage)
      child.on('exit', onExit)
    })
  await next()
  return {
    async read(task) {
      const answer = next()
      child.send(task)
      return (await answer) as Answer
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise<void>(resolve => void child.once('exit', () => resolve()))
      child.send('stop')
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await ended
      clearTimeout(timer)
    },
  }
}
