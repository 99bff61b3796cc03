/** `head`, `convert`, `profile`, `plot`: real files, real processes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'

const main = join(import.meta.dirname, 'main.ts')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-files-'))
  const many = Array.from({ length: 21_000 }, (_, id) => `${id},${['north', 'south', ''][id % 3]},${id / 2}`)
  await writeFile(join(folder, 'sales.csv'), `id,region,total\n${many.join('\n')}\n21000,west,unknown\n`)
  await writeFile(
    join(folder, 'orders.json'),
    JSON.stringify(
      [
        { id: 1, items: ['a', 'b'] },
        { id: 2, items: [] },
      ],
      null,
      2,
    ),
  )
  await writeFile(join(folder, 'lines.json'), '{"id":1,"at":"2026-01-02"}\n{"id":2,"at":null}\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Said {
  readonly out: string
  readonly err: string
  readonly exit: number | null
}
async function tidemill(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): Promise<Said> {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder, env: { ...process.env, ...env } })
  child.stdin.on('error', () => undefined).end(input)
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>])
  return { out, err, exit }
}

test('head shows the first rows with their types, and says that there are more', async () => {
  const { out, exit } = await tidemill(['head', 'sales.csv', '-n', '2'])
  expect(out).toMatch(/id │ region +│ +total[^]*int64 │ string\? │ float64/)
  expect(out).toContain('first 2 rows · there are more')
  expect(exit).toBe(0)
  expect((await tidemill(['head', 'sales.csv', '-n', '2', '--csv', '--columns', 'total,id'])).out).toBe('total,id\n0,0\n0.5,1\n')
  expect((await tidemill(['head', 'orders.json', '--ndjson'])).out).toBe('{"id":1,"items":["a","b"]}\n{"id":2,"items":[]}\n')
  expect(JSON.parse((await tidemill(['head', 'lines.json', '--json'])).out)).toEqual([
    { id: 1, at: '2026-01-02' },
    { id: 2, at: null },
  ])
  expect((await tidemill(['head', '-', '--format', 'ndjson', '--csv'], '{"a":1}\n{"a":2}\n')).out).toBe('a\n1\n2\n')
  const narrow = await tidemill(['head', 'sales.csv', '-n', '2'], '', { COLUMNS: '40' })
  expect(Math.max(...narrow.out.split('\n').map(line => line.length))).toBeLessThanOrEqual(40)
})

test('convert goes through all formats and back, and the rows stay the same', async () => {
  const steps = ['orders.ndjson', 'orders.parquet', 'orders.arrow', 'back.ndjson.gz']
  let from = 'orders.json'
  for (const to of steps) {
    expect(await tidemill(['convert', from, to])).toMatchObject({ exit: 0, err: '' })
    from = to
  }
  expect(gunzipSync(await readFile(join(folder, 'back.ndjson.gz'))).toString()).toBe('{"id":1,"items":["a","b"]}\n{"id":2,"items":[]}\n')
  await tidemill(['convert', 'lines.json', 'lines.xlsx'])
  await tidemill(['convert', 'lines.xlsx', 'lines.sqlite', '--into-table', 'rows'])
  expect((await tidemill(['convert', 'lines.sqlite', 'lines.tsv', '--table', 'rows'])).out).toMatch(/^lines\.tsv: 2 rows, .* 1 file\n$/)
  expect(await readFile(join(folder, 'lines.tsv'), 'utf8')).toBe('id\tat\n1\t2026-01-02\n2\t\n')
})

test('a value far down widens its column instead of stopping the conversion, and is told of', async () => {
  const said = await tidemill(['convert', 'sales.csv', 'sales.parquet'])
  expect(said.err).toContain('total: float64 -> string (row 21001: "unknown")')
  expect(said.out).toMatch(/^sales\.parquet: 21001 rows, /)
  expect((await tidemill(['query', `select count(*) as n, max(id) as last from 'sales.parquet'`, '--csv'])).out).toBe(
    'n,last\n21001,21000\n',
  )
})

test('convert writes folders by value and adds to them; what is there stays unless it is told otherwise', async () => {
  expect(await tidemill(['convert', 'sales.csv', 'parts/', '--partition-by', 'region', '--columns', 'id,region'])).toMatchObject({
    exit: 0,
  })
  expect((await readdir(join(folder, 'parts'))).filter(name => name.startsWith('region=')).sort()).toEqual([
    'region=__HIVE_DEFAULT_PARTITION__',
    'region=north',
    'region=south',
    'region=west',
  ])
  const again = ['convert', 'sales.csv', 'parts/', '--partition-by', 'region', '--columns', 'id,region']
  expect(await tidemill(again)).toMatchObject({ exit: 1, err: expect.stringMatching(/^error: .*parts[^]*--replace[^]*connectors\.exists/) })
  expect(await tidemill([...again, '--append'])).toMatchObject({ exit: 0 })
  expect((await tidemill(['query', '--file', 'p=parts', 'select count(*) as n from p', '--csv'])).out).toBe('n\n42002\n')
  await writeFile(join(folder, 'kept.json'), 'mine')
  expect(await tidemill(['convert', 'lines.json', 'kept.json'])).toMatchObject({
    exit: 1,
    err: expect.stringContaining('connectors.exists'),
  })
  expect(await readFile(join(folder, 'kept.json'), 'utf8')).toBe('mine')
  await tidemill(['convert', 'lines.json', 'kept.json', '--replace'])
  expect(JSON.parse(await readFile(join(folder, 'kept.json'), 'utf8'))).toHaveLength(2)
  expect((await tidemill(['convert', 'lines.json', '-', '--to', 'csv'])).out).toBe('id,at\n1,2026-01-02\n2,\n')
})

test.each([
  [['convert', 'sales.csv', 'out.doc'], 2, /no writer for out\.doc \(have \.csv, /],
  [['convert', 'sales.csv', 'out.xlsx', '--partition-by', 'region'], 2, /--partition-by is not for excel/],
  [['convert', 'sales.csv', 'out.csv', '--replace', '--append'], 2, /--replace and --append together/],
  [['convert', 'sales.csv', 'out.parquet', '--compression', 'rar'], 1, /compression must be one of none, snappy/],
  [['convert', 'sales.csv', '-'], 2, /standard output without a format\nhint: add --to csv/],
  [['convert', 'sales.csv'], 2, /missing required argument 'out'/],
  [['head', 'sales.csv', '--columns', 'regio'], 1, /unknown column: regio[^]*did you mean region/],
  [['head', 'sales.csv', '--csv', '--json'], 2, /--json and --csv together/],
  [['head', '-'], 2, /standard input without a format\nhint: add --format csv/],
  [['head', 'x.csv', '--format', 'cvs'], 2, /unknown format: cvs \(have .*\)\nhint: did you mean csv/],
  [['head', 'sales.csv', '--table', 't'], 2, /--table is for SQLite files and workbooks/],
  [['plot', 'sales.csv', '--x', 'nope'], 1, /unknown column: nope \(have id, region, total\)/],
  [['plot', 'sales.csv', '--x', 'id', '--out', 'a.gif'], 2, /no drawing of a\.gif/],
  [['profile', 'sales.csv', '--html', 'a.txt'], 2, /--html wants the name of a page/],
])('a wrong command line %j ends with %i and says %s', async (args, exit, message) => {
  const said = await tidemill(args)
  expect(said.err).toMatch(new RegExp(`^error: ${message.source}`))
  expect(said.exit).toBe(exit)
  expect(said.out).toBe('')
})

test('profile tells of each column, as a table, as JSON and as a page', async () => {
  const { out, exit } = await tidemill(['profile', 'sales.csv', '--columns', 'id,region'])
  expect(out).toMatch(/21001 rows, 2 columns[^]*region +│ string\? +│ +7000/)
  expect(exit).toBe(0)
  const json = JSON.parse((await tidemill(['profile', 'sales.csv', '--json'])).out) as {
    rows: number
    columns: { name: string }[]
    widened: string[]
  }
  expect(json.rows).toBe(21_001)
  expect(json.columns.map(column => column.name)).toEqual(['id', 'region', 'total'])
  expect(json.widened).toEqual(['total: float64 -> string (row 21001: "unknown")'])
  expect((await tidemill(['profile', 'lines.json', '--html', 'profile.html'])).out).toBe('profile.html: written\n')
  expect(await readFile(join(folder, 'profile.html'), 'utf8')).toMatch(/^<!doctype html>/i)
})

test('plot draws on the terminal, and into files', async () => {
  const bars = await tidemill(['plot', 'sales.csv', '--x', 'region', '--kind', 'bar'])
  expect(bars.out).toMatch(/north[^]*7000/)
  expect(bars.exit).toBe(0)
  expect((await tidemill(['plot', 'sales.csv', '--x', 'id', '--out', 'ids.svg'])).out).toMatch(/^ids\.svg: histogram: /)
  expect(await readFile(join(folder, 'ids.svg'), 'utf8')).toMatch(/^<svg /)
  await tidemill(['plot', 'sales.csv', '--x', 'id', '--out', 'ids.html'])
  expect(await readFile(join(folder, 'ids.html'), 'utf8')).toMatch(/<svg /)
  expect((JSON.parse((await tidemill(['plot', 'sales.csv', '--x', 'id', '--json'])).out) as { type: string }).type).toBe('histogram')
})

test('a reader that has enough ends a long output without a word', async () => {
  for (const args of [
    ['head', 'sales.csv', '-n', '20000', '--csv', '--columns', 'id'],
    ['convert', 'sales.parquet', '-', '--to', 'ndjson'],
    ['query', `select * from 'sales.parquet'`, '--json'],
  ]) {
    const child = spawn(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder })
    child.stdout.once('data', () => child.stdout.destroy())
    const [err, [exit]] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect([args[0], err, exit]).toEqual([args[0], '', 0])
  }
})

test('Ctrl-C stops a conversion with 130 and leaves nothing behind', async () => {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', main, 'convert', '-', 'stopped.csv', '--format', 'csv'], {
    cwd: folder,
  })
  child.stdin.on('error', () => undefined)
  const ended = once(child, 'close')
  const said = text(child.stderr)
  // More than a pipe holds: it is taken once the command reads.
  if (!child.stdin.write(`id\n${'1\n'.repeat(1_000_000)}`)) await once(child.stdin, 'drain')
  child.kill('SIGINT')
  const [exit] = (await ended) as [number]
  expect(exit).toBe(130)
  expect(await said).toMatch(/stopp/)
  expect((await readdir(folder)).filter(name => name.includes('stopped'))).toEqual([])
})

test('a CSV file of another dialect is read as the options say, by every command that reads', async () => {
  await writeFile(join(folder, 'odd.dat'), Buffer.from("no table\n1|'M\xfcnchen'|1.234,5|03/02/2026\n2|-|2,5|04/02/2026\n", 'latin1'))
  const dialect = [
    '--delimiter',
    '|',
    '--quote',
    "'",
    '--no-header',
    '--column-names',
    'id,city,total,day',
    '--null',
    '-',
    '--decimal',
    ',',
  ]
  const more = ['--thousands', '.', '--skip-rows', '1', '--date-format', '%d/%m/%Y', '--encoding', 'latin1']
  const said = await tidemill(['head', 'odd.dat', '--ndjson', ...dialect, ...more])
  expect(said).toEqual({
    out: '{"id":1,"city":"München","total":1234.5,"day":"2026-02-03"}\n{"id":2,"city":null,"total":2.5,"day":"2026-02-04"}\n',
    err: '',
    exit: 0,
  })
  expect((await tidemill(['query', '--file', 'odd=odd.dat', 'select sum(total) as s from odd', '--csv', ...dialect, ...more])).out).toBe(
    's\n1237\n',
  )
  const first = await tidemill(['odd.dat', ...dialect, ...more])
  expect(first.out).toContain(`csv('odd.dat', {\n  quote: '\\'',\n`)
  expect(first.out).toContain("  columns: ['id', 'city', 'total', 'day'],\n")
  expect((await tidemill(['convert', 'odd.dat', 'plain.csv', ...dialect, ...more])).exit).toBe(0)
  expect(await readFile(join(folder, 'plain.csv'), 'utf8')).toBe('id,city,total,day\n1,München,1234.5,2026-02-03\n2,,2.5,2026-02-04\n')
  await writeFile(join(folder, 'tabs.txt'), 'a\tb\n1\t2\n')
  expect((await tidemill(['head', 'tabs.txt', '--csv', '--delimiter', '\\t'])).out).toBe('a,b\n1,2\n')
})

test('bad lines are left out, counted and kept, when the options say so', async () => {
  await writeFile(join(folder, 'ragged.csv'), 'a,b\n1,2\n3\n4,5\n')
  expect((await tidemill(['head', 'ragged.csv', '--csv'])).exit).toBe(1)
  const skipped = await tidemill(['head', 'ragged.csv', '--csv', '--bad-lines', 'skip'])
  expect(skipped.out).toBe('a,b\n1,2\n4,5\n')
  expect(skipped.err).toMatch(/^note: 1 line of ragged\.csv left out; the first: line 3 of ragged\.csv: 1 field/)
  const kept = await tidemill(['convert', 'ragged.csv', 'good.parquet', '--bad-lines', 'bad.ndjson'])
  expect(kept.err).toContain('left out, written to bad.ndjson; the first: line 3')
  expect(JSON.parse((await readFile(join(folder, 'bad.ndjson'), 'utf8')).trim())).toMatchObject({ line: 3, text: '3' })
})

test.each([
  ['profile', ['profile', 'holes.csv', '--json']],
  ['query of a named file', ['query', '--file', 't=holes.csv', 'select count(*) as n from t', '--csv']],
  ['query of a path', ['query', "select count(*) as n from 'holes.csv'", '--csv']],
  ['plot', ['plot', 'holes.csv', '--out', 'holes.svg']],
  ['check', ['check', 'holes.csv', '--suggest']],
  ['a bare path', ['holes.csv']],
])('%s leaves bad lines out and says so', async (_, args) => {
  await writeFile(join(folder, 'holes.csv'), 'a,b\n1,2\n3\n4,5\n')
  expect((await tidemill(args)).exit).toBe(1)
  const skipped = await tidemill([...args, '--bad-lines', 'skip'])
  expect(skipped).toMatchObject({ exit: 0, err: expect.stringMatching(/^note: 1 line of holes\.csv left out; the first: line 3/) })
  if (args.includes('--csv')) expect(skipped.out).toBe('n\n2\n')
})

test('an option of CSV for another format, and one that cannot be meant, is told of', async () => {
  const wrong = await tidemill(['head', 'orders.json', '--delimiter', ';'])
  expect(wrong).toMatchObject({ exit: 2, out: '' })
  expect(wrong.err).toContain('--delimiter is for CSV, not for json: orders.json')
  expect((await tidemill(['head', 'sales.csv', '--decimal', 'x'])).err).toContain('--decimal must be a point or a comma, not x')
  expect((await tidemill(['head', 'sales.csv', '--skip-rows', 'two'])).err).toContain('--skip-rows must be a whole number, not two')
  expect((await tidemill(['query', "select count(*) as n from 'lines.json'", '--csv', '--delimiter', ';'])).out).toBe('n\n2\n')
})
