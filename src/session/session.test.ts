import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { channels, listen, type TaskEvent } from '../channels/index.ts'
import { csv, lines, rows } from '../connectors/index.ts'
import { count } from '../expr/index.ts'
import { type Session, tidemill } from './index.ts'

let tm: Session
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-session-'))
  tm = await tidemill({ workers: 2, folder: join(folder, 'store'), typesFile: false })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

test('a CSV file without a schema is read with the types its values have', async () => {
  const path = join(folder, 'mixed.csv')
  await writeFile(
    path,
    'id,code,big,price,day,at,flag,note\n1,007,9007199254740993,1.5,2026-01-02,2026-01-02T03:04:05+02:00,true,\n2,008,1,2,2026-01-03,2026-01-03T00:00:00Z,false,x\n',
  )
  const data = await tm.read(csv(path))
  expect(Object.fromEntries(data.schema.map(field => [field.name, `${String(field.type)}${field.nullable ? '?' : ''}`]))).toEqual({
    id: 'int64',
    code: 'string',
    big: 'bigint',
    price: 'float64',
    day: 'date',
    at: 'timestamp',
    flag: 'boolean',
    note: 'string?',
  })
  const [first = {}] = await data.rows()
  expect(first).toMatchObject({ id: 1, code: '007', big: 9007199254740993n, price: 1.5, flag: true, note: null })
  expect(String(first['day'])).toBe('2026-01-02')
  expect((first['at'] as Date).toISOString()).toBe('2026-01-02T01:04:05.000Z')
})

test('words are counted by map, combine and reduce, ordered by key, the same for any size of task', async () => {
  const path = join(folder, 'be.txt')
  await writeFile(path, 'to be or not to be\nthat is the question\n')
  const answers: unknown[] = []
  for (const taskRows of [1, 2, 1000]) {
    const words = await tm.mapReduce(lines(path), {
      *map(line) {
        for (const word of line.split(/\s+/)) yield [word, 1] as const
      },
      combine: (a: number, b) => a + b,
      reduce: (word, counts) => ({ word, n: counts.reduce((a, b) => a + b) }),
      taskRows,
    })
    answers.push(await words.rows())
  }
  expect(answers[0]).toEqual([
    { word: 'be', n: 2 },
    { word: 'is', n: 1 },
    { word: 'not', n: 1 },
    { word: 'or', n: 1 },
    { word: 'question', n: 1 },
    { word: 'that', n: 1 },
    { word: 'the', n: 1 },
    { word: 'to', n: 2 },
  ])
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
})

test('map tasks are shared by the workers', async () => {
  const seen: TaskEvent[] = []
  const stop = listen(channels.task, event => void seen.push(event))
  await tm.mapReduce(rows(Array.from({ length: 8 }, (_, x) => ({ x }))), {
    *map(row) {
      let sum = 0
      for (let i = 0; i < 2e6; i++) sum += i % 7
      yield ['sum', row.x + 0 * sum] as const
    },
    reduce: (key, values) => ({ key, sum: values.reduce((a, b) => a + b) }),
    taskRows: 2,
  })
  stop()
  const maps = seen.filter(event => event.phase === 'end' && event.task.startsWith('map'))
  expect(maps.map(event => event.task).sort()).toEqual(['map 1', 'map 2', 'map 3', 'map 4'])
  expect(new Set(maps.map(event => event.worker)).size).toBe(2)
})

test('a map that yields no pairs is an error that shows how to write it', async () => {
  await expect(
    tm.mapReduce(rows([{ x: 1 }]), {
      *map() {
        yield 'word' as never
      },
      reduce: key => ({ key }),
    }),
  ).rejects.toMatchObject({ code: 'session.map-reduce', hint: expect.stringContaining('yield [key, value]') })
})

test('SQL text sees the named tables and nothing else', async () => {
  const data = await tm.read(
    rows([
      { city: 'a', n: 1 },
      { city: 'b', n: 2 },
      { city: 'a', n: 3 },
    ]),
  )
  const answer = await tm.sql('select city, sum(n) as n from things group by city order by city', { tables: { things: data } })
  expect(await answer.rows()).toEqual([
    { city: 'a', n: 4 },
    { city: 'b', n: 2 },
  ])
  for (const text of [
    `select * from read_csv('/etc/passwd')`,
    `select * from '/etc/passwd'`,
    `copy things to '/tmp/x.csv'`,
    `select 1; select 2`,
    `attach 'x.db'`,
    `select * from duckdb_settings()`,
    `select getenv('HOME')`,
    `set memory_limit = '1GB'`,
  ])
    await expect(
      tm.sql(text, { tables: { things: data } }).then(made => made.rows()),
      text,
    ).rejects.toMatchObject({ name: 'TidemillError' })
})

test('a closed session says so', async () => {
  const other = await tidemill({ typesFile: false })
  await other.close()
  await other.close()
  await expect(other.read(rows([{ x: 1 }]))).rejects.toMatchObject({ code: 'engine.closed' })
})

test('a session can be disposed with await using', async () => {
  let kept: Session | undefined
  {
    await using inner = await tidemill({ typesFile: false })
    kept = inner
    expect(await (await inner.read(rows([{ x: 1 }, { x: 2 }]))).agg(() => ({ n: count() })).rows()).toEqual([{ n: 2 }])
  }
  await expect(kept.read(rows([{ x: 1 }]))).rejects.toMatchObject({ code: 'engine.closed' })
})

test('the wrong number of workers is refused', async () => {
  await expect(tidemill({ workers: 0 })).rejects.toMatchObject({ code: 'plan.argument' })
})

test('a signal that is aborted before a function runs is an error of the caller, not of the process', async () => {
  const unhandled: unknown[] = []
  const hear = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', hear)
  try {
    const table = await tm.read(rows([{ x: 1 }]))
    await expect(table.map(r => ({ y: r.x })).rows({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'engine.cancelled' })
    await new Promise(resolve => setImmediate(resolve))
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', hear)
  }
})

test('mapReduce takes a source and a job that were named before', async () => {
  const source = rows([{ a: 1 }, { a: 2 }])
  const job = {
    *map(row: { a: number }) {
      yield ['k', row.a] as const
    },
    reduce: (key: string, values: IteratorObject<number>) => ({ key, n: values.reduce((a, b) => a + b) }),
  }
  expect(await (await tm.mapReduce(source, job)).rows()).toEqual([{ key: 'k', n: 3 }])
})

test('a later row that does not fit what a function began with names its row and gives the schema to paste', async () => {
  const many = await tm.read(rows(Array.from({ length: 50_000 }, (_, i) => ({ i }))))
  const mapped = many.map(r => ({ v: r.i === 43_210 ? 'text' : r.i }))
  await expect(mapped.rows()).rejects.toMatchObject({
    code: 'workers.misfit',
    message: expect.stringMatching(/the columns it began with[\s\S]*43211/),
    hint: expect.stringContaining("schema: { v: 'float64?' }"),
  })
})
