import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { count, rowNumber, type Session, tidemill } from '../../index.ts'
import { printType } from '../../schema/index.ts'
import { csv, lines, ndjson, parquet, rows } from '../../connectors/index.ts'
import { failure } from '../../../test/house/failure.ts'

let tm: Session
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-engine-'))
  tm = await tidemill({ folder: join(folder, 'store'), typesFile: false })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})
async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

const everything = {
  flag: 'boolean?',
  small: 'int32?',
  big: 'int64?',
  huge: 'bigint',
  real: 'float64?',
  text: 'string?',
  day: 'date?',
  wall: 'datetime?',
  instant: 'timestamp?',
} as const
const values = [
  {
    flag: true,
    small: 1,
    big: 2,
    huge: 9007199254740993n,
    real: 0.1,
    text: 'a "quoted", text\nin two lines',
    day: '2026-02-28',
    wall: '2026-01-02T03:04:05.123456',
    instant: '2026-01-02T03:04:05.5Z',
  },
  { flag: null, small: null, big: null, huge: -1n, real: null, text: null, day: null, wall: null, instant: null },
  {
    flag: false,
    small: -2147483648,
    big: -5,
    huge: 0n,
    real: -1.7976931348623157e308,
    text: '',
    day: '1969-12-31',
    wall: '1969-12-31T23:59:59',
    instant: '1900-01-01T00:00:00Z',
  },
  {
    flag: false,
    small: 0,
    big: 0,
    huge: 1n,
    real: 5e-324,
    text: 'é',
    day: '0001-01-01',
    wall: '2026-01-02T00:00:00',
    instant: '2026-01-02T00:00:00Z',
  },
]

const formats: readonly (readonly [string, (path: string, options?: object) => any])[] = [
  ['csv', csv],
  ['ndjson', ndjson],
  ['parquet', parquet],
]
test.each(formats)('what is written as %s is read back the same, every type, NULL and the empty text apart', async (name, format) => {
  const data = await tm.read(rows(values, { schema: everything }))
  const path = join(folder, `all.${name}`)
  const report = await data.write(format(path))
  expect(report).toMatchObject({ rows: 4, files: [path] })
  expect(report.bytes).toBe((await readFile(path)).length)
  const back = await tm.read(format(path, { schema: everything }))
  expect(await back.rows()).toEqual(await data.rows())
})

test('a float keeps its bits as a constant and through a file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double(), { minLength: 1, maxLength: 20 }), async numbers => {
      const data = await tm.read(rows([{ one: 1 }]))
      const names = numbers.map((_, index) => `c${index}`)
      const made = data.select(r => Object.fromEntries(numbers.map((x, index) => [names[index] as string, r.one.mul(x)])))
      const [row] = (await made.rows()) as Record<string, number>[]
      names.forEach((name, index) => expect(Object.is(row?.[name], numbers[index])).toBe(true))
      const path = join(folder, 'floats.csv')
      await (
        await tm.read(
          rows(
            numbers.map(x => ({ x })),
            { schema: { x: 'float64' } },
          ),
        )
      ).write(csv(path, { mode: 'replace' }))
      const back = await (await tm.read(csv(path, { schema: { x: 'float64' } }))).rows()
      expect(back.map(({ x }) => x)).toEqual(numbers.map(x => (Object.is(x, -0) ? 0 : x)))
    }),
    { numRuns: 25, seed: 42 },
  )
})

test('texts and names that look like SQL are texts and names', async () => {
  const nasty = ['"; DROP TABLE x; --', "'; SELECT 1; --", 'a\\b', '\u0001\u0002\u0003', '💥', "''", '$1', '?', '%']
  const data = await tm.read(rows(nasty.map((text, index) => ({ text, index }))))
  for (const text of nasty) {
    const found = await data
      .filter(r => r.text.eq(text))
      .select(r => ({ [text === '\u0001\u0002\u0003' ? 'plain' : text]: r.text.concat(text) }))
      .rows()
    expect(found.map(row => Object.values(row))).toEqual([[text + text]])
  }
})

test('names that differ by case only stay apart', async () => {
  const data = await tm.read(rows([{ id: 1, ID: 2, Id: 3 }]))
  expect(await data.select(r => ({ a: r.Id, A: r.ID, b: r.id.add(r.ID) })).rows()).toEqual([{ a: 3, A: 2, b: 3 }])
  const error = await failure(() => data.write(csv(join(folder, 'case.csv'))))
  expect(error.code).toBe('plan.duplicate-column')
})

test('a partitioned folder is written whole, and read back with its columns', async () => {
  const data = await tm.read(
    rows([
      { coast: 'west', year: 2025, n: 1 },
      { coast: 'east', year: 2026, n: 2 },
      { coast: 'west', year: 2026, n: 3 },
    ]),
  )
  const path = join(folder, 'parts')
  const report = await data.withColumns(r => ({ year: r.year.cast('int64') })).write(parquet(path, { partitionBy: ['coast', 'year'] }))
  expect(report.files.map(each => each.slice(path.length + 1).replaceAll('\\', '/'))).toEqual([
    'coast=east/year=2026/data_0.parquet',
    'coast=west/year=2025/data_0.parquet',
    'coast=west/year=2026/data_0.parquet',
  ])
  const back = await tm.read(parquet(path))
  expect(back.schema.map(field => `${field.name}: ${printType(field.type)}`).sort()).toEqual(['coast: string', 'n: float64', 'year: int64'])
  expect(await back.sort((r: any) => r.n).rows()).toMatchObject([
    { coast: 'west', year: 2025, n: 1 },
    { n: 2 },
    { coast: 'west', year: 2026, n: 3 },
  ])
})

test('an error in the middle of a write leaves nothing behind, and the old file as it was', async () => {
  const own = join(folder, 'broken')
  await mkdir(own)
  const path = join(own, 'out.parquet')
  const source = await file('late.csv', `a\n${'1\n'.repeat(200_000)}x\n`)
  const data = await tm.read(csv(source, { schema: { a: 'int64' } }))
  expect((await failure(() => data.write(parquet(path)))).code).toBe('schema.misfit')
  expect(await readdir(own)).toEqual([])
  await writeFile(path, 'old')
  expect((await failure(() => data.write(parquet(path, { mode: 'replace' })))).code).toBe('schema.misfit')
  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(own)).toEqual(['out.parquet'])
})

test('replace puts the new file in the place of the old, and a folder in the place of a folder', async () => {
  const data = await tm.read(rows([{ k: 'a', n: 1 }]))
  const one = join(folder, 'replace.csv')
  await writeFile(one, 'old')
  await data.write(csv(one, { mode: 'replace' }))
  expect(await readFile(one, 'utf8')).toBe('k,n\na,1\n')
  const many = join(folder, 'replace-parts')
  await mkdir(join(many, 'k=old'), { recursive: true })
  await data.write(parquet(many, { mode: 'replace', partitionBy: ['k'] }))
  expect((await (await tm.read(parquet(many))).rows()).length).toBe((await data.rows()).length)
})

test('a misfit far down in a file is named by row, column and value', async () => {
  const path = await file(
    'far.csv',
    `id,price\n${Array.from({ length: 50_000 }, (_, index) => `${index},${index === 40_000 ? '1_000' : '2.5'}\n`).join('')}`,
  )
  const data = await tm.read(csv(path, { schema: { id: 'int64', price: 'float64' } }))
  const error = await failure(() => data.agg(r => ({ total: r.price.sum() })).rows())
  expect(error.code).toBe('schema.misfit')
  expect(error.message).toBe(`value does not fit: "1_000" in column price, row 40001 of ${path} (wants float64)`)
  expect(error.details).toMatchObject({ row: 40_001, column: 'price', value: '1_000' })
})

test('files whose columns stand in another order are matched by name', async () => {
  await mkdir(join(folder, 'orders'))
  await file('orders/a.csv', 'id,city\n1,Oslo\n')
  await file('orders/b.csv', 'city,id\nRome,2\n')
  const data = await tm.read(csv(join(folder, 'orders', '*.csv'), { schema: { id: 'int64', city: 'string' } }))
  expect(await data.sort(r => r.id).rows()).toEqual([
    { id: 1, city: 'Oslo' },
    { id: 2, city: 'Rome' },
  ])
})

test('keys that objects of an NDJSON file lack are NULL, nested values are read', async () => {
  const path = await file('objects.ndjson', '{"a":1,"tags":["x","y"]}\n{"b":"late","a":2}\n')
  const data = await tm.read(ndjson(path))
  expect(await data.rows()).toEqual([
    { a: 1, tags: ['x', 'y'], b: null },
    { a: 2, tags: null, b: 'late' },
  ])
})

const doubled = (row: { n: number }): { n: number; twice: number } => ({ n: row.n, twice: row.n * 2 })

test('a function runs between steps of the engine; its columns are learnt, and the steps after it checked', async () => {
  const data = await tm.read(rows(Array.from({ length: 5000 }, (_, n) => ({ n }))))
  const grouped = data
    .filter(r => r.n.lt(4000))
    .map(doubled)
    .groupBy(r => ({ even: r.n.mod(2) }))
    .agg(r => ({ total: r.twice.sum() }))
    .sort(r => r.even)
  expect(await grouped.rows()).toEqual([
    { even: 0, total: 7_996_000 },
    { even: 1, total: 8_000_000 },
  ])
})

test('row-wise steps after the last function stream, and a limit ends the work early', async () => {
  const data = await tm.read(rows(Array.from({ length: 200_000 }, (_, n) => ({ n }))))
  const some = data
    .map(doubled, { schema: { n: 'float64', twice: 'float64' } })
    .filter(r => r.twice.gt(10))
    .limit(3)
  expect(await some.rows()).toEqual([
    { n: 6, twice: 12 },
    { n: 7, twice: 14 },
    { n: 8, twice: 16 },
  ])
  expect(String(await some.explain())).toMatch(/worker threads: .*\n.*filter, limit in kernels/)
})

test('cache keeps the rows; what is staged for a plan goes with it', async () => {
  const data = await tm.read(rows(Array.from({ length: 3000 }, (_, n) => ({ n }))))
  const kept = await data.filter(r => r.n.gte(1000)).cache()
  expect(await kept.count()).toBe(2000)
  expect(await kept.count()).toBe(2000)
})

test('the sum of int64 beyond its range is an error, of which the step and the cure are told', async () => {
  const data = await tm.read(rows([{ n: 9223372036854775807n }, { n: 1n }], { schema: { n: 'bigint' } }))
  const error = await failure(() => data.agg(r => ({ total: r.n.sum() })).rows())
  expect(error.code).toBe('expr.overflow')
})

test('a closed session says so', async () => {
  const own = await tidemill({ folder: join(folder, 'closed'), typesFile: false })
  const data = await own.read(rows([{ a: 1 }]))
  await data.rows()
  await own.close()
  expect((await failure(() => data.rows())).code).toBe('engine.closed')
})

test('a run can be cancelled', async () => {
  const data = await tm.read(rows(Array.from({ length: 100_000 }, (_, n) => ({ n }))))
  const stop = AbortSignal.timeout(100)
  const keyed = data.withColumns(r => ({ key: r.n.mul(0) }))
  const product = keyed.join(keyed, { on: 'key', suffix: '2' }).agg(r => ({ total: r.n.sum() })).plan
  const error = await failure(async () => {
    for await (const _ of data.engine.run(product, { signal: stop })) continue
  })
  expect(error.code).toBe('engine.cancelled')
})

test('whatever was at work when a signal stopped a run, the error is the same', async () => {
  const data = await tm.read(rows(Array.from({ length: 100_000 }, (_, n) => ({ n }))))
  const text = await tm.read(lines(await file('stop.txt', 'a\nb\n')))
  const before = [data, data.filter(r => r.n.gt(1)), data.sort('n'), text]
  for (const table of before) {
    const error = await failure(() => table.rows({ signal: AbortSignal.abort(new Error('mine')) }))
    expect(error.code).toBe('engine.cancelled')
    expect((error.cause as Error).message).toBe('mine')
  }
  const midway = new AbortController()
  const error = await failure(async () => {
    for await (const _ of data.batches({ signal: midway.signal })) midway.abort()
  })
  expect(error.code).toBe('engine.cancelled')
  const path = join(folder, 'stopped.csv')
  expect((await failure(() => data.write(csv(path), { signal: AbortSignal.abort() }))).code).toBe('engine.cancelled')
})

test('a limit counts rows that meet the filter, also of a source that knows limits and no filters', async () => {
  const some = await tm.read(lines(await file('limit.txt', 'no\nno\nyes\nno\nyes\nyes\n')))
  expect(
    await some
      .filter(r => r.line.eq('yes'))
      .limit(2)
      .rows(),
  ).toEqual([{ line: 'yes' }, { line: 'yes' }])
  const numbers = await tm.read(rows([1, 2, 3, 4].map(n => ({ n }))))
  expect(
    await numbers
      .filter(r => r.n.gt(2))
      .limit(1)
      .rows(),
  ).toEqual([{ n: 3 }])
  // Staged into the database, too.
  expect(
    await numbers
      .filter(r => r.n.gt(2))
      .limit(1)
      .agg(r => ({ n: r.n.sum() }))
      .rows(),
  ).toEqual([{ n: 3 }])
})

test('columns of a file whose names differ by case only, or hold control characters, are read as they are called', async () => {
  const table = await tm.read(csv(await file('case.csv', 'a,A,\u0003b\u00011\u0002\n1,x,5\n2,y,6\n')))
  expect(table.schema.map(field => field.name)).toEqual(['a', 'A', '\u0003b\u00011\u0002'])
  expect(await table.filter(r => r['A'].eq('y')).rows()).toEqual([{ a: 2, A: 'y', '\u0003b\u00011\u0002': 6 }])
  expect(await table.select('A').rows()).toEqual([{ A: 'x' }, { A: 'y' }])
  const misfit = await failure(async () => (await tm.read(csv(join(folder, 'case.csv'), { schema: { A: 'int64' } }))).rows())
  expect(misfit.message).toContain('"x" in column A, row 1 of')

  const objects = await file('case.ndjson', '{"a":1,"A":"x","\\u0000":7}\n{"A":{"q":1.0},"k/~":null}\n')
  const open = await tm.read(ndjson(objects))
  expect(await open.rows()).toEqual([
    { a: 1, A: 'x', '\u0000': 7, 'k/~': null },
    { a: null, A: '{"q":1.0}', '\u0000': null, 'k/~': null },
  ])
  expect(await (await tm.read(ndjson(objects, { schema: { A: 'string?' } }))).rows()).toEqual([{ A: 'x' }, { A: '{"q":1.0}' }])

  const marked = await tm.read(rows([{ '\u0003b\u00011\u0002': 1 }]))
  const path = join(folder, 'marked.parquet')
  await marked.write(parquet(path))
  expect(await (await tm.read(parquet(path))).rows()).toEqual([{ '\u0003b\u00011\u0002': 1 }])
  const none = await tm.read(rows([{ '\u0000': 1, '\ud800': 2, '\ud801': 3 }]))
  expect(await none.sort('\u0000').rows()).toEqual([{ '\u0000': 1, '\ud800': 2, '\ud801': 3 }])
  expect((await failure(() => none.write(csv(join(folder, 'none.csv'))))).message).toBe(
    'column name cannot be written to a file: "\\u0000"',
  )
})

test('files that have such columns in different orders are matched by name, not mixed up', async () => {
  await mkdir(join(folder, 'case-orders'))
  await file('case-orders/1.csv', 'a,A\n1,x\n')
  await file('case-orders/2.csv', 'A,a\ny,2\n')
  expect(await (await tm.read(csv(join(folder, 'case-orders')))).sort('a').rows()).toEqual([
    { a: 1, A: 'x' },
    { a: 2, A: 'y' },
  ])
})

test('a filter may look at other rows; it sees those that the filters before it kept, not those after it', async () => {
  const data = await tm.read(rows(Array.from({ length: 8 }, (_, n) => ({ n, city: n % 2 === 0 ? 'Oslo' : 'Rome' }))))
  const first = data
    .filter(r => r.n.gte(2))
    .filter(r => rowNumber().over({ partitionBy: r.city, orderBy: r.n }).lte(2))
    .filter(r => r.n.ne(2))
    .sort('n')
  expect((await first.rows()).map(row => row.n)).toEqual([3, 4, 5])
  expect(await first.count()).toBe(3)
  expect(await data.filter(() => count().over({}).gt(8)).count()).toBe(0)
  const twice = data.filter(r => r.n.gt(r.n.mean().over({ partitionBy: r.city }))).filter(r => r.n.eq(r.n.max().over({})))
  expect(await twice.rows()).toEqual([{ n: 7, city: 'Rome' }])
})

function sameRow(row: { id: number; k: string | null }): { id: number; k: string | null } {
  return row
}

test('a limit below a join chooses the first rows, whatever the other side holds', async () => {
  const source = await tm.read(rows(Array.from({ length: 60 }, (_, id) => ({ id, k: id % 2 === 1 && id < 6 ? null : `k${id % 3}` }))))
  // Staged behind a function: DuckDB sees the limit and the join, and would push what the join knows into the scan.
  const data = source.map(sameRow, { schema: { id: 'int64', k: 'string?' } })
  const keys = data
    .filter(r => r.id.gt(20))
    .select('k')
    .distinct()
  const ids = async (table: { rows(): Promise<{ id: number | null }[]> }) => (await table.rows()).map(row => row.id)
  expect(await ids(data.limit(7).join(keys, { on: 'k', how: 'semi' }).sort('id'))).toEqual([0, 2, 4, 6])
  expect(await ids(data.limit(7).join(keys, { on: 'k' }).sort('id'))).toEqual([0, 2, 4, 6])
  expect(
    await ids(
      data
        .sort('id')
        .limit(5, { offset: 1 })
        .filter(r => r.id.lt(100))
        .join(keys, { on: 'k' })
        .sort('id'),
    ),
  ).toEqual([2, 4])
  expect(await ids(keys.join(data.limit(7), { on: 'k', how: 'right' }).sort('id'))).toEqual([0, 1, 2, 3, 4, 5, 6])
  // A limit above the join stays as it was.
  expect(String(await data.join(keys, { on: 'k' }).limit(1).explain())).not.toContain('MATERIALIZED')
})
