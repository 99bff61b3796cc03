/** CSV as it is found in the world, read through a session. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { place } from './fixtures/place.ts'
import { csv, readReport } from './index.ts'

const here = place()
const { file } = here
const read = async (path: string, options: object = {}): Promise<any[]> => (await here.tm.read(csv(path, options))).rows()

test('quotes behind a backslash, single quotes and notes at the top are found out', async () => {
  expect(await read(await file('slash.csv', 'a,b\n"x \\"y\\", z",1\n"q\\\\",2\n'))).toEqual([
    { a: 'x "y", z', b: 1 },
    { a: 'q\\', b: 2 },
  ])
  expect(await read(await file('single.csv', "a;b\n'x; y';1\n'it''s';2\n"))).toEqual([
    { a: 'x; y', b: 1 },
    { a: "it's", b: 2 },
  ])
  expect(await read(await file('notes.csv', '# exported on a Monday, by hand\n# units: m\nname,height\nA,1\n'))).toEqual([
    { name: 'A', height: 1 },
  ])
  expect(await read(await file('hash.csv', '#id,name\n1,A\n'))).toEqual([{ '#id': 1, name: 'A' }])
})

test('lines to skip and comments in the middle are left out; a sign of comments in a value is a value', async () => {
  const path = await file('skip.csv', 'Report "of, May\n\nid,note\n1,a # b\n# two, three\n2,"x\n# y"\n')
  expect(await read(path, { skipRows: 2, comment: '#' })).toEqual([
    { id: 1, note: 'a # b' },
    { id: 2, note: 'x\n# y' },
  ])
})

test('decimal commas are numbers where the delimiter is no comma', async () => {
  const path = await file('comma.csv', 'city;price;count;ratio\nBergen;1.234,50;1.200;0,5\nOslo;99,95;12;-1,25\nRoros;;3;1e2\n')
  const table = await here.tm.read(csv(path))
  expect(table.schema.map(field => [field.name, field.type])).toEqual([
    ['city', 'string'],
    ['price', 'float64'],
    ['count', 'int64'],
    ['ratio', 'float64'],
  ])
  expect(await table.rows()).toEqual([
    { city: 'Bergen', price: 1234.5, count: 1200, ratio: 0.5 },
    { city: 'Oslo', price: 99.95, count: 12, ratio: -1.25 },
    { city: 'Roros', price: null, count: 3, ratio: 100 },
  ])
})

test('with a decimal comma a point is no decimal point, in a declared column either', async () => {
  const path = await file('mixed.csv', 'id;price\n1;2,5\n2;3.75\n')
  await expect(read(path, { decimal: ',', schema: { id: 'int64', price: 'float64' } })).rejects.toMatchObject({
    code: 'schema.misfit',
    message: expect.stringContaining("3.75 (decimal: ',')"),
    details: { column: 'price', row: 2 },
  })
  expect(await read(path, { decimal: '.', schema: { id: 'int64', price: 'string' } })).toEqual([
    { id: 1, price: '2,5' },
    { id: 2, price: '3.75' },
  ])
  const exact = await file('exact.csv', 'price\n1.234.567.890.123.456,78\n')
  const [row] = await read(exact, { delimiter: ';', header: true, decimal: ',', thousands: '.', schema: { price: 'decimal(18,2)' } })
  expect(String(row.price)).toBe('1234567890123456.78')
})

test('dates and moments of a country are read by their format', async () => {
  const path = await file('dates.csv', 'day,at\n31/12/2025,"01.02.2026 13:05"\n01/02/2026,"28.02.2026 00:00"\n')
  const table = await here.tm.read(csv(path, { dateFormat: '%d/%m/%Y', timestampFormat: '%d.%m.%Y %H:%M' }))
  expect(table.schema.map(field => field.type)).toEqual(['date', 'timestamp'])
  const rows = await table.rows()
  expect(rows.map(row => [String(row['day']), (row['at'] as Date).toISOString()])).toEqual([
    ['2025-12-31', '2026-02-01T13:05:00.000Z'],
    ['2026-02-01', '2026-02-28T00:00:00.000Z'],
  ])
  const wrong = await file('wrong-dates.csv', 'day\n31/12/2025\n31/02/2026\n')
  await expect(read(wrong, { header: true, dateFormat: '%d/%m/%Y' })).rejects.toMatchObject({
    code: 'schema.misfit',
    message: expect.stringContaining('31/02/2026'),
    details: { row: 2 },
  })
})

test.each([
  ['UTF-16 with its mark', undefined, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('city;n\nÅlesund;1\n東京;2\n', 'utf16le')])],
  [
    'UTF-16 of the other order',
    undefined,
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('city;n\nÅlesund;1\n東京;2\n', 'utf16le').swap16()]),
  ],
  ['UTF-16 without a mark', 'utf-16le', Buffer.from('city;n\nÅlesund;1\n東京;2\n', 'utf16le')],
  ['UTF-8 with its mark', undefined, Buffer.from('\ufeffcity;n\nÅlesund;1\n東京;2\n')],
])('a file in %s is read', async (name, encoding, bytes) => {
  expect(await read(await file(`${name}.csv`, bytes), encoding === undefined ? {} : { encoding })).toEqual([
    { city: 'Ålesund', n: 1 },
    { city: '東京', n: 2 },
  ])
})

test('a file in Windows-1252 is an error that says what to give, and is read when that is given', async () => {
  const path = await file('latin.csv', Buffer.from('name,price\nCaf\xe9 \x80,1\n', 'latin1'))
  await expect(read(path)).rejects.toMatchObject({ code: 'connectors.encoding', hint: expect.stringContaining("encoding: 'windows-1252'") })
  expect(await read(path, { encoding: 'windows-1252' })).toEqual([{ name: 'Café €', price: 1 }])
  await expect(read(path, { encoding: 'utf-8x' })).rejects.toThrow('encoding must be the name of an encoding')
})

const broken = 'id,name,price\n1,a,1.5\n2,b\n3,c,3.5,x\n4,"d"e,1\n5,"f,2\n6,g,6.5\n7,h,cheap\n'

test('a bad line is an error by default', async () => {
  const path = await file('bad-0.csv', broken)
  await expect(read(path)).rejects.toMatchObject({ code: 'connectors.ragged', message: expect.stringContaining('line 3 of') })
})

test('bad lines are left out and counted, with their line and reason', async () => {
  const path = await file('bad-1.csv', broken)
  const table = await here.tm.read(csv(path, { onBadLine: 'skip', schema: { id: 'int64', name: 'string', price: 'float64' } }))
  expect(await table.rows()).toEqual([
    { id: 1, name: 'a', price: 1.5 },
    { id: 6, name: 'g', price: 6.5 },
  ])
  const [report] = readReport(table.filter(r => r.id.gt(1)))
  expect(report).toMatchObject({ path, badLines: 5, files: { [path]: 5 } })
  expect(report?.examples.map(({ line, reason }) => [line, reason])).toEqual([
    [3, '2 fields, not 3'],
    [4, '4 fields, not 3'],
    [5, 'text behind a closing quote'],
    [6, 'a quote is opened and never closed'],
    [8, 'value does not fit: "cheap" in column price (wants float64)'],
  ])
})

test('bad lines are kept in a file of their own', async () => {
  const path = await file(
    'bad-2.csv',
    Buffer.concat([Buffer.from('\ufeffid,name\r\n1,a\r\n'), Buffer.from('2,\xff\r\n', 'latin1'), Buffer.from('3,"c\r\nd"\r\n\r\nx,y\r\n')]),
  )
  const quarantine = join(here.folder, 'quarantine/bad.ndjson')
  const table = await here.tm.read(csv(path, { onBadLine: { quarantine }, schema: { id: 'int64', name: 'string' } }))
  expect(await table.rows()).toEqual([
    { id: 1, name: 'a' },
    { id: 3, name: 'c\r\nd' },
  ])
  const kept = (await readFile(quarantine, 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as object)
  expect(kept).toEqual([
    { file: path, line: 3, reason: 'not UTF-8', text: '2,\ufffd' },
    { file: path, line: 7, reason: 'value does not fit: "x" in column id (wants int64)', text: 'x,y' },
  ])
  expect(readReport(table)[0]).toMatchObject({ badLines: 2, quarantine })
  const fine = await here.tm.read(csv(await file('fine.csv', 'a\n1\n'), { onBadLine: 'skip' }))
  expect(readReport(fine)[0]).toMatchObject({ badLines: 0, examples: [] })
  expect(readReport(await here.tm.read(csv(join(here.folder, 'fine.csv'))))).toEqual([])
})

test('many bad lines over many pieces of a file are all counted, and the good ones all kept', async () => {
  const lines = Array.from({ length: 120_000 }, (_, i) =>
    i % 7 === 3 ? `${i},"bad" x,1` : i % 11 === 5 ? `${i},"line\none",2` : `${i},plain,3`,
  )
  const path = await file('many.csv.gz', gzipSync(`id,text,n\n${lines.join('\n')}\n`))
  const table = await here.tm.read(csv(path, { onBadLine: 'skip' }))
  const bad = lines.filter((_, i) => i % 7 === 3).length
  expect(readReport(table)[0]?.badLines).toBe(bad)
  expect(await table.count()).toBe(lines.length - bad)
  expect(await table.agg(r => ({ sum: r.id.sum() })).rows()).toEqual([{ sum: lines.reduce((sum, _, i) => sum + (i % 7 === 3 ? 0 : i), 0) }])
})

test('files of other columns are an error that names the difference, or are put together by name', async () => {
  await file('union/a.csv', 'id,name\n1,a\n')
  await file('union/b.csv', 'name,id,extra\nb,2,x\n')
  await file('union/c.csv', 'id\n3\n')
  const path = join(here.folder, 'union/*.csv')
  await expect(read(path)).rejects.toMatchObject({
    code: 'connectors.format',
    message: expect.stringContaining('b.csv adds extra (compared with'),
  })
  const all = await here.tm.read(csv(path, { missing: 'null', fileName: 'file' }))
  expect((await all.rows()).map(row => ({ ...row, file: row.file.slice(-5) }))).toEqual([
    { id: 1, name: 'a', extra: null, file: 'a.csv' },
    { id: 2, name: 'b', extra: 'x', file: 'b.csv' },
    { id: 3, name: null, extra: null, file: 'c.csv' },
  ])
})

test('files whose columns stand in another order are matched by name', async () => {
  await file('order/a.csv', 'id,ID,name\n1,10,a\n')
  await file('order/b.csv', 'name,ID,id\nb,20,2\n')
  expect(await read(join(here.folder, 'order'))).toEqual([
    { id: 1, ID: 10, name: 'a' },
    { id: 2, ID: 20, name: 'b' },
  ])
})

test('a glob through all folders is sorted, and a column tells the file of a row as the path names it', async () => {
  await file('deep/x/2.csv', 'n\n2\n')
  await file('deep/x/y/3.csv', 'n\n3\n')
  await file('deep/1.csv', 'n\n1\n')
  const before = process.cwd()
  process.chdir(here.folder)
  try {
    const table = await here.tm.read(csv('deep/**/*.csv', { fileName: 'file' }))
    expect(table.schema.at(-1)).toEqual({ name: 'file', type: 'string', nullable: false })
    expect(await table.rows()).toEqual([
      { n: 1, file: 'deep/1.csv' },
      { n: 2, file: 'deep/x/2.csv' },
      { n: 3, file: 'deep/x/y/3.csv' },
    ])
    expect(await table.filter(r => r.file.eq('deep/x/2.csv')).rows()).toEqual([{ n: 2, file: 'deep/x/2.csv' }])
  } finally {
    process.chdir(before)
  }
})

test('zstd files of one frame and of several are read', async () => {
  const path = await file('frames.csv.zst', Buffer.concat([zstdCompressSync('a,b\n1,2\n'), zstdCompressSync('3,4\n')]))
  expect(await read(path)).toEqual([
    { a: 1, b: 2 },
    { a: 3, b: 4 },
  ])
})

test.each([
  ['gz', (text: string) => gzipSync(text)],
  ['zst', (text: string) => zstdCompressSync(text)],
])('a %s file that is cut short or changed is an error, never fewer rows', async (ending, pack) => {
  // One column: a cut in the middle of a line looks like a shorter value.
  const bytes = pack(`n\n${Array.from({ length: 50_000 }, (_, i) => String(i * 7919)).join('\n')}\n`)
  for (const cut of [1, 4, 9, 1000, Math.floor(bytes.length / 2)]) {
    const path = await file(`cut-${cut}.csv.${ending}`, bytes.subarray(0, bytes.length - cut))
    await expect(read(path), `${cut} bytes less`).rejects.toMatchObject({
      code: 'connectors.format',
      message: expect.stringContaining('damaged'),
    })
  }
  const changed = Buffer.from(bytes)
  changed[Math.floor(bytes.length / 2)]! ^= 255
  await expect(read(await file(`changed.csv.${ending}`, changed))).rejects.toMatchObject({ code: 'connectors.format' })
})

test('a frame of a zstd file that is cut off behind a whole one is an error', async () => {
  const second = zstdCompressSync('3,4\n')
  const path = await file('half.csv.zst', Buffer.concat([zstdCompressSync('a,b\n1,2\n'), second.subarray(0, second.length - 3)]))
  await expect(read(path)).rejects.toMatchObject({ code: 'connectors.format', message: expect.stringContaining('cut short') })
})
