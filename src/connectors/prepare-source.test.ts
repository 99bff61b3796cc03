import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Spec } from '../plan/index.ts'
import { readError } from './file-error.ts'
import { csv, lines, ndjson, parquet, type PreparedCsv, prepareSource, rows, staging } from './index.ts'

let folder: string
const copies = staging()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-connectors-'))
})
afterAll(async () => {
  await copies.close()
  await rm(folder, { recursive: true, force: true })
})

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  return path
}
const learn = async (source: Spec): Promise<PreparedCsv> => (await prepareSource(source, { staging: copies })).options as PreparedCsv
const names = ({ files }: { readonly files: readonly string[] }): string[] =>
  files.map(path => relative(folder, path).replaceAll('\\', '/'))

test('delimiter, header and names of a CSV file are found out', async () => {
  const path = await file('semicolon.csv', '\ufeffTotal Rooms;ocean_proximity;\r\n1,5;"a;b";x\r\n2,5;"c\r\nd";y\r\n')
  const learnt = await learn(csv(path, { names: 'camelCase' }))
  expect(learnt).toMatchObject({
    files: [path],
    delimiter: ';',
    header: true,
    columns: ['Total Rooms', 'ocean_proximity', 'column3'],
    rename: { 'Total Rooms': 'totalRooms', ocean_proximity: 'oceanProximity', column3: 'column3' },
    byName: false,
    partitions: [],
  })
})

test.each([
  [',', 'a,b\n1,2\n'],
  ['\t', 'a\tb, c\n1\t2\n'],
  ['|', 'a|b\n1,5|2,5\n3,5|4\n'],
  [';', 'a;b,c;d\n1,5;2;3\n'],
  [',', 'a\n1\n'],
  [',', 'word\n"one; two"\n"three; four"\n'],
  [',', 'a,b\n"x;y;z",1\n"p;q;r",2\n'],
])('%j is the delimiter of %j', async (delimiter, text) => {
  expect((await learn(csv(await file('sniff.csv', text)))).delimiter).toBe(delimiter)
})

test('what is told is not found out', async () => {
  const path = await file('told.csv', '1;2\n3;4\n')
  expect(await learn(csv(path, { delimiter: ',', header: true }))).toMatchObject({ delimiter: ',', header: true, columns: ['1;2'] })
  expect(await learn(csv(path, { header: false, columns: ['x', 'y'] }))).toMatchObject({
    delimiter: ';',
    header: false,
    columns: ['x', 'y'],
  })
  await expect(prepareSource(csv(path, { header: false, columns: ['x'] }))).rejects.toMatchObject({ code: 'connectors.option' })
})

test.each([
  ['a header of words', 'city,price\nBergen,1\n', true],
  ['numbers in the first line', '5.1,3.5,setosa\n4.9,3.0,setosa\n', false],
  ['small numbers in order', '1,2,3\n4,5,6\n', false],
  ['a date in the first line', 'x,2026-01-02\ny,2026-01-03\n', false],
  ['years as names', 'country,2019,2020,2021\nNorway,1.5,2.5,3\n', true],
  ['the first line alone', 'a,b\n', true],
])('%s: header found out', async (_, text, header) => {
  const learnt = await learn(csv(await file('header.csv', text)))
  expect([learnt.header, learnt.columns[0] === 'column1']).toEqual([header, !header])
})

test('a declared schema names the columns of a file without a header', async () => {
  const path = await file('bare.csv', '5.1,setosa\n4.9,virginica\n')
  expect(await learn(csv(path, { schema: { length: 'float64', species: 'string' } }))).toMatchObject({
    header: false,
    columns: ['length', 'species'],
  })
})

test('a declared column that the file lacks is named with those it has', async () => {
  const path = await file('lack.csv', 'price,rooms\n1,2\n')
  await expect(prepareSource(csv(path, { schema: { prise: 'float64' } }))).rejects.toMatchObject({
    code: 'schema.missing-column',
    message: `missing column: prise in ${path} (have price, rooms)`,
  })
  await prepareSource(csv(path, { schema: { rooms: 'int64' } }))
})

test('a missing file is an error with the names that are near', async () => {
  await file('near/housing.csv', 'a\n1\n')
  await file('near/other.txt', 'a\n')
  await expect(prepareSource(csv(join(folder, 'near/hosing.csv')))).rejects.toMatchObject({
    code: 'connectors.not-found',
    hint: expect.stringContaining('did you mean housing.csv?'),
  })
  await expect(prepareSource(csv(join(folder, 'near/housing')))).rejects.toMatchObject({ hint: expect.stringContaining('housing.csv') })
  await expect(prepareSource(parquet(join(folder, 'near/zzz.parquet')))).rejects.toMatchObject({
    code: 'connectors.not-found',
    details: { near: [] },
  })
  await expect(prepareSource(csv(join(folder, 'nowhere/a.csv')))).rejects.toMatchObject({
    hint: `there is no folder ${join(folder, 'nowhere')}`,
  })
  await expect(prepareSource(csv(join(folder, 'near/*.tsv')))).rejects.toMatchObject({
    code: 'connectors.not-found',
    hint: expect.stringContaining('housing.csv'),
  })
})

test.each([
  ['nothing', ''],
  ['a byte order mark', '\ufeff'],
  ['blanks', ' \n\n'],
])('a CSV file of %s is empty', async (_, text) => {
  await expect(prepareSource(csv(await file('empty.csv', text)))).rejects.toMatchObject({ code: 'connectors.empty' })
})

test('a file that is not UTF-8 is an error that tells the line and how to convert it', async () => {
  const latin = await file('latin.csv', Buffer.from('city,n\nOslo,1\nTromsø,2\n', 'latin1'))
  await expect(prepareSource(csv(latin))).rejects.toMatchObject({
    code: 'connectors.encoding',
    message: `not UTF-8: line 3 of ${latin} (looks like Windows-1252)`,
    hint: expect.stringContaining(`iconv -f Windows-1252 -t UTF-8 '${latin}' > '${latin.replace('.csv', '.utf8.csv')}'`),
  })
  const wide = Buffer.from('\ufeffa,b\n1,2\n', 'utf16le')
  expect((await learn(csv(await file('wide.csv', wide)))).columns).toEqual(['a', 'b'])
  await expect(prepareSource(csv(await file('bare-wide.csv', wide.subarray(2))))).rejects.toMatchObject({ code: 'connectors.encoding' })
  const chinese = Buffer.from([0xb3, 0xc7, 0xca, 0xd0, 0x2c, 0x61, 0x0a, 0xb1, 0xb1, 0xbe, 0xa9, 0x2c, 0x31, 0x0a])
  await expect(prepareSource(csv(await file('gb.csv', chinese)))).rejects.toMatchObject({ details: { encoding: 'GB18030', line: 1 } })
  await expect(prepareSource(ndjson(await file('latin.ndjson', Buffer.from('{"a":"ø"}\n', 'latin1'))))).rejects.toMatchObject({
    code: 'connectors.encoding',
  })
})

test('a character cut by the end of the sample is no fault', async () => {
  const path = await file('long.csv', `city,n\n${'東京都,1\n'.repeat(60_000)}`)
  expect((await learn(csv(path))).columns).toEqual(['city', 'n'])
})

test('a ragged row is named by its line, quoted line ends counted', async () => {
  const path = await file('ragged.csv', 'a,b,c\n1,"two\nlines",3\n\n4,5\n')
  await expect(prepareSource(csv(path))).rejects.toMatchObject({
    code: 'connectors.ragged',
    message: `line 5 of ${path} has 2 fields, the first has 3`,
    details: { line: 5, expected: 3, found: 2 },
  })
})

test('a row that is short is told another cure than a row that is long', async () => {
  await expect(prepareSource(csv(await file('short.csv', 'a,b\n1,2\n3\n')))).rejects.toMatchObject({
    hint: expect.stringContaining('write empty fields too'),
  })
  await expect(prepareSource(csv(await file('long.csv', 'a,b\n1,2\n3,4,5\n')))).rejects.toMatchObject({
    hint: expect.stringContaining('in quotes'),
  })
})

test('bytes that are no text are not taken for an encoding', async () => {
  const bytes = Uint8Array.from({ length: 5_000 }, (_, index) => (index * 7_919 * (index + 13)) >>> 4)
  await expect(prepareSource(csv(await file('picture.csv', bytes)))).rejects.toMatchObject({
    code: 'connectors.format',
    message: expect.stringContaining('holds bytes that no text has'),
  })
})

test('what the system says of a file is told in words', () => {
  const error = Object.assign(new Error("EACCES: permission denied, open '/x/it's, here.csv'"), { code: 'EACCES', syscall: 'open' })
  expect(readError('here.csv', error)).toMatchObject({
    code: 'connectors.unreadable',
    message: 'file cannot be read: here.csv: permission denied',
    hint: expect.stringContaining('right to read'),
  })
})

test('a quote that is never closed is named by its line', async () => {
  const path = await file('quote.csv', 'a,b\n1,x\n2,"y\n3,z\n')
  await expect(prepareSource(csv(path))).rejects.toMatchObject({ code: 'connectors.format', details: { line: 3 } })
  expect((await learn(csv(path, { quote: '' }))).columns).toEqual(['a', 'b'])
})

test('two columns of one name are an error, also when camel case makes them one', async () => {
  await expect(prepareSource(csv(await file('twice.csv', 'a,b,a\n1,2,3\n')))).rejects.toMatchObject({
    code: 'schema.duplicate-column',
    details: { name: 'a', positions: [1, 3] },
  })
  const path = await file('camel.csv', 'my_name,myName\n1,2\n')
  await expect(prepareSource(csv(path, { names: 'camelCase' }))).rejects.toMatchObject({ code: 'schema.duplicate-column' })
  await prepareSource(csv(path))
})

test('gzip is read by the ending of the name, and damaged gzip is told', async () => {
  const packed = gzipSync('a;b\n1;2\n')
  expect((await learn(csv(await file('x.csv.gz', packed)))).delimiter).toBe(';')
  await expect(prepareSource(csv(await file('cut.csv.gz', gzipSync('a,b\n'.repeat(9999)).subarray(0, 60))))).rejects.toMatchObject({
    code: 'connectors.format',
  })
  await expect(prepareSource(csv(await file('text.csv.gz', 'a,b\n')))).rejects.toMatchObject({ code: 'connectors.format' })
  await expect(prepareSource(csv(await file('packed.csv', packed)))).rejects.toMatchObject({
    code: 'connectors.format',
    hint: expect.stringContaining('.gz'),
  })
})

test.each([
  ['Parquet', Buffer.from('PAR1....PAR1'), 'parquet(path)'],
  ['Excel', Buffer.from('PK\x03\x04....'), 'CSV UTF-8'],
])('a file of %s given as CSV says what it is', async (_, bytes, hint) => {
  await expect(prepareSource(csv(await file('other.csv', bytes)))).rejects.toMatchObject({
    code: 'connectors.format',
    hint: expect.stringContaining(hint),
  })
})

test('a glob reads its files in order of their names, matched by column name', async () => {
  await file('many/b.csv', 'y,x\n1,2\n')
  await file('many/a.csv', 'x,y\n1,2\n')
  await file('many/c.txt', 'other')
  const learnt = await learn(csv(join(folder, 'many/*.csv')))
  expect(names(learnt)).toEqual(['many/a.csv', 'many/b.csv'])
  expect(learnt).toMatchObject({ columns: ['x', 'y'], byName: true })
  await file('many/d.csv', 'x,z\n1,2\n')
  await expect(prepareSource(csv(join(folder, 'many/*.csv')))).rejects.toMatchObject({
    code: 'connectors.format',
    message: expect.stringMatching(/d\.csv lacks y and adds z/),
  })
})

test('a file whose name looks like a glob is taken as it is', async () => {
  const path = await file('odd[1].csv', 'a\n1\n')
  expect((await learn(csv(path))).files).toEqual([path])
})

test('a relative path and a relative glob mean the working folder', async () => {
  const here = relative(process.cwd(), await file('rel/one.csv', 'a\n1\n'))
  expect(names(await learn(csv(here)))).toEqual(['rel/one.csv'])
  expect(names(await learn(csv(join(dirname(here), '*.csv'))))).toEqual(['rel/one.csv'])
})

test('a folder of Parquet tells its partition columns and leaves out files of tools', async () => {
  const mark = 'PAR1........PAR1'
  await file('hive/coast=west/year=2025/b.parquet', mark)
  await file('hive/coast=east/year=2026/a.parquet', mark)
  await file('hive/_SUCCESS', '')
  await file('hive/_temporary/x.parquet', mark)
  await file('hive/.hidden/x.parquet', mark)
  const learnt = await learn(parquet(join(folder, 'hive')))
  expect(names(learnt)).toEqual(['hive/coast=east/year=2026/a.parquet', 'hive/coast=west/year=2025/b.parquet'])
  expect(learnt.partitions).toEqual(['coast', 'year'])
  await mkdir(join(folder, 'void'))
  await expect(prepareSource(parquet(join(folder, 'void')))).rejects.toMatchObject({
    code: 'connectors.not-found',
    hint: 'the folder is empty',
  })
})

test('Parquet that is text, empty or cut short is told', async () => {
  await expect(prepareSource(parquet(await file('text.parquet', 'a,b\n1,2\n')))).rejects.toMatchObject({
    code: 'connectors.format',
    hint: expect.stringContaining('csv'),
  })
  await expect(prepareSource(parquet(await file('cut.parquet', 'PAR1 and then nothing')))).rejects.toMatchObject({
    code: 'connectors.format',
    message: expect.stringContaining('cut short'),
  })
  await expect(prepareSource(parquet(await file('zero.parquet', '')))).rejects.toMatchObject({ code: 'connectors.empty' })
})

test('columns that only folder names of text files tell are partitions; those in the files are read there', async () => {
  await file('texts/coast=west/a.csv', 'x\n1\n')
  expect(await learn(csv(join(folder, 'texts')))).toMatchObject({
    partitions: ['coast'],
    partitionFields: [{ name: 'coast', type: 'string', nullable: false }],
  })
  await file('full/coast=west/a.csv', 'x,coast\n1,west\n')
  expect(await learn(csv(join(folder, 'full')))).toMatchObject({ columns: ['x', 'coast'], partitions: [] })
})

test('NDJSON tells its keys and the first line that is no object', async () => {
  const path = await file('a.ndjson', '{"user_id":1}\r\n\n{"user_id":2,"at":"x"}\n')
  expect(await learn(ndjson(path, { names: 'camelCase' }))).toMatchObject({
    columns: ['user_id', 'at'],
    rename: { user_id: 'userId', at: 'at' },
  })
  await expect(prepareSource(ndjson(await file('b.ndjson', '{"a":1}\n{"a":\n')))).rejects.toMatchObject({
    code: 'connectors.format',
    details: { line: 2 },
  })
  await expect(prepareSource(ndjson(await file('c.ndjson', '[{"a":1}]\n')))).rejects.toMatchObject({
    hint: expect.stringContaining('jq -c ".[]"'),
  })
  await expect(prepareSource(ndjson(await file('p.ndjson', '{\n  "a": 1\n}\n')))).rejects.toMatchObject({
    hint: expect.stringContaining('jq -c . '),
  })
  const broken = ndjson(await file('e.ndjson', '{"a":1}\n{"a":2\n{"a":3}\n'))
  await expect(prepareSource(broken)).rejects.toMatchObject({
    message: expect.stringMatching(/^line 2 of .* is no JSON object: [^()]*$/),
    hint: expect.stringContaining('correct the line'),
  })
  const empty = await file('d.ndjson', '')
  await expect(prepareSource(ndjson(empty))).rejects.toMatchObject({ code: 'connectors.empty' })
  await prepareSource(ndjson(empty, { schema: { a: 'int64' } }))
})

test('sources that are no files are handed back as they are; lines get their files', async () => {
  const source = rows([{ x: 1 }])
  expect(await prepareSource(source)).toBe(source)
  const path = await file('book.txt', 'a\n')
  expect((await prepareSource(lines(join(folder, 'b*.txt')))).options).toMatchObject({ files: [path] })
})
