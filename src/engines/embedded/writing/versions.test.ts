/** Folders that are written again: modes, versions, what readers of the one before see, and small files put together. */
import { existsSync, renameSync } from 'node:fs'
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { channels, listen } from '../../../channels/index.ts'
import { parquet, rows } from '../../../connectors/index.ts'
import type { Dataset } from '../../../dataset/index.ts'
import { failure } from '../../../../test/house/failure.ts'
import { asParquet, formats, type Item, itemPlace, items } from './fixtures/items.ts'

const here = itemPlace()
const { idsIn, place } = here

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

for (const [kind, make] of formats)
  test(`${kind}: append adds rows, replacePartitions changes the partitions it has, replace changes all, and each is a version`, async () => {
    const path = place()
    const by = { partitionBy: [{ hash: 'id', buckets: 5 }] }
    const some = here.data.filter(r => r.id.lt(10))
    expect(await failure(Promise.resolve().then(async () => here.data.write(make(path, { mode: 'replacePartitions' }))))).toMatchObject({
      code: 'connectors.option',
    })
    await some.write(make(path, by))
    expect((await here.data.filter(r => r.id.gte(290)).write(make(path, { ...by, mode: 'append' }))).version).toBe(2)
    expect(await idsIn(make(path))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 290, 291, 292, 293, 294, 295, 296, 297, 298, 299])
    const one = here.data.filter(r => r.id.eq(4))
    expect((await one.write(make(path, { ...by, mode: 'replacePartitions' }))).version).toBe(3)
    const left = await idsIn(make(path))
    expect(left).toContain(4)
    expect(left.length).toBeLessThan(20)
    expect((await one.write(make(path, { ...by, mode: 'replace' }))).version).toBe(4)
    expect(await idsIn(make(path))).toEqual([4])
    expect(await idsIn(make(path, { version: 1 }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await idsIn(make(path, { version: 3 }))).toEqual(left)
    expect(await failure(here.tm.read(make(path, { version: 9 })))).toMatchObject({
      code: 'storage.unknown-version',
      message: `unknown version: 9 of ${path} (have 1, 2, 3, 4)`,
    })
    expect((await failure(here.data.write(make(path, by)))).code).toBe('connectors.exists')
  })

test('who read a table before it was replaced goes on with the rows of before, until they are vacuumed', async () => {
  const path = place()
  await here.data.write(asParquet(path, { partitionBy: ['p'] }))
  const before = await here.tm.read(asParquet(path))
  await here.data.limit(3).write(asParquet(path, { partitionBy: ['p'], mode: 'replace' }))
  expect(await before.count()).toBe(300)
  expect(await (await here.tm.read(asParquet(path))).count()).toBe(3)
  expect((await here.tm.files.vacuum(path, { retain: '1h' })).files).toEqual([])
  const planned = await here.tm.files.vacuum(path, { retain: '0s', dryRun: true })
  expect(planned).toMatchObject({ dryRun: true, versions: { removed: [1], kept: [2] } })
  expect(await before.count()).toBe(300)
  expect((await here.tm.files.vacuum(path, { retain: '0s' })).files).toEqual(planned.files)
  expect((await failure(before.rows())).code).toBe('storage.unknown-version')
  expect(await (await here.tm.read(asParquet(path))).count()).toBe(3)
})

for (const [kind, make] of formats)
  test(`${kind}: other tools see the rows of the newest version only, right after each write`, async () => {
    const path = place()
    const by = { partitionBy: [{ hash: 'id', buckets: 3 }] }
    const plain = here.data.select('id', 'x') as unknown as Dataset<Item>
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
    await here.tm.files.compact(path)
    expect((await seenByOthers(path, kind)).ids).toEqual([...ids(20), ...ids(30)])
    await write(40, 'replacePartitions')
    expect((await seenByOthers(path, kind)).ids).toEqual(await idsIn(make(path)))
    // By a pattern we list folders as others do.
    expect(await idsIn(make(`${path}/**/*`))).toEqual(await idsIn(make(path)))
    // What they do not see can still be read by its version.
    for (const [version, from] of [0, 10, 20].entries()) expect(await idsIn(make(path, { version: version + 1 }))).toEqual(ids(from))
    expect(await idsIn(make(path, { version: 5 }))).toEqual([...ids(20), ...ids(30)])
  })

test('what a write that died should have moved away, the next write moves, and vacuum does', async () => {
  const path = place()
  const by = { partitionBy: [{ hash: 'id', buckets: 3 }] }
  await here.data.write(asParquet(path, by))
  await here.data.limit(5).write(asParquet(path, { ...by, mode: 'replace' }))
  for (const finish of [
    async () => here.data.limit(0).write(asParquet(path, { ...by, mode: 'append' })),
    async () => here.tm.files.vacuum(path, { retain: '1h' }),
  ]) {
    const pairs = await putBack(path, 1)
    expect(pairs.length).toBe(3)
    // Until then the rows are read from where they are.
    expect(await (await here.tm.read(asParquet(path, { version: 1 }))).count()).toBe(300)
    expect(await (await here.tm.read(asParquet(path))).count()).toBe(5)
    await finish()
    expect((await seenByOthers(path, 'parquet')).ids.length).toBe(5)
    expect(await (await here.tm.read(asParquet(path, { version: 1 }))).count()).toBe(300)
  }
  // Nobody else's file is taken for one that was replaced.
  const [first = ['', '']] = await putBack(path, 1)
  await cp(first[0], first[1])
  await here.data.limit(0).write(asParquet(path, { ...by, mode: 'append' }))
  expect(existsSync(first[0])).toBe(true)
})

test('files that move away between the look at them and their opening are read where they went', async () => {
  const path = place()
  const by = { partitionBy: ['p'] }
  await here.data.write(asParquet(path, by))
  const before = await here.tm.read(asParquet(path))
  await here.data.limit(3).write(asParquet(path, { ...by, mode: 'replace' }))
  const pairs = await putBack(path, 1)
  let queries = 0
  const stop = listen(channels.query, ({ phase, sql }) => {
    if (phase !== 'start' || !sql.includes('read_parquet')) return
    if (++queries === 1) for (const [here, there] of pairs) renameSync(here, there)
  })
  try {
    expect(await before.sort('id').rows()).toEqual(await here.data.sort('id').rows())
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
  const many = await here.tm.read(
    rows(Array.from({ length: 400_000 }, (_, i) => ({ id: i, text: `a text that is long enough ${i * 7919}` }))),
  )
  const wide = { rowsPerFile: 4000, compression: 'none' } as const
  await many.write(parquet(path, wide))
  const before = await here.tm.read(parquet(path))
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
  for (let i = 0; i < 3; i++) await here.data.write(asParquet(path, { mode: 'replace', keep: '0s' }))
  expect((await here.tm.files.usage(path)).old).toEqual({ files: 0, bytes: 0 })
  expect((await readdir(path, { recursive: true })).filter(name => name.includes('data_')).length).toBe(1)
})

test('a table that was removed and made anew is not taken for the one before', async () => {
  const path = place()
  for (const from of [0, 100]) {
    await rm(path, { recursive: true, force: true })
    await here.data.filter(r => r.id.between(from, from + 99)).write(asParquet(path, { rowsPerFile: 50 }))
    const found = await (await here.tm.read(asParquet(path))).filter(r => r.id.gte(from + 50)).count()
    expect(found).toBe(50)
  }
})

test('small files are put together with the same rows, and the partitions stay', async () => {
  for (const [kind, make] of formats) {
    const path = place()
    const by = { partitionBy: ['p'], ...(kind === 'csv' ? { header: true } : {}) }
    await here.data.write(make(path, by))
    for (let i = 0; i < 3; i++) await here.data.write(make(path, { ...by, mode: 'append' }))
    const wanted = await idsIn(make(path))
    expect(await here.tm.files.usage(path)).toMatchObject({ files: 60, partitions: 15, rows: 1200, skew: 1, smallFiles: 60 })
    expect(await here.tm.files.compact(path)).toMatchObject({ version: 5, before: 60, after: 15, partitions: 15 })
    expect(await idsIn(make(path))).toEqual(wanted)
    expect(await here.tm.files.usage(path)).toMatchObject({ files: 15, partitions: 15, rows: 1200, old: { files: 60 } })
    expect(await here.tm.files.compact(path)).toMatchObject({ before: 0, after: 0, version: 5 })
  }
})

test('compacting a table that is replaced meanwhile is told so, and changes nothing', async () => {
  for (const [, make] of formats) {
    const path = place()
    const by = { partitionBy: [{ hash: 'id', buckets: 2 }] }
    await here.data.write(make(path, by))
    await here.data.write(make(path, { ...by, mode: 'append' }))
    const other = here.data.limit(4).write(make(path, { ...by, mode: 'replace' }))
    const [compacted] = await Promise.allSettled([here.tm.files.compact(path), other])
    if (compacted.status === 'rejected') expect(compacted.reason).toMatchObject({ code: 'storage.conflict', retryable: true })
    await other.catch((error: unknown) => expect(error).toMatchObject({ code: 'storage.conflict' }))
    const count = await (await here.tm.read(make(path))).count()
    expect([4, 600]).toContain(count)
    expect((await here.tm.files.usage(path)).extra.files).toBe(0)
  }
})

test('a compacted file is sorted when the table is', async () => {
  const path = `${place()}/`
  await here.data.filter(r => r.id.mod(2).eq(0)).write(asParquet(path, { sortBy: ['id'] }))
  await here.data.filter(r => r.id.mod(2).eq(1)).write(asParquet(path, { sortBy: ['id'], mode: 'append' }))
  await here.tm.files.compact(path)
  expect((await (await here.tm.read(asParquet(path))).rows()).map(row => row.id)).toEqual(items.map(item => item.id))
})
