/** What is written to folders: every way to deal rows to them, every mode, and what is read back. */
import { existsSync, renameSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { channels, listen } from '../../../channels/index.ts'
import { csv, ndjson, parquet, rows } from '../../../connectors/index.ts'
import type { Dataset } from '../../../dataset/index.ts'
import {} from '../../../errors/index.ts'
import type { Sink, Source } from '../../../plan/index.ts'
import { type Session, tidemill } from '../../../session/index.ts'
import { failure } from '../../../../test/house/failure.ts'

let folder: string
let tm: Session
let next = 0
interface Item {
  readonly id: number
  readonly p: string | null
  readonly x: number
  readonly at: Date
  readonly text: string
}
let data: Dataset<Item>
const hostile = [
  'west',
  '',
  null,
  '__HIVE_DEFAULT_PARTITION__',
  'NULL',
  'null',
  '%41',
  'a/b',
  '..',
  'é x=y',
  'A',
  'a',
  'quo"te',
  "it's",
  'new\nline',
]
const items = Array.from({ length: 300 }, (_, i) => ({
  id: i,
  p: hostile[i % hostile.length] ?? null,
  x: i / 3,
  at: new Date(Date.UTC(2026, i % 12, 1 + (i % 28))),
  text: `text ${i}`,
}))
const schema = { id: 'int64', p: 'string?', x: 'float64', at: 'timestamp', text: 'string' } as const
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-folders-'))
  tm = await tidemill({ workers: 1, typesFile: false, folder: join(folder, 'store') })
  data = (await tm.read(rows(items, { schema }))) as unknown as Dataset<Item>
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

/** A format, whatever its own options are. */
type Format = (path: string, options?: object) => Source<Item> & Sink<Item>
const formats = Object.entries({ parquet, csv, ndjson }) as unknown as readonly (readonly [string, Format])[]
const asParquet = parquet as unknown as Format

function place(): string {
  return join(folder, `t${++next}`)
}
async function idsIn(source: Source<Item>): Promise<readonly number[]> {
  return (await (await tm.read(source)).sort('id').rows()).map(row => row.id)
}
async function foldersOf(path: string): Promise<readonly string[]> {
  const names = await readdir(path, { recursive: true, withFileTypes: true })
  return names
    .filter(entry => entry.isFile() && entry.name.startsWith('data_'))
    .map(entry => entry.parentPath.slice(path.length + 1))
    .filter((name, index, all) => all.indexOf(name) === index)
    .sort()
}

const ways: Readonly<Record<string, object>> = {
  'no partition': {},
  'a value': { partitionBy: ['p'] },
  'a hash': { partitionBy: [{ hash: 'p', buckets: 4 }] },
  'ranges at edges': { partitionBy: [{ range: 'x', edges: [10, 50] }] },
  'ranges of about equal parts': { partitionBy: [{ range: 'x', parts: 4 }] },
  'months of a zone': { partitionBy: [{ time: 'at', every: 'month', timeZone: 'Europe/Berlin' }] },
  'a value and quarters, sorted': { partitionBy: ['p', { time: 'at', every: 'quarter' }], sortBy: ['x'] },
  'a limit of rows': { rowsPerFile: 70 },
  zstd: { partitionBy: [{ hash: 'id', buckets: 2 }], compression: 'zstd' },
  gzip: { rowsPerFile: 100, compression: 'gzip' },
}

for (const [kind, make] of formats)
  test.each(Object.entries(ways))(`${kind} by %s gives back the rows and types that were written`, async (_, options) => {
    const path = `${place()}/`
    const report = await data.write(make(path, options))
    expect(report).toMatchObject({ rows: 300, version: 1 })
    const back = await tm.read(make(path))
    expect(back.schema).toEqual(data.schema)
    expect(await back.sort('id').rows()).toEqual(await data.sort('id').rows())
    expect(report.bytes).toBe((await Promise.all(report.files.map(async file => (await stat(file)).size))).reduce((a, b) => a + b))
  })

test('values that look like NULL, paths or nothing have folders of their own', async () => {
  const path = place()
  await data.write(asParquet(path, { partitionBy: ['p'] }))
  const names = await foldersOf(path)
  expect(names.length).toBe(hostile.length)
  expect(names).toContain('p=__HIVE_DEFAULT_PARTITION__')
  expect(names).toContain('p=%5F_HIVE_DEFAULT_PARTITION__')
  expect(names).toContain('p=a%2Fb')
  for (const value of hostile.filter(one => one !== null)) {
    const found = await (await tm.read(asParquet(path))).filter(r => r.p.eq(value)).rows()
    expect(found.map(row => row.p)).toEqual(Array(20).fill(value))
  }
})

test('months are those of the zone, and edges belong to the range above them', async () => {
  const path = place()
  const moments = await tm.read(
    rows([
      { at: new Date('2026-01-31T22:59:59Z'), x: 9.9 },
      { at: new Date('2026-01-31T23:00:00Z'), x: 10 },
      { at: new Date('2026-02-01T00:00:00Z'), x: Number.NaN },
    ]),
  )
  await moments.write(
    parquet(path, {
      partitionBy: [
        { time: 'at', every: 'month', timeZone: 'Europe/Berlin' },
        { range: 'x', edges: [10] },
      ],
    }),
  )
  expect(await foldersOf(path)).toEqual(['at_month=2026-01/x_range=0', 'at_month=2026-02/x_range=1'])
})

test('a file has no more rows than asked for, and about as many bytes', async () => {
  const [byRows, byBytes] = [place(), place()]
  await data.write(asParquet(byRows, { partitionBy: ['p'], rowsPerFile: 7 }))
  const report = await data.write(asParquet(byRows, { partitionBy: ['p'], rowsPerFile: 7, mode: 'replace' }))
  const counts = await Promise.all(report.files.map(async file => (await tm.read(parquet(file))).count()))
  expect(Math.max(...counts)).toBe(7)
  const many = await tm.read(rows(Array.from({ length: 60_000 }, (_, i) => ({ id: i, text: `some text ${i * 7919}` }))))
  const files = (await many.write(parquet(byBytes, { bytesPerFile: 100_000 }))).files
  expect(files.length).toBeGreaterThan(3)
  for (const file of files) expect((await stat(file)).size).toBeLessThan(150_000)
  expect(await (await tm.read(parquet(byBytes))).count()).toBe(60_000)
})

test('rows of each file are in the order asked for, and an earlier sort is kept within files', async () => {
  const [sorted, before] = [place(), place()]
  const mixed = await tm.read(rows(Array.from({ length: 20_000 }, (_, i) => ({ k: i % 3, v: (i * 7919) % 20_011 }))))
  for (const files of [
    (await mixed.write(parquet(sorted, { partitionBy: ['k'], sortBy: ['v'] }))).files,
    (await mixed.sort('v').write(parquet(before, { partitionBy: ['k'] }))).files,
  ])
    for (const file of files) {
      const values = (await (await tm.read(parquet(file, { schema: { v: 'int64' } }))).rows()).map(row => row.v)
      expect(values.length).toBeGreaterThan(6000)
      expect(values).toEqual([...values].sort((a, b) => a - b))
    }
})

for (const [kind, make] of formats)
  test(`${kind}: append adds rows, replacePartitions changes the partitions it has, replace changes all, and each is a version`, async () => {
    const path = place()
    const by = { partitionBy: [{ hash: 'id', buckets: 5 }] }
    const some = data.filter(r => r.id.lt(10))
    expect(await failure(Promise.resolve().then(async () => data.write(make(path, { mode: 'replacePartitions' }))))).toMatchObject({
      code: 'connectors.option',
    })
    await some.write(make(path, by))
    expect((await data.filter(r => r.id.gte(290)).write(make(path, { ...by, mode: 'append' }))).version).toBe(2)
    expect(await idsIn(make(path))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 290, 291, 292, 293, 294, 295, 296, 297, 298, 299])
    const one = data.filter(r => r.id.eq(4))
    expect((await one.write(make(path, { ...by, mode: 'replacePartitions' }))).version).toBe(3)
    const left = await idsIn(make(path))
    expect(left).toContain(4)
    expect(left.length).toBeLessThan(20)
    expect((await one.write(make(path, { ...by, mode: 'replace' }))).version).toBe(4)
    expect(await idsIn(make(path))).toEqual([4])
    expect(await idsIn(make(path, { version: 1 }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await idsIn(make(path, { version: 3 }))).toEqual(left)
    expect(await failure(tm.read(make(path, { version: 9 })))).toMatchObject({
      code: 'storage.unknown-version',
      message: `unknown version: 9 of ${path} (have 1, 2, 3, 4)`,
    })
    expect((await failure(data.write(make(path, by)))).code).toBe('connectors.exists')
  })

test('who read a table before it was replaced goes on with the rows of before, until they are vacuumed', async () => {
  const path = place()
  await data.write(asParquet(path, { partitionBy: ['p'] }))
  const before = await tm.read(asParquet(path))
  await data.limit(3).write(asParquet(path, { partitionBy: ['p'], mode: 'replace' }))
  expect(await before.count()).toBe(300)
  expect(await (await tm.read(asParquet(path))).count()).toBe(3)
  expect((await tm.files.vacuum(path, { retain: '1h' })).files).toEqual([])
  const planned = await tm.files.vacuum(path, { retain: '0s', dryRun: true })
  expect(planned).toMatchObject({ dryRun: true, versions: { removed: [1], kept: [2] } })
  expect(await before.count()).toBe(300)
  expect((await tm.files.vacuum(path, { retain: '0s' })).files).toEqual(planned.files)
  expect((await failure(before.rows())).code).toBe('storage.unknown-version')
  expect(await (await tm.read(asParquet(path))).count()).toBe(3)
})

/** What another tool sees: files by their names, rows by DuckDB alone. */
async function seenByOthers(path: string, kind: string): Promise<{ readonly files: readonly string[]; readonly ids: readonly number[] }> {
  const names = await readdir(path, { recursive: true, withFileTypes: true })
  const files = names
    .filter(entry => entry.isFile() && /\.(parquet|csv|ndjson)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const all = `'${path}/**/*.${kind}'`
  const read = {
    parquet: `read_parquet(${all})`,
    csv: `read_csv(${all}, header=true, delim=',', quote='"')`,
    ndjson: `read_ndjson(${all})`,
  }[kind]
  const answer = await connection.runAndReadAll(`SELECT id FROM ${read} ORDER BY id`)
  connection.closeSync()
  return { files: files.sort(), ids: answer.getRows().map(([id]) => Number(id)) }
}

for (const [kind, make] of formats)
  test(`${kind}: other tools see the rows of the newest version only, right after each write`, async () => {
    const path = place()
    const by = { partitionBy: [{ hash: 'id', buckets: 3 }] }
    const plain = data.select('id', 'x') as unknown as Dataset<Item>
    const write = async (from: number, mode: string): Promise<readonly string[]> =>
      (await plain.filter(r => r.id.between(from, from + 9)).write(make(path, { ...by, mode }))).files.toSorted()
    const ids = (from: number): number[] => Array.from({ length: 10 }, (_, i) => from + i)
    expect(await seenByOthers(path, kind).catch(() => 'nothing')).toBe('nothing')
    await write(0, 'fail')
    for (const from of [10, 20]) {
      const files = await write(from, 'replace')
      expect(await seenByOthers(path, kind)).toEqual({ files, ids: ids(from) })
    }
    await write(30, 'append')
    await tm.files.compact(path)
    expect((await seenByOthers(path, kind)).ids).toEqual([...ids(20), ...ids(30)])
    await write(40, 'replacePartitions')
    expect((await seenByOthers(path, kind)).ids).toEqual(await idsIn(make(path)))
    // By a pattern we list folders as others do.
    expect(await idsIn(make(`${path}/**/*`))).toEqual(await idsIn(make(path)))
    // What they do not see can still be read by its version.
    for (const [version, from] of [0, 10, 20].entries()) expect(await idsIn(make(path, { version: version + 1 }))).toEqual(ids(from))
    expect(await idsIn(make(path, { version: 5 }))).toEqual([...ids(20), ...ids(30)])
  })

/** Puts back what a write moved away, as if it had died before. Gives the places of the files, as pairs of here and away. */
async function putBack(path: string, version: number): Promise<readonly (readonly [string, string])[]> {
  const away = join(path, '_tidemill/old', String(version))
  const names = (await readdir(away, { recursive: true })).filter(name => name.endsWith('.old'))
  const pairs = names.map(name => [join(path, name.slice(0, -4)), join(away, name)] as const)
  for (const [here, there] of pairs) {
    await mkdir(dirname(here), { recursive: true })
    await rename(there, here)
  }
  return pairs
}

test('what a write that died should have moved away, the next write moves, and vacuum does', async () => {
  const path = place()
  const by = { partitionBy: [{ hash: 'id', buckets: 3 }] }
  await data.write(asParquet(path, by))
  await data.limit(5).write(asParquet(path, { ...by, mode: 'replace' }))
  for (const finish of [
    async () => data.limit(0).write(asParquet(path, { ...by, mode: 'append' })),
    async () => tm.files.vacuum(path, { retain: '1h' }),
  ]) {
    const pairs = await putBack(path, 1)
    expect(pairs.length).toBe(3)
    // Until then the rows are read from where they are.
    expect(await (await tm.read(asParquet(path, { version: 1 }))).count()).toBe(300)
    expect(await (await tm.read(asParquet(path))).count()).toBe(5)
    await finish()
    expect((await seenByOthers(path, 'parquet')).ids.length).toBe(5)
    expect(await (await tm.read(asParquet(path, { version: 1 }))).count()).toBe(300)
  }
  // Nobody else's file is taken for one that was replaced.
  const [first = ['', '']] = await putBack(path, 1)
  await cp(first[0], first[1])
  await data.limit(0).write(asParquet(path, { ...by, mode: 'append' }))
  expect(existsSync(first[0])).toBe(true)
})

test('files that move away between the look at them and their opening are read where they went', async () => {
  const path = place()
  const by = { partitionBy: ['p'] }
  await data.write(asParquet(path, by))
  const before = await tm.read(asParquet(path))
  await data.limit(3).write(asParquet(path, { ...by, mode: 'replace' }))
  const pairs = await putBack(path, 1)
  let queries = 0
  const stop = listen(channels.query, ({ phase, sql }) => {
    if (phase !== 'start' || !sql.includes('read_parquet')) return
    if (++queries === 1) for (const [here, there] of pairs) renameSync(here, there)
  })
  try {
    expect(await before.sort('id').rows()).toEqual(await data.sort('id').rows())
    expect(queries).toBe(2)
    const copy = place()
    for (const [here, there] of pairs) renameSync(there, here)
    queries = 0
    expect((await before.write(parquet(copy, { partitionBy: ['p'] }))).rows).toBe(300)
    expect(queries).toBe(2)
    expect(await idsIn(asParquet(copy))).toEqual(items.map(item => item.id))
  } finally {
    stop()
  }
})

test('who has some rows of a table when it is replaced gets the others too, or an error, and never other rows', async () => {
  const path = place()
  const many = await tm.read(rows(Array.from({ length: 400_000 }, (_, i) => ({ id: i, text: `a text that is long enough ${i * 7919}` }))))
  const wide = { rowsPerFile: 4000, compression: 'none' } as const
  await many.write(parquet(path, wide))
  const before = await tm.read(parquet(path))
  let found = 0
  const error = await failure(
    (async () => {
      for await (const { rows: count } of before.batches()) {
        if (found === 0) await many.limit(1).write(parquet(path, { ...wide, mode: 'replace' }))
        found += count
      }
    })(),
  )
  expect(found).toBeGreaterThan(0)
  expect(found).toBeLessThan(400_000)
  expect(error).toMatchObject({
    code: 'storage.conflict',
    retryable: true,
    message: `table was replaced while its rows were read: ${path}`,
  })
  expect(await before.count()).toBe(400_000)
})

test('replaced rows go with the next write when nothing is to be kept', async () => {
  const path = `${place()}/`
  for (let i = 0; i < 3; i++) await data.write(asParquet(path, { mode: 'replace', keep: '0s' }))
  expect((await tm.files.usage(path)).old).toEqual({ files: 0, bytes: 0 })
  expect((await readdir(path, { recursive: true })).filter(name => name.includes('data_')).length).toBe(1)
})

test('rows of another form are refused with what differs, and nothing changes', async () => {
  const path = place()
  await data.write(asParquet(path, { partitionBy: ['p'] }))
  const append = { partitionBy: ['p'], mode: 'append' }
  expect((await failure(data.write(asParquet(path, { ...append, partitionBy: ['text'] })))).message).toContain(
    'it is partitioned by p, not by text',
  )
  expect((await failure(data.drop('x').write(asParquet(path, append) as never))).message).toContain('it has the columns id, p, x, at, text')
  const other = data.withColumns(r => ({ x: r.x.cast('string') })) as unknown as Dataset<Item>
  expect(await failure(other.write(asParquet(path, append)))).toMatchObject({
    code: 'storage.layout',
    message: expect.stringContaining('its column x is float64, in the new rows string'),
  })
  expect((await failure(data.write((csv as unknown as Format)(path, append)))).message).toContain('files are parquet, not csv')
  expect(await tm.files.usage(path)).toMatchObject({ version: 1, versions: [1], extra: { files: 0 }, writing: 0, deadWrites: 0 })
  expect((await failure(tm.read(csv(path)))).message).toContain('table of parquet files')
})

test('a table that was removed and made anew is not taken for the one before', async () => {
  const path = place()
  for (const from of [0, 100]) {
    await rm(path, { recursive: true, force: true })
    await data.filter(r => r.id.between(from, from + 99)).write(asParquet(path, { rowsPerFile: 50 }))
    const found = await (await tm.read(asParquet(path))).filter(r => r.id.gte(from + 50)).count()
    expect(found).toBe(50)
  }
})

test('a table without rows has its columns', async () => {
  const path = place()
  await data.filter(r => r.id.lt(0)).write(asParquet(path, { partitionBy: ['p'] }))
  const back = await tm.read(asParquet(path))
  expect(await back.rows()).toEqual([])
  expect(back.schema.map(field => field.name)).toEqual(['id', 'p', 'x', 'at', 'text'])
  await data.write(asParquet(path, { partitionBy: ['p'], mode: 'append' }))
  expect(await (await tm.read(asParquet(path))).count()).toBe(300)
})

test('a file that is missing, cut or changed is an error that names it; one more file is none of the table', async () => {
  const path = `${place()}/`
  const { files } = await data.write(asParquet(path, { rowsPerFile: 100 }))
  const [first = '', second = ''] = files
  await cp(first, join(path, 'stray.parquet'))
  expect(await (await tm.read(asParquet(path))).count()).toBe(300)
  expect((await tm.files.usage(path)).extra.files).toBe(1)
  const bytes = await readFile(first)
  const middle = Math.floor(bytes.length / 2)
  await writeFile(first, bytes.with(middle, bytes[middle] === 0 ? 1 : 0))
  expect(await failure(tm.read(asParquet(path, { verify: 'hash' })))).toMatchObject({
    code: 'storage.damaged',
    message: `file of version 1 has other bytes than were written: ${first}`,
  })
  await tm.read(asParquet(path))
  await truncate(first, bytes.length - 1)
  expect((await failure(tm.read(asParquet(path)))).message).toBe(
    `file of version 1 has ${bytes.length - 1} bytes, not ${bytes.length}: ${first}`,
  )
  await writeFile(first, bytes)
  await rm(second)
  expect((await failure(tm.read(asParquet(path)))).message).toBe(`file of version 1 is missing: ${second}`)
})

test('a folder that others wrote is read as it lies, and becomes a table by the first append', async () => {
  const path = place()
  await data.write(asParquet(path, { partitionBy: ['p'] }))
  await rm(join(path, '_tidemill'), { recursive: true })
  expect((await tm.files.usage(path)).version).toBeUndefined()
  const before = await (await tm.read(asParquet(path))).count()
  expect(before).toBe(300)
  await mkdir(join(path, '_temporary'))
  const columns = (await tm.read(asParquet(path))).select('id', 'x', 'at', 'text', 'p') as unknown as Dataset<Item>
  expect((await columns.limit(5).write(asParquet(path, { partitionBy: ['p'], mode: 'append' }))).version).toBe(2)
  expect(await (await tm.read(asParquet(path))).count()).toBe(305)
  const text = place()
  await data.write((csv as unknown as Format)(text, { partitionBy: ['p'] }))
  await rm(join(text, '_tidemill'), { recursive: true })
  expect((await failure(data.write((csv as unknown as Format)(text, { partitionBy: ['p'], mode: 'append' })))).message).toContain(
    'has no manifest',
  )
})

test('small files are put together with the same rows, and the partitions stay', async () => {
  for (const [kind, make] of formats) {
    const path = place()
    const by = { partitionBy: ['p'], ...(kind === 'csv' ? { header: true } : {}) }
    await data.write(make(path, by))
    for (let i = 0; i < 3; i++) await data.write(make(path, { ...by, mode: 'append' }))
    const wanted = await idsIn(make(path))
    expect(await tm.files.usage(path)).toMatchObject({ files: 60, partitions: 15, rows: 1200, skew: 1, smallFiles: 60 })
    expect(await tm.files.compact(path)).toMatchObject({ version: 5, before: 60, after: 15, partitions: 15 })
    expect(await idsIn(make(path))).toEqual(wanted)
    expect(await tm.files.usage(path)).toMatchObject({ files: 15, partitions: 15, rows: 1200, old: { files: 60 } })
    expect(await tm.files.compact(path)).toMatchObject({ before: 0, after: 0, version: 5 })
  }
})

test('compacting a table that is replaced meanwhile is told so, and changes nothing', async () => {
  for (const [, make] of formats) {
    const path = place()
    const by = { partitionBy: [{ hash: 'id', buckets: 2 }] }
    await data.write(make(path, by))
    await data.write(make(path, { ...by, mode: 'append' }))
    const other = data.limit(4).write(make(path, { ...by, mode: 'replace' }))
    const [compacted] = await Promise.allSettled([tm.files.compact(path), other])
    if (compacted.status === 'rejected') expect(compacted.reason).toMatchObject({ code: 'storage.conflict', retryable: true })
    await other.catch((error: unknown) => expect(error).toMatchObject({ code: 'storage.conflict' }))
    const count = await (await tm.read(make(path))).count()
    expect([4, 600]).toContain(count)
    expect((await tm.files.usage(path)).extra.files).toBe(0)
  }
})

test('a compacted file is sorted when the table is', async () => {
  const path = `${place()}/`
  await data.filter(r => r.id.mod(2).eq(0)).write(asParquet(path, { sortBy: ['id'] }))
  await data.filter(r => r.id.mod(2).eq(1)).write(asParquet(path, { sortBy: ['id'], mode: 'append' }))
  await tm.files.compact(path)
  expect((await (await tm.read(asParquet(path))).rows()).map(row => row.id)).toEqual(items.map(item => item.id))
})

test('ranges in parts are about equal, and an append goes to the same ranges', async () => {
  const path = place()
  const by = { partitionBy: [{ range: 'x', parts: 4 }] }
  await data.write(asParquet(path, by))
  const { largest, skew } = await tm.files.usage(path)
  expect(largest.length).toBe(4)
  expect(skew).toBeLessThan(1.1)
  await data.filter(r => r.id.lt(20)).write(asParquet(path, { ...by, mode: 'append' }))
  expect((await tm.files.usage(path)).partitions).toBe(4)
})

test.each([
  [{ partitionBy: ['nope'] }, 'unknown column in partitionBy: nope (have id, p, x, at, text)'],
  [{ sortBy: ['nope'] }, 'unknown column in sortBy: nope (have id, p, x, at, text)'],
  [{ partitionBy: ['p', 'p'] }, 'column twice in partitionBy: p, p'],
  [{ partitionBy: ['id', 'p', 'x', 'at', 'text'] }, 'partitionBy takes every column: none is left for the files'],
  [{ partitionBy: [{ time: 'x', every: 'day' }] }, 'partition by time wants a date, datetime or timestamp: x is float64'],
  [{ partitionBy: [{ hash: 'p', buckets: 0 }] }, 'buckets must be a whole number from 1 to 100,000, not 0'],
  [{ partitionBy: [{ range: 'x', edges: [2, 1] }] }, 'edges must be an array of ascending values, at least one, not [2,1]'],
  [{ partitionBy: [{ time: 'at', every: 'minute' }] }, 'every must be one of year, quarter, month, week, day, hour, not "minute"'],
  [
    { partitionBy: [{ time: 'at', every: 'day', timeZone: 'Mars/North' }] },
    `timeZone must be a zone such as 'Europe/Berlin', not "Mars/North"`,
  ],
  [{ compression: 'rar' }, 'compression must be one of none, snappy, zstd, gzip, brotli, lz4, not "rar"'],
  [{ keep: 'long' }, 'no duration: "long"'],
])('what cannot be written is refused in words: %j', async (options, message) => {
  const path = `${place()}/`
  const error = await failure(Promise.resolve().then(async () => data.write(asParquet(path, options))))
  expect(error.message).toContain(message)
  expect(await readdir(folder)).not.toContain(path.split('/').at(-2))
})

test('bytes per file are for parquet', () => {
  expect(() => csv('out/', { bytesPerFile: 1000 })).toThrow('bytesPerFile is for parquet, not for csv')
})

test('a file cannot be appended to', async () => {
  const path = `${place()}.parquet`
  await data.write(asParquet(path))
  expect(await failure(data.write(asParquet(path, { mode: 'append' })))).toMatchObject({
    code: 'connectors.exists',
    message: `a file cannot be appended to: ${path}`,
  })
  expect((await stat(path)).isFile()).toBe(true)
})
