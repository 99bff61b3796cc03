/** The values of a column as they are written to text files: one writer a column, made once a batch, without an object per value. */
import { type Column, rawAt, validBit } from '../../../../batch/index.ts'
import { clockText, dateOfDays, decimal, intervalText, unpackInterval } from '../../../../schema/index.ts'
import { ByteText } from './byte-text.ts'

/** Writes the value of row i. */
export type Cell = (out: ByteText, i: number) => void

/** What differs between text formats; digits, days and instants are the same in all. */
export interface TextForm {
  /** NULL. */
  readonly none: string
  /** Set around days, instants and bytes. */
  readonly quote: string
  /** NaN and the infinities. */
  odd(out: ByteText, value: number): void
  /** The UTF-8 bytes `from` to `to` of a text. */
  text(out: ByteText, bytes: Uint8Array, from: number, to: number): void
  /** JSON text: as it is where the format is JSON. */
  json(column: Column, text: (form: TextForm, column: Column) => Cell): Cell
  /** A list, a map or a struct. */
  nested(column: Column): Cell
}

/** The writer of a column. */
export function cellOf(form: TextForm, column: Column): Cell {
  const { validity } = column
  const write = valueOf(form, column)
  if (column.type === 'null') return out => out.ascii(form.none)
  if (validity === undefined) return write
  return (out, i) => (validBit(validity, i) ? write(out, i) : out.ascii(form.none))
}

function valueOf(form: TextForm, column: Column): Cell {
  const { type, data } = column
  if (typeof type === 'object') {
    if ('decimal' in type) return (out, i) => out.ascii(decimal(rawAt(column, i) as bigint, type.decimal[1]).toString())
    return 'enum' in type ? textCell(form, column) : form.nested(column)
  }
  switch (type) {
    case 'string':
    case 'uuid':
      return textCell(form, column)
    case 'json':
      return form.json(column, textCell)
    case 'boolean':
      return (out, i) => out.ascii(data[i] === 1 ? 'true' : 'false')
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
      return (out, i) => out.integer(data[i] as number)
    case 'uint64':
      return (out, i) => out.ascii(String(rawAt(column, i)))
    case 'uint32':
    case 'int64':
    case 'bigint':
      return int64Cell(data as BigInt64Array)
    case 'float32':
    case 'float64':
      return floatCell(form, data as Float64Array)
    case 'date':
      return quoted(form, dayCell(data as Int32Array))
    case 'timestamp':
    case 'datetime':
      return quoted(form, momentCell(data as BigInt64Array, type === 'timestamp' ? 'Z' : ''))
    case 'time':
      return quoted(form, (out, i) => out.ascii(clockText(data[i] as bigint)))
    case 'interval':
      return quoted(form, (out, i) => out.ascii(intervalText(unpackInterval(rawAt(column, i) as bigint))))
    case 'bytes':
      return quoted(form, (out, i) => {
        const bytes = rawAt(column, i) as Uint8Array
        out.ascii(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'))
      })
    case 'null':
    case 'unknown':
      return out => out.ascii(form.none)
  }
}

function textCell(form: TextForm, column: Column): Cell {
  const { dictionary } = column
  if (dictionary !== undefined) {
    const word = textCell(form, dictionary)
    const codes = column.data as Int32Array
    return (out, i) => word(out, codes[i] as number)
  }
  const bytes = column.data as Uint8Array
  const offsets = column.offsets as Int32Array
  return (out, i) => form.text(out, bytes, offsets[i] as number, offsets[i + 1] as number)
}

function quoted(form: TextForm, write: Cell): Cell {
  if (form.quote === '') return write
  const mark = form.quote.charCodeAt(0)
  return (out, i) => {
    out.byte(mark)
    write(out, i)
    out.byte(mark)
  }
}

/** Words of 32 bits, low one first: reading a number out of them makes no bigint. */
function wordsOf(data: BigInt64Array): Int32Array {
  return new Int32Array(data.buffer, data.byteOffset, 2 * data.length)
}

/** The value as a number, where a number holds it; NaN otherwise. */
function numberAt(words: Int32Array, i: number): number {
  const high = words[2 * i + 1] as number
  // 2^53 is 2^21 in the high word.
  if (high >= 0x20_0000 || high < -0x20_0000) return Number.NaN
  return high * 4_294_967_296 + ((words[2 * i] as number) >>> 0)
}

function int64Cell(data: BigInt64Array): Cell {
  const words = wordsOf(data)
  return (out, i) => {
    const value = numberAt(words, i)
    if (Number.isNaN(value)) out.ascii(String(data[i]))
    else out.integer(value)
  }
}

/** JavaScript's digits; -0 has a point, since readers take `-0` for an integer, which has no such zero. */
function floatCell(form: TextForm, data: Float64Array): Cell {
  return (out, i) => {
    const value = data[i] as number
    if (!Number.isFinite(value)) form.odd(out, value)
    else if (Object.is(value, -0)) out.ascii('-0.0')
    else if (Number.isInteger(value) && Math.abs(value) < 1e15) out.integer(value)
    else out.ascii(String(value))
  }
}

/** Days repeat: the text of the last one is kept. */
function dayWriter(): (out: ByteText, day: number) => void {
  let last = Number.NaN
  let text = ''
  return (out, day) => {
    if (day !== last) {
      last = day
      text = dateOfDays(day).toString()
    }
    out.ascii(text)
  }
}

function dayCell(data: Int32Array): Cell {
  const day = dayWriter()
  return (out, i) => day(out, data[i] as number)
}

const dayMicros = 86_400_000_000

/** ISO form with as many digits of the second as there are: `2026-11-21T10:00:00.25Z`. */
function momentCell(data: BigInt64Array, zone: string): Cell {
  const words = wordsOf(data)
  const write = momentWriter(zone)
  // Windows of many keys have the same bounds: the text of the last instant is kept.
  const kept = new ByteText(32)
  let [low, high] = [0, 0]
  return (out, i) => {
    if (kept.at === 0 || low !== words[2 * i] || high !== words[2 * i + 1]) {
      low = words[2 * i] as number
      high = words[2 * i + 1] as number
      kept.at = 0
      const micros = numberAt(words, i)
      // Beyond the year 2255.
      const day = Number.isNaN(micros) ? farDay(data[i] as bigint) : Math.floor(micros / dayMicros)
      const rest = Number.isNaN(micros) ? Number((data[i] as bigint) - BigInt(day) * BigInt(dayMicros)) : micros - day * dayMicros
      write(kept, day, rest)
    }
    out.part(kept)
  }
}

/** Writes an instant: a day, and microseconds of it. */
function momentWriter(zone: string): (out: ByteText, day: number, rest: number) => void {
  const writeDay = dayWriter()
  return (out, day, rest) => {
    const seconds = Math.floor(rest / 1e6)
    let fraction = rest - seconds * 1e6
    writeDay(out, day)
    out.byte(0x54)
    out.padded((seconds / 3600) | 0, 2)
    out.byte(0x3a)
    out.padded(((seconds / 60) | 0) % 60, 2)
    out.byte(0x3a)
    out.padded(seconds % 60, 2)
    if (fraction > 0) {
      let width = 6
      for (; fraction % 10 === 0; fraction /= 10) width--
      out.byte(0x2e)
      out.padded(fraction, width)
    }
    out.ascii(zone)
  }
}

function farDay(micros: bigint): number {
  const by = BigInt(dayMicros)
  return Number(micros / by) - (micros % by < 0n ? 1 : 0)
}
