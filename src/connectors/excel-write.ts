/** Makes the bytes of a workbook with one sheet. */
import { type Batch, type Column, rawAt, valueAt } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type DataType, type Schema, storageOf } from '../schema/index.ts'
import { columnLetters, mostRows } from './excel.ts'
import type { FileEncoder } from './file-sink.ts'
import { zipWriter } from './zip-write.ts'

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006'
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
/** Cells of the header, days, moments and times of day: places in `cellXfs`. */
const style = { title: 1, date: 2, datetime: 3, time: 4 } as const
const longestText = 32_767

/** @throws connectors.option for what a sheet cannot hold */
export function excelEncoder(schema: Schema, sheet: string): FileEncoder {
  if (schema.length > 16_384) throw tooLarge(`${schema.length} columns`)
  const zip = zipWriter()
  let row = 1
  const part = async (name: string, text: string): Promise<Buffer> => Buffer.concat([await zip.entry(name), await zip.write(head + text)])
  return {
    async start() {
      const titles = schema.map((field, at) => textCell(`${columnLetters(at + 1)}1`, field.name, style.title)).join('')
      return Buffer.concat([
        await part(
          '[Content_Types].xml',
          `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/></Types>`,
        ),
        await part(
          '_rels/.rels',
          `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        ),
        await part(
          'xl/workbook.xml',
          `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="${escaped(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
        ),
        await part(
          'xl/_rels/workbook.xml.rels',
          `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
        ),
        await part(
          'xl/styles.xml',
          `<styleSheet xmlns="${main}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/><numFmt numFmtId="166" formatCode="hh:mm:ss.000"/></numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="166" applyNumberFormat="1"/></cellXfs></styleSheet>`,
        ),
        await part(
          'xl/worksheets/sheet1.xml',
          `<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData><row r="1">${titles}</row>`,
        ),
      ])
    },
    async batch(batch) {
      if (row + batch.rows > mostRows) throw tooLarge(`more than ${mostRows - 1} rows`)
      const text = rowsText(batch, row + 1)
      row += batch.rows
      return zip.write(text)
    },
    async end() {
      return Buffer.concat([await zip.write('</sheetData></worksheet>'), await zip.end()])
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
