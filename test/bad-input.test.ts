/** What a stranger does wrong: each mistake is a clear error with a code and a hint, exit code not 0, and leaves nothing half written. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Session, tidemill } from 'tidemill'
import { csv, ndjson, parquet } from 'tidemill/connectors'
import { californiaBlocks, californiaHousing } from 'tidemill/datasets'
import { linearRegression, loadModel } from 'tidemill/ml'
import { failure } from './house/failure.ts'

let tm: Session
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-bad-'))
  tm = await tidemill({ folder: join(folder, 'store'), typesFile: false })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

async function file(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

test('a missing file is named, with the names that are there', async () => {
  await file('housing.csv', 'a,b\n1,2\n')
  const error = await failure(() => tm.read(csv(join(folder, 'hosing.csv'))))
  expect(error.code).toBe('connectors.not-found')
  expect(error.message).toContain('hosing.csv')
  expect(error.hint).toContain('housing.csv')
})

test('an empty file is refused', async () => {
  const path = await file('empty.csv', '')
  expect((await failure(() => tm.read(csv(path)))).code).toBe('connectors.empty')
})

test('a ragged row is named by its line', async () => {
  const path = await file('ragged.csv', 'a,b,c\n1,2,3\n4,5\n6,7,8\n')
  const error = await failure(async () => (await tm.read(csv(path))).rows())
  expect(error.code).toBe('connectors.ragged')
  expect(`${error.message} ${JSON.stringify(error.details)}`).toMatch(/3/)
})

test('a ragged row far down is named by its line too', async () => {
  const path = await file('ragged-late.csv', `a,b\n${'1,2\n'.repeat(400_000)}3\n`)
  const error = await failure(async () =>
    (await tm.read(csv(path, { schema: { a: 'int64', b: 'int64' } }))).agg(r => ({ s: r.a.sum(), t: r.b.sum() })).rows(),
  )
  expect(error.code).toBe('connectors.ragged')
  expect(error.message).toContain('400002')
})

test('a file in UTF-16 is read where its mark says so, and refused with the cure where nothing does', async () => {
  const text = Buffer.from('a,b\n1,2\n', 'utf16le')
  const marked = await file('marked.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), text]))
  expect(await (await tm.read(csv(marked))).rows()).toEqual([{ a: 1, b: 2 }])
  const path = await file('wide.csv', text)
  const error = await failure(() => tm.read(csv(path)))
  expect(error.code).toBe('connectors.encoding')
  expect(error.hint).toContain('iconv')
})

test('a file in Latin-1 is refused, not read as broken text', async () => {
  const path = await file('latin.csv', Buffer.from('city,n\nMálaga,1\n', 'latin1'))
  expect((await failure(() => tm.read(csv(path)))).code).toBe('connectors.encoding')
})

test('an unknown column is an error on the line that wrote it, before anything runs', async () => {
  const path = await file('columns.csv', 'price,rooms\n1.5,2\n')
  const houses = await tm.read(csv(path))
  const error = await failure(() => houses.filter(r => r.pric.gt(1)))
  expect(error.code).toBe('expr.unknown-column')
  expect(error.message).toMatch(/unknown column: pric \(have price, rooms\)/)
  expect(error.message).toMatch(/bad-input\.test\.ts:\d+/)
})

test('a value that does not fit a declared type is named with its column', async () => {
  const path = await file('misfit.csv', 'price\n1.5\nabout 2\n')
  const error = await failure(async () => (await tm.read(csv(path, { schema: { price: 'float64' } }))).rows())
  expect(['schema.misfit', 'expr.cast']).toContain(error.code)
  expect(error.message).toContain('about 2')
  expect(error.message).toContain('price')
})

test('a NULL in a column declared without ? is an error', async () => {
  const path = await file('nulls.csv', 'a,b\n1,\n')
  const error = await failure(async () => (await tm.read(csv(path, { schema: { a: 'int64', b: 'int64' } }))).rows())
  expect(error.code).toBe('schema.not-null')
  expect(error.message).toContain('b')
})

test('a declared column that the file lacks is an error that says what it has', async () => {
  const path = await file('lacks.csv', 'a\n1\n')
  const error = await failure(async () => (await tm.read(csv(path, { schema: { a: 'int64', c: 'int64' } }))).rows())
  expect(error.code).toBe('schema.missing-column')
  expect(error.message).toMatch(/c.*have a/)
})

test('a file that is not Parquet is refused', async () => {
  const path = await file('not.parquet', 'hello')
  expect((await failure(() => tm.read(parquet(path)))).code).toBe('connectors.format')
})

test('a text column given to fit names the column', async () => {
  const blocks = await tm.read(californiaBlocks())
  const error = await failure(() => linearRegression().fit(blocks.dropNulls() as never, { target: 'medianHouseValue' } as never))
  expect(error.code).toBe('ml.not-numeric')
  expect(error.message).toContain('oceanProximity')
})

test('a model file cut in half is refused and named', async () => {
  const path = join(folder, 'price')
  const model = await linearRegression().fit(await tm.read(californiaHousing()), { target: 'medHouseVal' })
  await model.save(path)
  for (const name of await readdir(path)) {
    const whole = await readFile(join(path, name))
    await truncate(join(path, name), Math.floor(whole.length / 2))
    const error = await failure(() => loadModel(path))
    expect(error.code, name).toBe('ml.damaged-model')
    expect(error.message).toContain(name)
    await writeFile(join(path, name), whole)
  }
  await loadModel(path)
})

test('output that exists is not overwritten unless told', async () => {
  const path = await file('there.ndjson', 'old\n')
  const data = await tm.read(csv(await file('some.csv', 'a\n1\n')))
  const error = await failure(() => data.write(ndjson(path)))
  expect(error.code).toBe('connectors.exists')
  expect(await readFile(path, 'utf8')).toBe('old\n')
})

const cli = (args: readonly string[], cwd = folder) =>
  spawn(process.execPath, ['--conditions=tidemill-source', join(import.meta.dirname, '../src/cli/main.ts'), ...args], { cwd })

async function finished(child: ReturnType<typeof cli>): Promise<{ code: number | null; out: string; err: string }> {
  let out = ''
  let err = ''
  child.stdout.on('data', bytes => (out += String(bytes)))
  child.stderr.on('data', bytes => (err += String(bytes)))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

test('the command line tells the code and the hint and does not exit with 0', async () => {
  await file('line.csv', 'a,b,c\n1,2,3\n4,5\n')
  const cases: readonly (readonly [string[], RegExp, number])[] = [
    [['nowhere.csv'], /no such file.*nowhere\.csv[\s\S]*code: connectors\.not-found/, 1],
    [['empty.csv'], /code: connectors\.empty/, 1],
    [['line.csv'], /code: connectors\.ragged/, 1],
    [['wide.csv'], /hint: .*iconv[\s\S]*code: connectors\.encoding/, 1],
    [['notes.docx'], /no reader for notes\.docx/, 2],
    [['types', 'nothing-*.csv'], /no file matches nothing-\*\.csv/, 1],
    [['--wrong'], /unknown option/, 2],
  ]
  for (const [args, wanted, exit] of cases) {
    const { code, err } = await finished(cli(args))
    expect(err, args.join(' ')).toMatch(wanted)
    expect(code, args.join(' ')).toBe(exit)
    expect(err).not.toMatch(/\n\s+at /)
  }
})

test('Ctrl-C in the middle of a write leaves nothing half written', async () => {
  for (const kind of ['parquet', 'partitioned', 'csv'] as const) {
    const out = join(folder, `out-${kind}`)
    await mkdir(out)
    const child = spawn(
      process.execPath,
      ['--conditions=tidemill-source', join(import.meta.dirname, 'fixtures/slow-write.ts'), kind, out],
      { cwd: folder },
    )
    const end = finished(child)
    await once(child.stdout, 'data')
    child.kill('SIGINT')
    const { code, err } = await end
    expect(code, err).toBe(130)
    expect(await readdir(out), kind).toEqual([])
    expect(existsSync(join(out, 'result'))).toBe(false)
  }
})

test('replace removes only what a write has made, never a folder of the user', async () => {
  const data = await tm.read(csv(await file('source.csv', 'a,b\n1,x\n'), { schema: { a: 'int64', b: 'string' } }))
  const thesis = join(folder, 'thesis')
  await mkdir(join(thesis, 'notes'), { recursive: true })
  await writeFile(join(thesis, 'notes/chapter.txt'), 'years of work')
  for (const sink of [
    csv(thesis, { mode: 'replace' }),
    parquet(thesis, { mode: 'replace', partitionBy: ['b'] }),
    csv(`${thesis}/`, { mode: 'replace' }),
  ]) {
    const error = await failure(() => data.write(sink as never))
    expect(error.code).toBe('connectors.exists')
    expect(await readFile(join(thesis, 'notes/chapter.txt'), 'utf8')).toBe('years of work')
  }
  const out = join(folder, 'replaced')
  for (let i = 0; i < 2; i++) await data.write(parquet(out, { mode: 'replace', partitionBy: ['b'] }))
  expect((await readdir(out)).sort()).toEqual(['_tidemill', 'b=x'])
  expect((await readdir(join(out, 'b=x'))).length).toBe(1)
})

test('a file that went away after it was read is named as missing', async () => {
  const path = await file('gone.csv', 'a,b\n1,x\n')
  const data = await tm.read(csv(path))
  await rm(path)
  const error = await failure(() => data.rows())
  expect(error.message).toContain('gone.csv')
  expect(error.message).not.toContain('END AS')
})
