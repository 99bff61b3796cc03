/** Folders whose names give columns, and Parquet files that differ. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { ScanNode, Source } from '../plan/index.ts'
import { tidemill } from '../session/index.ts'
import { place } from './fixtures/place.ts'
import { csv, json, ndjson, parquet, rows } from './index.ts'

const here = place()
const { file } = here

test.each([
  ['csv', csv, (id: number) => `id\n${id}\n`],
  ['ndjson', ndjson, (id: number) => `{"id":${id}}\n`],
  ['json', json, (id: number) => `[{"id":${id}}]`],
] as const)('folder names of %s files are columns with types', async (kind, connector, text) => {
  const source = connector as unknown as (path: string, options?: object) => Source<{ id: number; year: number; coast: string | null }>
  for (const [year, coast, id] of [
    [2024, 'a%2Fb', 1],
    [2025, '007', 2],
    [2026, '__HIVE_DEFAULT_PARTITION__', 3],
  ] as const)
    await file(`${kind}/year=${year}/coast=${coast}/part.${kind}`, text(id))
  const table = await here.tm.read(source(join(here.folder, kind)))
  expect(table.schema).toEqual([
    { name: 'id', type: 'int64', nullable: false },
    { name: 'year', type: 'int64', nullable: false },
    { name: 'coast', type: 'string', nullable: true },
  ])
  expect(await table.rows()).toEqual([
    { id: 1, year: 2024, coast: 'a/b' },
    { id: 2, year: 2025, coast: '007' },
    { id: 3, year: 2026, coast: null },
  ])
  expect(
    await table
      .filter(r => r.year.gte(2025))
      .select('id')
      .rows(),
  ).toEqual([{ id: 2 }, { id: 3 }])
  const declared = await here.tm.read(source(join(here.folder, kind), { schema: { year: 'int64', id: 'string' } }))
  expect(await declared.filter(r => r.year.eq(2024)).rows()).toEqual([{ year: 2024, id: '1' }])
  await expect(here.tm.read(source(join(here.folder, kind), { schema: { id: 'int64', coast: 'int64?' } }))).rejects.toMatchObject({
    code: 'schema.misfit',
    details: { column: 'coast', value: 'a/b' },
  })
})

test.each(['csv', 'ndjson', 'parquet'] as const)('a filter on a folder leaves the other folders of %s files closed', async kind => {
  const source = { csv, ndjson, parquet }[kind] as unknown as (path: string) => Source<{ id: number; year: number }>
  const root = `closed-${kind}`
  for (const year of [2024, 2025, 2026])
    if (kind === 'parquet') {
      await mkdir(join(here.folder, root, `year=${year}`), { recursive: true })
      await (await here.tm.read(rows([{ id: year }], { schema: { id: 'int64' } }))).write(
        parquet(join(here.folder, root, `year=${year}/part.parquet`)),
      )
    } else await file(`${root}/year=${year}/part.${kind}`, kind === 'csv' ? `id\n${year}\n` : `{"id":${year}}\n`)
  const table = await here.tm.read(source(join(here.folder, root)))
  // A folder that is opened now would fail: what it held is no longer of the format. The engine opens the first to begin with.
  for (const year of [2025, 2026])
    await writeFile(join(here.folder, root, `year=${year}/part.${kind}`), kind === 'csv' ? 'id\nno number\n' : '"no\0record')
  expect(await table.filter(r => r.year.eq(2024)).rows()).toEqual([{ id: 2024, year: 2024 }])
  expect(await table.filter(r => r.year.gt(2023).and(r.year.lt(2025))).count()).toBe(1)
  expect(await table.filter(r => r.year.in([2024]).and(r.id.gt(0))).count()).toBe(1)
  await expect(table.rows()).rejects.toMatchObject({ code: expect.stringMatching(/^connectors\.|^schema\./) })
})

test('folders of files that must be copied first give columns too', async () => {
  await file('copied/day=2026-01-01/a.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('n\n1\n', 'utf16le')]))
  await file('copied/day=2026-01-02/a.csv.gz', gzipSync('n\n2\nx,y\n'))
  const table = await here.tm.read(csv(join(here.folder, 'copied'), { onBadLine: 'skip', fileName: 'file' }))
  expect((await table.rows()).map(row => [row['n'], String(row['day']), (row['file'] as string).slice(here.folder.length)])).toEqual([
    [1, '2026-01-01', '/copied/day=2026-01-01/a.csv'],
    [2, '2026-01-02', '/copied/day=2026-01-02/a.csv.gz'],
  ])
})

test('Parquet files of other columns are an error that names the difference, or are put together by name', async () => {
  await mkdir(join(here.folder, 'parquets'))
  await (await here.tm.read(rows([{ id: 1, tags: [{ a: 1 }] }]))).write(parquet(join(here.folder, 'parquets/a.parquet')))
  await (await here.tm.read(rows([{ extra: 'x', id: 2 }]))).write(parquet(join(here.folder, 'parquets/b.parquet')))
  const path = join(here.folder, 'parquets')
  await expect(here.tm.read(parquet(path))).rejects.toMatchObject({
    code: 'connectors.format',
    message: expect.stringMatching(/b\.parquet lacks tags and adds extra \(compared with .*a\.parquet\)/),
  })
  const table = await here.tm.read(parquet(path, { missing: 'null', fileName: 'file' }))
  expect((await table.rows()).map(row => ({ ...row, file: row.file.slice(-9) }))).toEqual([
    { id: 1, tags: [{ a: 1 }], extra: null, file: 'a.parquet' },
    { id: 2, tags: null, extra: 'x', file: 'b.parquet' },
  ])
})

test('row groups whose statistics rule out every row are not read', async () => {
  const path = join(here.folder, 'groups.parquet')
  await (
    await here.tm.read(
      rows(
        Array.from({ length: 400_000 }, (_, n) => ({ n, text: `text ${n}` })),
        { schema: { n: 'int64', text: 'string' } },
      ),
    )
  ).write(parquet(path))
  const { readFile } = await import('node:fs/promises')
  const bytes = await readFile(path)
  const table = await here.tm.read(parquet(path))
  // The first row group lies behind the mark: it is damaged, and a filter that its statistics rule out does not see that.
  bytes.fill(0xff, 4, 2000)
  await writeFile(path, bytes)
  expect(await table.filter(r => r.n.gte(399_998)).rows()).toEqual([
    { n: 399_998, text: 'text 399998' },
    { n: 399_999, text: 'text 399999' },
  ])
  await expect(table.rows()).rejects.toMatchObject({ code: expect.stringMatching(/^connectors\.|^engine\./) })
})

test('the copies of a session go when it closes', async () => {
  const own = await tidemill({ workers: 1, typesFile: false, folder: join(here.folder, 'own'), print: () => undefined })
  const table = await own.read(json(await file('gone.json', '[{"a":1}]')))
  const { files } = (table.plan as ScanNode).source.options as { readonly files: readonly string[] }
  const { stat } = await import('node:fs/promises')
  expect((await stat(files[0] ?? '')).size).toBeGreaterThan(0)
  await own.close()
  await expect(stat(files[0] ?? '')).rejects.toThrow('ENOENT')
})
