/** Makes the bytes of a workbook. */
import { type Batch, type Column, rawAt, valueAt } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type DataType, type Schema, storageOf, unpackInterval } from '../schema/index.ts'
import { columnLetters, mostRows } from './excel.ts'
import type { FileEncoder } from './file-sink.ts'
import { zipWriter } from './zip-write.ts'

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006'
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
/** Cells of the header, days, moments, times of day and durations: places in `cellXfs`. */
const style = { title: 1, date: 2, datetime: 3, time: 4, duration: 5 } as const
const longestText = 32_767

/** A workbook with one sheet. @throws connectors.option for what a sheet cannot hold */
export function excelEncoder(schema: Schema, sheet: string): FileEncoder {
  const book = workbookEncoder([sheet])
  book.sheet(schema)
  return book
}

/** Sheet after sheet: `sheet` begins the next, whose header and rows come with the batches behind it. */
export interface WorkbookEncoder extends FileEncoder {
  /** @throws connectors.option for more columns than a sheet can hold */
  sheet(schema: Schema): void
}

/** A workbook with sheets of these names, in their order. @throws connectors.option for what a sheet cannot hold */
export function workbookEncoder(names: readonly string[]): WorkbookEncoder {
  const zip = zipWriter()
  let [row, begun, number] = [1, 0, 0]
  let waiting: Schema | undefined
  const part = async (name: string, text: string): Promise<Buffer> => Buffer.concat([await zip.entry(name), await zip.write(head + text)])
  const all = (of: (name: string, number: number) => string): string => names.map((name, at) => of(name, at + 1)).join('')
  const begin = async (): Promise<Buffer> => {
    if (waiting === undefined) return Buffer.alloc(0)
    const before = number > 0 ? await zip.write('</sheetData></worksheet>') : Buffer.alloc(0)
    const titles = waiting.map((field, at) => textCell(`${columnLetters(at + 1)}1`, field.name, style.title)).join('')
    waiting = undefined
    row = 1
    number++
    const first = await part(
      `xl/worksheets/sheet${number}.xml`,
      `<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData><row r="1">${titles}</row>`,
    )
    return Buffer.concat([before, first])
  }
  return {
    sheet(schema) {
      if (schema.length > 16_384) throw tooLarge(`${schema.length} columns`)
      if (++begun > names.length) throw new TidemillError('engine.internal', `a workbook of ${names.length} sheets got another`)
      waiting = schema
    },
    async start() {
      return Buffer.concat([
        await part(
          '[Content_Types].xml',
          `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/>${all((_, at) => `<Override PartName="/xl/worksheets/sheet${at}.xml" ContentType="${types}.worksheet+xml"/>`)}<Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/></Types>`,
        ),
        await part(
          '_rels/.rels',
          `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        ),
        await part(
          'xl/workbook.xml',
          `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${all((name, at) => `<sheet name="${escaped(name)}" sheetId="${at}" r:id="rId${at}"/>`)}</sheets></workbook>`,
        ),
        await part(
          'xl/_rels/workbook.xml.rels',
          `<Relationships xmlns="${packaged}/relationships">${all((_, at) => `<Relationship Id="rId${at}" Type="${office}/worksheet" Target="worksheets/sheet${at}.xml"/>`)}<Relationship Id="rId${names.length + 1}" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
        ),
        await part(
          'xl/styles.xml',
          `<styleSheet xmlns="${main}"><numFmts count="4"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/><numFmt numFmtId="166" formatCode="hh:mm:ss.000"/><numFmt numFmtId="167" formatCode="[h]:mm:ss.000"/></numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="166" applyNumberFormat="1"/><xf numFmtId="167" applyNumberFormat="1"/></cellXfs></styleSheet>`,
        ),
        await begin(),
      ])
    },
    async batch(batch) {
      const before = await begin()
      if (row + batch.rows > mostRows) throw tooLarge(`more than ${mostRows - 1} rows`)
      const text = rowsText(batch, row + 1)
      row += batch.rows
      return Buffer.concat([before, await zip.write(text)])
    },
    async end() {
      return Buffer.concat([await begin(), await zip.write('</sheetData></worksheet>'), await zip.end()])
    },
  }
}

function rowsText(batch: Batch, first: number): string {
  const letters = batch.columns.map((_, at) => columnLetters(at + 1))
  let text = ''
  for (let i = 0; i < batch.rows; i++) {
    const number = first + i
    const cells = batch.columns.map((column, at) => cellText(column, i, `${letters[at]}${number}`, batch.fields[at]?.name ?? '')).join('')
    // A row without a cell is no row where it is the last.
    text += `<row r="${number}">${cells === '' ? `<c r="A${number}" t="e"><v>#N/A</v></c>` : cells}</row>`
  }
  return text
}

function cellText(column: Column, i: number, at: string, name: string): string {
  const raw = rawAt(column, i)
  if (raw === null || raw === undefined) return ''
  const { type } = column
  switch (storageOf(type)) {
    case 'boolean':
      return `<c r="${at}" t="b"><v>${raw === true ? 1 : 0}</v></c>`
    case 'int32':
      return type === 'date' ? momentCell(at, raw as number, style.date, () => plain(column, i)) : numberCell(at, String(raw as number))
    case 'int64': {
      const value = raw as bigint
      if (type === 'time') return `<c r="${at}" s="${style.time}"><v>${Number(value) / 86_400_000_000}</v></c>`
      if (type === 'datetime' || type === 'timestamp')
        return momentCell(at, Number(value) / 86_400_000_000, style.datetime, () => plain(column, i))
      return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
        ? numberCell(at, String(value))
        : textCell(at, String(value))
    }
    case 'float64':
      if (!Number.isFinite(raw))
        throw new TidemillError('schema.misfit', `value does not fit: Excel has no ${String(raw as number)} (column ${name})`, {
          hint: 'make it NULL before',
        })
      return numberCell(at, String(raw as number))
    case 'text':
      return textCell(at, raw as string, undefined, name)
    case 'bytes':
      return textCell(at, Buffer.from(raw as Uint8Array).toString('base64'), undefined, name)
    case 'int128': {
      if (type === 'interval') return durationCell(at, raw as bigint, () => plain(column, i))
      const digits = plain(column, i)
      // Excel keeps 15 digits of a number.
      return isDecimal(type) && digits.replaceAll(/[-.]/g, '').replace(/^0+/, '').length <= 15
        ? numberCell(at, digits)
        : textCell(at, digits)
    }
    default:
      return textCell(
        at,
        JSON.stringify(valueAt(column, i), (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)),
        undefined,
        name,
      )
  }
}

function isDecimal(type: DataType): boolean {
  return typeof type === 'object' && 'decimal' in type
}

function plain(column: Column, i: number): string {
  const value = valueAt(column, i)
  return typeof value === 'bigint' ? String(value) : String(JSON.parse(JSON.stringify(value)))
}

function numberCell(at: string, digits: string): string {
  return `<c r="${at}"><v>${digits}</v></c>`
}

/** Days before March 1900, where Excel's calendar is wrong, and after 9999, which it does not have, are text. */
function momentCell(at: string, days: number, kind: number, text: () => string): string {
  const serial = days + 25_569
  return serial >= 61 && serial < 2_958_466 ? `<c r="${at}" s="${kind}"><v>${serial}</v></c>` : textCell(at, text())
}

/** Months have no length, and Excel shows no negative time: they are text. */
function durationCell(at: string, packed: bigint, text: () => string): string {
  const { months, days, micros } = unpackInterval(packed)
  const all = BigInt(days) * 86_400_000_000n + micros
  if (months !== 0 || all < 0n || all >= 2_958_466n * 86_400_000_000n) return textCell(at, text())
  return `<c r="${at}" s="${style.duration}"><v>${Number(all) / 86_400_000_000}</v></c>`
}

/** Text in its cell: never a formula, whatever it begins with. */
function textCell(at: string, text: string, kind?: number, name = ''): string {
  if (text.length > longestText)
    throw new TidemillError(
      'schema.misfit',
      `value does not fit: a text of ${text.length} characters in column ${name} (a cell of Excel holds ${longestText})`,
      {
        hint: 'shorten it: r.x.slice(0, 32767)',
      },
    )
  return `<c r="${at}" t="inlineStr"${kind === undefined ? '' : ` s="${kind}"`}><is><t xml:space="preserve">${escaped(text)}</t></is></c>`
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** What XML cannot hold is written as Excel writes it: `_x0001_`. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
      // oxlint-disable-next-line no-control-regex
      .replaceAll(
        /[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\ufffe\uffff]/g,
        sign => `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
      )
      .replaceAll(/[&<>"]/g, sign => signs[sign] ?? sign)
  )
}

function tooLarge(what: string): TidemillError {
  return new TidemillError('connectors.option', `too much for a sheet of Excel: ${what}`, {
    hint: 'write Parquet or CSV, or fewer rows a file',
  })
}
