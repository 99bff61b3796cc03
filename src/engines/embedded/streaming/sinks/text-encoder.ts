import type { Schema } from '../../../../schema/index.ts'
import { ByteText } from './byte-text.ts'
import { csvForm } from './csv-form.ts'
import { jsonObject } from './json-form.ts'
import type { RowEncoder } from './row-encoder.ts'
import { cellOf } from './text-cells.ts'

const lineEnd = 0x0a

/** One JSON object a line. */
export function ndjsonEncoder(fields: Schema): RowEncoder {
  const names = fields.map(field => field.name)
  return textEncoder('', (out, batch) => {
    const write = jsonObject(names, batch.columns.slice(0, names.length))
    for (let i = 0; i < batch.rows; i++) {
      write(out, i)
      out.byte(lineEnd)
    }
  })
}

/** Lines of RFC 4180, ended by a line feed; the first names the columns, unless `header` is false. */
export function csvEncoder(fields: Schema, options: { readonly delimiter: string; readonly header: boolean }): RowEncoder {
  const form = csvForm(options.delimiter)
  const between = options.delimiter.charCodeAt(0)
  const head = new ByteText(256)
  const encoder = new TextEncoder()
  for (const [i, { name }] of fields.entries()) {
    if (i > 0) head.byte(between)
    const bytes = encoder.encode(name)
    form.text(head, bytes, 0, bytes.length)
  }
  head.byte(lineEnd)
  return textEncoder(options.header ? head.take() : '', (out, batch) => {
    const cells = batch.columns.slice(0, fields.length).map(column => cellOf(form, column))
    for (let i = 0; i < batch.rows; i++) {
      for (let c = 0; c < cells.length; c++) {
        if (c > 0) out.byte(between)
        cells[c]?.(out, i)
      }
      out.byte(lineEnd)
    }
  })
}

function textEncoder(head: Uint8Array | '', write: (out: ByteText, batch: Parameters<RowEncoder['add']>[0]) => void): RowEncoder {
  const out = new ByteText()
  if (head !== '') out.raw(head)
  let rows = 0
  return {
    add(batch) {
      rows += batch.rows
      write(out, batch)
    },
    get rows() {
      return rows
    },
    get held() {
      return out.at
    },
    take: () => out.take(),
    finish: () => out.take(),
  }
}
