import { ByteText } from './byte-text.ts'
import { jsonForm } from './json-form.ts'
import type { Cell, TextForm } from './text-cells.ts'

const quote = 0x22

/** Values as fields of CSV, as our tables write them: NULL is empty, an empty text is `""`, lists and structs are JSON. */
export function csvForm(delimiter: string): TextForm {
  const between = delimiter.charCodeAt(0)
  const text: TextForm['text'] = (out, from, start, end) => csvText(out, from, start, end, between)
  return {
    none: '',
    quote: '',
    odd: (out, value) => out.ascii(String(value)),
    text,
    json(column, cell) {
      return cell(this, column)
    },
    nested(column) {
      const scratch = new ByteText(256)
      const write: Cell = jsonForm.nested(column)
      return (out, i) => {
        scratch.at = 0
        write(scratch, i)
        text(out, scratch.bytes, 0, scratch.at)
      }
    },
  }
}

function csvText(out: ByteText, from: Uint8Array, start: number, end: number, delimiter: number): void {
  out.room(2 * (end - start) + 2)
  const { bytes } = out
  const begins = out.at
  let at = begins
  // As if no quotes were needed; where one is, it begins anew.
  let plain = end > start
  for (let i = start; plain && i < end; i++) {
    const byte = from[i] as number
    plain = byte !== quote && byte !== delimiter && byte !== 0x0a && byte !== 0x0d
    bytes[at++] = byte
  }
  if (!plain) {
    at = begins
    bytes[at++] = quote
    for (let i = start; i < end; i++) {
      const byte = from[i] as number
      if (byte === quote) bytes[at++] = quote
      bytes[at++] = byte
    }
    bytes[at++] = quote
  }
  out.at = at
}
