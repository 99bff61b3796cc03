import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchFromRows } from '../batch/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { schemaOf } from '../schema/index.ts'
import { runCase, sinkCases, sourceCases } from '../testing/index.ts'
import { driver } from './excel-driver.ts'
import { cellRange, columnLetters, columnNumber } from './excel.ts'
import { excel, excelSheets, rows, writeExcel } from './index.ts'
import { zipWriter } from './zip-write.ts'

// Made by openpyxl 3.1 and XlsxWriter 3.2.
const openpyxl = fileURLToPath(new URL('./fixtures/openpyxl.xlsx', import.meta.url))
const macDates = fileURLToPath(new URL('./fixtures/xlsxwriter-1904.xlsx', import.meta.url))

let folder: string
let tm: Session
let next = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-excel-'))
  tm = await tidemill({ workers: 1, workspace: join(folder, 'workspace'), typesFile: false })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const schema = schemaOf({ id: 'int64?', name: 'string?', x: 'float64?' })
const many = Array.from({ length: 9_000 }, (_, i) => ({ id: i, name: i % 7 === 0 ? null : `name ${i}`, x: i / 4 + 0.125 }))

describe('the source excel', () => {
  let path = ''
  beforeAll(async () => {
    path = join(folder, 'many.xlsx')
    await (await tm.read(rows(many, { schema: { id: 'int64?', name: 'string?', x: 'float64?' } }))).write(excel(path))
  })
  for (const one of sourceCases)
    test(one.name, async () => {
      const missing = { options: { path, sheet: 'Shet1' }, code: 'connectors.not-found' as const }
      expect(await runCase(one, { driver, options: { path }, schema, rows: many, missing } as never)).toBe('passed')
    })
})
describe('the sink excel', () => {
  for (const one of sinkCases)
    test(one.name, async () => {
      const at = join(folder, `sink-${++next}`)
      const path = join(at, 'out.xlsx')
      const under = {
        sink: driver,
        options: { path },
        schema,
        batches: [batchFromRows(schema, many.slice(0, 2)), batchFromRows(schema, many.slice(2, 5))],
        one: true,
        remains: async () => (await readdir(at).catch(() => [])) as string[],
        async read() {
          const names = (await readdir(at).catch(() => [])) as string[]
          return names.includes('out.xlsx') ? (await tm.read(excel(path))).rows() : []
        },
      }
      expect(await runCase(one, under as never)).toBe('passed')
    })
})

test('a workbook of openpyxl is read with its types, its empty rows and its names', async () => {
  const table = await tm.read(excel(openpyxl, { range: 'A1:I5' }))
  expect(table.schema.map(field => `${field.name} ${String(field.type)}`)).toEqual([
    'id int64',
    'name string',
    'price float64',
    'day date',
    'at datetime',
    'clock time',
    'ok boolean',
    'mixed string',
    'column_I string',
  ])
  expect(plain(await table.rows())).toEqual([
    {
      id: 1,
      name: 'Å & <b>',
      price: 1.5,
      day: '2026-11-21',
      at: '2026-11-21T10:30:00.25',
      clock: '10:30:00',
      ok: true,
      mixed: '1',
      column_I: 'x',
    },
    {
      id: 2,
      name: 'text\nline',
      price: 2,
      day: '1900-01-01',
      at: '1999-12-31T23:59:59',
      clock: '00:00:01',
      ok: false,
      mixed: 'a',
      column_I: null,
    },
    { id: null, name: null, price: null, day: null, at: null, clock: null, ok: null, mixed: null, column_I: null },
    { id: 3, name: null, price: -0.25, day: null, at: null, clock: null, ok: null, mixed: 'TRUE', column_I: 'z' },
  ])
})

test('another sheet, a range, numbers kept as text, and cells of errors', async () => {
  const second = excel(openpyxl, { sheet: 'Second one', range: 'B3:C5', schema: { v: 'decimal(10,2)?', k: 'string' } })
  expect(plain(await (await tm.read(second)).rows())).toEqual([
    { v: '12.50', k: 'a' },
    { v: '7.00', k: 'b' },
  ])
  const failing = await tm.read(excel(openpyxl, { sheet: 2 }))
  await expect(failing.rows()).rejects.toMatchObject({
    code: 'schema.misfit',
    message: expect.stringContaining('the error #DIV/0! in cell C6') as string,
  })
  expect(await (await tm.read(excel(openpyxl, { sheet: 2, errors: 'null' }))).rows()).toEqual([
    { k: 'a', v: '12.50' },
    { k: 'b', v: '7' },
    { k: 'c', v: null },
  ])
  await expect(tm.read(excel(openpyxl, { sheet: 'second one' }))).rejects.toMatchObject({
    code: 'connectors.not-found',
    message: expect.stringContaining('have March, Second one') as string,
  })
})

test('days counted from 1904, and the saved values of formulas', async () => {
  const table = await tm.read(excel(macDates))
  expect(plain(await table.rows())).toEqual([
    { day: '2026-11-21', total: '2' },
    { day: '1904-01-02', total: 'dayx' },
  ])
})

test('what was written is read back; what Excel would change is text', async () => {
  const path = join(folder, 'types.xlsx')
  const shape = {
    n: 'int64?',
    big: 'bigint?',
    x: 'float64?',
    d: 'decimal(10,2)?',
    wide: 'decimal(30,2)?',
    ok: 'boolean?',
    s: 'string?',
    day: 'date?',
    old: 'date?',
    clock: 'time?',
    at: 'datetime?',
    z: 'timestamp?',
  } as const
  const one = {
    n: -5,
    big: 9_223_372_036_854_775_807n,
    x: 1e-7,
    d: '12.50',
    wide: '123456789012345678901234567.89',
    ok: true,
    s: '=1+1 <&> "q" \u0001 _x0041_ \r\n ä😀  ',
    day: '2026-02-28',
    old: '1850-01-01',
    clock: '23:59:59.999',
    at: '2026-03-29T02:30:00.125',
    z: '2026-03-29T00:30:00Z',
  }
  const given = await tm.read(rows([one, Object.fromEntries(Object.keys(one).map(name => [name, null]))], { schema: shape }))
  await given.write(excel(path, { sheet: 'A & B' }))
  const back = await tm.read(excel(path, { sheet: 'A & B', schema: shape }))
  expect(await back.rows()).toEqual(await given.rows())
  const found = await tm.read(excel(path))
  expect(found.schema.map(field => String(field.type))).toEqual([
    'int64',
    'string',
    'float64',
    'float64',
    'string',
    'boolean',
    'string',
    'date',
    'string',
    'time',
    'datetime',
    'datetime',
  ])
  await expect(given.write(excel(path))).rejects.toMatchObject({ code: 'connectors.exists' })
  const nan = await tm.read(rows([{ a: Number.NaN }]))
  await expect(nan.write(excel(path, { mode: 'replace' }))).rejects.toMatchObject({ code: 'schema.misfit' })
  expect(await found.count()).toBe(2)
})

async function workbook(sheet: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const path = join(folder, `hand-${++next}.xlsx`)
  const zip = zipWriter()
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const parts = {
    'xl/workbook.xml': `<x:workbook xmlns:x="${main}" xmlns:r="${relations}"><x:sheets><x:sheet name="S" sheetId="1" r:id="r1"/></x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="r1" Type="${relations}/worksheet" Target="/xl/worksheets/s.xml"/><Relationship Id="r2" Type="${relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    'xl/sharedStrings.xml': `<sst><si><r><t>a</t></r><r><t xml:space="preserve"> b</t></r><rPh><t>no</t></rPh></si><si><t/></si></sst>`,
    'xl/worksheets/s.xml': sheet,
    ...more,
  }
  const pieces: Buffer[] = []
  for (const [name, text] of Object.entries(parts)) pieces.push(await zip.entry(name), await zip.write(text))
  pieces.push(await zip.end())
  await writeFile(path, Buffer.concat(pieces))
  return path
}

test('XML of other programs: prefixes, comments, CDATA, cells without addresses, rich texts', async () => {
  const path = await workbook(
    `<!-- > --><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t='inlineStr'><x:is><x:t><![CDATA[<c>]]></x:t></x:is></x:c></x:row><x:row r="4"><x:c r="A4"><x:v>1</x:v></x:c><x:c r="B4" t="s"><x:v>1</x:v></x:c></x:row></x:sheetData>`,
  )
  expect(await (await tm.read(excel(path))).rows()).toEqual([
    { 'a b': null, '<c>': null },
    { 'a b': null, '<c>': null },
    { 'a b': 1, '<c>': '' },
  ])
})

test('hostile workbooks are refused, in time and in memory', async () => {
  const cell = '<row><c><v>1</v></c></row>'
  const dtd = await workbook(`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><sheetData>${cell}</sheetData>`)
  await expect(tm.read(excel(dtd))).rejects.toMatchObject({
    code: 'connectors.format',
    message: expect.stringContaining('declares entities') as string,
  })
  const bomb = await workbook(`<sheetData>${cell}${' '.repeat(80 * 1024 * 1024)}</sheetData>`)
  expect((await readFile(bomb)).length).toBeLessThan(1_000_000)
  await expect(tm.read(excel(bomb))).rejects.toMatchObject({
    code: 'connectors.format',
    message: expect.stringMatching(/unpacks to more|without an end/) as string,
  })
  const backwards = await workbook(`<sheetData><row r="2"/><row r="1">${'<c/>'}</row></sheetData>`)
  await expect(tm.read(excel(backwards))).rejects.toMatchObject({ code: 'connectors.format' })
  const lost = await workbook('<sheetData><row><c t="s"><v>99</v></c></row></sheetData>')
  await expect(tm.read(excel(lost))).rejects.toMatchObject({ code: 'connectors.format' })
  const old = join(folder, 'old.xls')
  await writeFile(old, Buffer.from('d0cf11e0a1b11ae10000000000000000', 'hex'))
  await expect(tm.read(excel(old))).rejects.toMatchObject({ message: expect.stringContaining('old .xls') as string })
  await writeFile(join(folder, 'no.xlsx'), 'a,b\n1,2\n')
  await expect(tm.read(excel(join(folder, 'no.xlsx')))).rejects.toMatchObject({ code: 'connectors.format' })
}, 60_000)

test('damaged workbooks are errors or other values, never a crash or a hang', async () => {
  const bytes = await readFile(openpyxl)
  const path = join(folder, 'damaged.xlsx')
  for (let round = 0; round < 60; round++) {
    const bad = Buffer.from(bytes)
    bad[(round * 7919) % bytes.length] = (round * 37) & 255
    await writeFile(path, round % 3 === 0 ? bad.subarray(0, (round * 131) % bytes.length) : bad)
    const outcome = await tm
      .read(excel(path, { errors: 'null' }))
      .then(
        async table => table.rows().then(() => 'read'),
        (error: { code?: string }) => error.code,
      )
      .catch((error: { code?: string }) => error.code)
    expect([
      'read',
      'connectors.format',
      'connectors.empty',
      'connectors.not-found',
      'connectors.ragged',
      'schema.duplicate-column',
      'schema.misfit',
    ]).toContain(outcome)
  }
})

test('the sheets of a workbook are listed, and several tables are written as one', async () => {
  expect(await excelSheets(openpyxl)).toEqual(['March', 'Second one'])
  const path = join(folder, 'book.xlsx')
  const numbers = await tm.read(
    rows(
      Array.from({ length: 9000 }, (_, i) => ({ i, text: `t${i}` })),
      { schema: { i: 'int64', text: 'string' } },
    ),
  )
  const none = numbers.filter(r => r.i.lt(0)).select('i')
  const mapped = numbers.limit(3).map(r => ({ twice: r.i * 2 }))
  const report = await writeExcel(path, { 'All & more': numbers, None: none, 'Mapped ä': mapped, '1': numbers.limit(1) })
  expect(report.rows).toBe(9004)
  // Keys that are numbers come first in JavaScript.
  expect(await excelSheets(path)).toEqual(['1', 'All & more', 'None', 'Mapped ä'])
  expect(await (await tm.read(excel(path, { sheet: 'All & more' }))).rows()).toEqual(await numbers.rows())
  expect(await (await tm.read(excel(path, { sheet: 4 }))).rows()).toEqual([{ twice: 0 }, { twice: 2 }, { twice: 4 }])
  expect((await tm.read(excel(path, { sheet: 'None', schema: { i: 'int64' } }))).schema.map(field => field.name)).toEqual(['i'])
  expect(await (await tm.read(excel(path, { sheet: 'None', schema: { i: 'int64' } }))).rows()).toEqual([])
  await expect(tm.read(excel(path, { sheet: 5 }))).rejects.toMatchObject({ code: 'connectors.not-found' })
  const before = await readFile(path)
  await expect(writeExcel(path, { A: numbers })).rejects.toMatchObject({ code: 'connectors.exists' })
  const broken = numbers.map(r => {
    if (r.i > 5000) throw new Error('too many')
    return r
  })
  await expect(writeExcel(path, { A: numbers, B: broken }, { mode: 'replace' })).rejects.toThrow('too many')
  expect(Buffer.compare(await readFile(path), before)).toBe(0)
  expect((await readdir(folder)).filter(name => name.startsWith('.tidemill-'))).toEqual([])
  await expect(writeExcel(path, {})).rejects.toThrow('needs a sheet')
  await expect(writeExcel(path, { a: numbers, A: numbers })).rejects.toThrow('two sheets have one name for Excel: a and A')
  await expect(writeExcel(path, { 'a/b': numbers })).rejects.toThrow('sheet must be')
})

test('durations are intervals, of merged cells the first has the value', async () => {
  const path = join(folder, 'durations.xlsx')
  const given = await tm.read(
    rows([{ took: 'PT36H5M1.5S' }, { took: 'P2DT1H' }, { took: null }, { took: 'PT0.25S' }], { schema: { took: 'interval?' } }),
  )
  await given.write(excel(path))
  const back = await tm.read(excel(path))
  expect(back.schema.map(field => field.type)).toEqual(['interval'])
  expect(plain(await back.rows())).toEqual([{ took: 'PT36H5M1.5S' }, { took: 'PT49H' }, { took: null }, { took: 'PT0.25S' }])
  expect(await (await tm.read(excel(path, { schema: { took: 'float64?' } }))).limit(1).rows()).toEqual([
    { took: expect.closeTo(1.50348, 4) as number },
  ])
  const odd = await tm.read(rows([{ took: 'P1M' }, { took: 'PT-1H' }], { schema: { took: 'interval' } }))
  await odd.write(excel(path, { mode: 'replace' }))
  expect((await tm.read(excel(path))).schema.map(field => field.type)).toEqual(['string'])
  expect(await (await tm.read(excel(path, { schema: { took: 'interval' } }))).rows()).toEqual(await odd.rows())
  const merged = await workbook(
    '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>A2*2</f><v>2</v></c></row><row r="3"><c r="A3"/><c r="B3"><v>3</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells></worksheet>',
  )
  expect(await (await tm.read(excel(merged))).rows()).toEqual([
    { a: 1, b: 2 },
    { a: null, b: 3 },
  ])
})

test('ranges and columns are named as in Excel', () => {
  for (const [letters, number] of [
    ['A', 1],
    ['Z', 26],
    ['AA', 27],
    ['XFD', 16_384],
  ] as const) {
    expect(columnNumber(letters)).toBe(number)
    expect(columnLetters(number)).toBe(letters)
  }
  expect(cellRange('$B$2:f100')).toEqual({ left: 2, top: 2, right: 6, bottom: 100 })
  expect(cellRange('B:F')).toEqual({ left: 2, top: 1, right: 6, bottom: 1_048_576 })
  for (const bad of ['B2', 'F2:B3', 'A0:B1', 'A1:ZZZ2', '1:2']) expect(() => cellRange(bad)).toThrow('range must be such as')
  expect(() => excel('a.xlsx', { sheet: 'a/b' })).toThrow('sheet must be')
  expect(() => excel('a.xlsx', { sheets: 1 } as never)).toThrow('unknown option: sheets')
})
