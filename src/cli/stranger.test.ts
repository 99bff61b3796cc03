/** What a first user meets: files that are odd, command lines that are wrong, terminals that are narrow. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const main = join(import.meta.dirname, 'main.ts')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-stranger-'))
  await cp(join(root, 'test/fixtures/project'), folder, { recursive: true })
  await mkdir(join(folder, 'node_modules'))
  await symlink(root, join(folder, 'node_modules/tidemill'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Said {
  readonly out: string
  readonly err: string
  readonly exit: number | null
}

async function tidemill(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder, env: { ...process.env, ...env } })
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>])
  return { out, err, exit }
}
const file = async (name: string, content: string): Promise<string> => {
  await mkdir(join(folder, name, '..'), { recursive: true })
  await writeFile(join(folder, name), content)
  return name
}

test('a value far down that the first rows did not announce widens its column and hides nothing', async () => {
  const many = Array.from({ length: 25_000 }, (_, row) => `${row},${row},${row % 3 === 0},${row}`).join('\n')
  const { out, err, exit } = await tidemill([await file('late.csv', `id,price,flag,code\n${many}\n25000,1.5,,x7\n`)])
  expect(err).toBe('')
  expect(exit).toBe(0)
  expect(out).toContain('price: int64 -> float64 (row 25001: "1.5")')
  expect(out).toContain('flag: boolean -> boolean? (row 25001 has none)')
  expect(out).toContain('code: int64 -> string (row 25001: "x7")')
  // The program that is printed, saved by the name that is told, reads the file to its end; also where `npm init` made a CommonJS package.
  await file('cjs/package.json', '{ "type": "commonjs" }')
  const [, name = ''] = /save it as (\S+),/.exec(out) ?? []
  await file(join('cjs', name), out.slice(out.indexOf('import { count')))
  const child = spawn(process.execPath, ['--conditions=tidemill-source', join('cjs', name)], { cwd: folder })
  expect(await text(child.stdout)).toMatch(/true\s*│\s*8334/)
})

test('a folder, a pattern and a name without an ending are read as what they hold', async () => {
  await file('parts/a.csv', 'n,city\n1,Delft\n')
  await file('parts/b.csv', 'n,city\n2,Gouda\n')
  await file('events', '{"n":1}\n{"n":2}\n')
  expect((await tidemill(['parts'])).out).toMatch(/2 rows, 2 columns/)
  expect((await tidemill(['parts/*.csv'])).out).toMatch(/2 rows, 2 columns/)
  expect((await tidemill(['events'])).out).toContain(`ndjson('events', {`)
  await file('both/a.csv', 'n\n1\n')
  await file('both/b.ndjson', '{"n":1}\n')
  expect(await tidemill(['both'])).toMatchObject({
    exit: 2,
    err: expect.stringContaining('files of several kinds in folder both: ndjson, csv'),
  })
})

test.each([
  [['docter'], 2, /no such file or command: docter \(have head, .*types, .*run.*\)\nhint: did you mean tidemill doctor\?/],
  [['report.ts'], 2, /program, not data: report\.ts\nhint: tidemill run report\.ts/],
  [['prolfie', 'a.csv'], 2, /no such file or command: prolfie \(have .*\)\nhint: did you mean tidemill profile\?/],
  [['plot', 'three.csv'], 2, /chart of no column \(have .*\)\nhint: --x COLUMN, --y COLUMN, or both/],
  [['query', "select totl from 'three.csv'"], 1, /unknown column in SQL text: totl\nhint: is it one of .*\?/],
  [['a.csv', 'b.csv'], 2, /more than one file: a.csv b.csv\nhint: files of the same columns are read as one by a folder or a pattern/],
  [['a.csv', '--rows', 'ten'], 2, /--rows must be a whole number, not ten/],
  [[''], 2, /name of the file is empty/],
  [['nowhere/a.csv'], 1, /no such file: nowhere\/a\.csv/],
  [['types', 'zz*.csv'], 1, /no file matches zz\*\.csv/],
])('a wrong command line %j ends with %i and says %s', async (args, exit, message) => {
  await file('three.csv', 'region,total,who\nnorth,1,a\n')
  const said = await tidemill(args)
  expect(said.err).toMatch(new RegExp(`^error: ${message.source}`))
  expect(said.exit).toBe(exit)
})

test('JSON holds what JSON lacks as text', async () => {
  const { out } = await tidemill(['--json', await file('big.csv', 'big,x\n9007199254740993,NaN\n9007199254740995,1.5\n')])
  expect((JSON.parse(out) as { rows: unknown }).rows).toEqual([
    { big: '9007199254740993', x: 'NaN' },
    { big: '9007199254740995', x: 1.5 },
  ])
})

test('a reader that has enough ends the output without a word', async () => {
  await file('wide.csv', 'a,b\n1,2\n')
  for (const args of [
    ['wide.csv', '--quiet'],
    ['doctor', '--codes'],
  ]) {
    const child = spawn(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder })
    child.stdout.destroy()
    const [err, [exit]] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect([err, exit]).toEqual(['', 0])
  }
})

test('a narrow output cuts no finding of doctor away', async () => {
  const { out, exit } = await tidemill(['doctor', 'sc://127.0.0.1:1'], { COLUMNS: '40' })
  expect(exit).toBe(1)
  expect(out).toMatch(/memory for queries +\d+ MB: 0\.6 x .*- 350 MB/)
  expect(out).toMatch(
    /BAD {3}reach sc:\/\/127\.0\.0\.1:1 .*ECONNREFUSED.*\n {6}to do: is the engine started, and may this machine reach 127/,
  )
})

test('COLUMNS is heeded where there is no terminal', async () => {
  await file('five.csv', `${['first', 'second', 'third', 'fourth', 'fifth'].map(name => `${name}_column`).join(',')}\n1,2,3,4,5\n`)
  const { out } = await tidemill(['five.csv'], { COLUMNS: '40' })
  expect(Math.max(...(out.match(/^[┌│└├].*$/gm) ?? []).map(line => line.length))).toBeLessThanOrEqual(40)
})

test('types of one file leaves what is known of the others, drops what is gone, and cures a damaged entry', async () => {
  await file('t/one.csv', 'a\n1\n')
  await file('t/two.csv', 'b\n1\n')
  await file('t/odd \\ "na\'me".csv', 'c\n1\n')
  const types = (): Promise<string> => readFile(join(folder, 'tidemill.d.ts'), 'utf8')
  expect((await tidemill(['types', 't/*.csv'])).out).toBe('tidemill.d.ts: 3 files\n')
  await file('t/one.csv', 'a\n1.5\n')
  expect((await tidemill(['types', 't/one.csv'])).out).toBe('tidemill.d.ts: 1 file, 2 kept\n')
  expect(await types()).toMatch(/'t\/one\.csv': \{ a: number \}/)
  expect(await types()).toContain('two.csv')
  await rm(join(folder, 't/two.csv'))
  await tidemill(['types', 't/one.csv'])
  expect(await types()).not.toContain('two.csv')
  await writeFile(join(folder, 'tidemill.d.ts'), (await types()).replace('"type":"float64"', '"type":"int64"'))
  expect(await tidemill(['t/one.csv'])).toMatchObject({ exit: 1, err: expect.stringContaining('run `tidemill types` again') })
  await tidemill(['types', 't/one.csv'])
  expect(await tidemill(['t/one.csv'])).toMatchObject({ exit: 0 })
})

test('a place that cannot be written is an error that names it', async () => {
  await file('a-file', 'x')
  await file('ok.csv', 'a\n1\n')
  const said = await tidemill(['types', 'ok.csv', '--out', 'a-file/types.d.ts'])
  expect(said).toMatchObject({
    exit: 1,
    err: expect.stringMatching(/^error: file cannot be written: a-file\/types\.d\.ts: .*\nhint: .*--out/),
  })
})
