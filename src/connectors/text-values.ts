/** How the values of a CSV file are written where that is not how everybody writes them: decimal commas, digits in groups, dates of a country. */
import { type DataType, inferSchema, type Schema, setOwn } from '../schema/index.ts'
import { formatPattern } from './time-format.ts'

/** What is done to the texts of a column before they are cast. */
export type TextForm =
  | { readonly number: { readonly decimal: string; readonly thousands?: string | undefined }; readonly pattern: string }
  | { readonly date: string; readonly pattern: string }
  | { readonly timestamp: string; readonly pattern: string }

export interface TextOptions {
  readonly decimal?: string
  readonly thousands?: string
  readonly dateFormat?: string
  readonly timestampFormat?: string
}
type Forms = Readonly<Record<string, TextForm>>

/** The forms of declared columns, by name. */
export function declaredForms(options: TextOptions, schema: Schema): Forms {
  const number = numberForm(options)
  const forms: Record<string, TextForm> = {}
  for (const { name, type } of schema) {
    if (isNumber(type) && number !== undefined) setOwn(forms, name, number)
    if (type === 'date' && options.dateFormat !== undefined) setOwn(forms, name, dateForm(options.dateFormat))
    if ((type === 'timestamp' || type === 'datetime') && options.timestampFormat !== undefined)
      setOwn(forms, name, timestampForm(options.timestampFormat))
  }
  return forms
}

/** The columns of sampled texts and their forms: `inferSchema` over texts as everybody writes them. */
export function inferForms(
  options: TextOptions,
  names: readonly string[],
  columns: readonly (readonly (string | null)[])[],
): { readonly schema: Schema; readonly forms: Forms } {
  const number = numberForm(options)
  const forms: Record<string, TextForm> = {}
  const plain = inferSchema(names, columns)
  const schema = plain.map((field, index) => {
    const texts = (columns[index] ?? []).filter(text => text !== null && text !== '') as string[]
    if (texts.length === 0) return field
    for (const form of [options.dateFormat, options.timestampFormat].map((format, at) =>
      format === undefined ? undefined : at === 0 ? dateForm(format) : timestampForm(format),
    )) {
      if (form === undefined) continue
      const pattern = new RegExp(`^(?:${form.pattern})$`)
      if (!texts.every(text => pattern.test(text))) continue
      setOwn(forms, field.name, form)
      return { ...field, type: 'date' in form ? 'date' : 'timestamp' } as const
    }
    if (number === undefined) return field
    const { decimal, thousands } = number.number
    const pattern = new RegExp(`^(?:${number.pattern})$`)
    if (texts.every(text => pattern.test(text))) {
      const [as] = inferSchema([field.name], [texts.map(text => plainNumber(text, decimal, thousands))])
      if (as !== undefined && isNumber(as.type)) {
        setOwn(forms, field.name, number)
        return { ...field, type: as.type }
      }
      return field
    }
    // Where a comma stands before the fraction, `1.5` is no number.
    return isNumber(field.type) && decimal !== '.' && texts.some(text => text.includes('.')) ? { ...field, type: 'string' as const } : field
  })
  return { schema: Object.freeze(schema), forms }
}

/** What a number looks like, whole: with these signs, and what all write alike (`NaN`, exponents). */
export function numberPattern(decimal: string, thousands: string | undefined): string {
  const whole = thousands === undefined ? '[0-9]+' : `(?:[0-9]{1,3}(?:${quoted(thousands)}[0-9]{3})+|[0-9]+)`
  const fraction = `(?:${quoted(decimal)}[0-9]*)?`
  return ` *[+-]?(?:(?:${whole}${fraction}|${quoted(decimal)}[0-9]+)(?:[eE][+-]?[0-9]+)?|[Nn][Aa][Nn]|[Ii][Nn][Ff](?:[Ii][Nn][Ii][Tt][Yy])?) *`
}

/**
 * The sign before fractions in sampled records: a comma where some column has fractions written with it throughout and none has them with a point.
 *
 * @param rows fields of the records, without the header
 */
export function sniffDecimal(rows: readonly (readonly string[])[]): ',' | undefined {
  const count = rows[0]?.length ?? 0
  const [comma, point] = [new RegExp(`^(?:${numberPattern(',', '.')})$`), new RegExp(`^(?:${numberPattern('.', undefined)})$`)]
  let found = false
  for (let index = 0; index < count; index++) {
    const texts = rows.map(row => row[index]?.trim() ?? '').filter(text => text !== '')
    if (texts.length === 0) continue
    if (texts.every(text => comma.test(text))) found ||= texts.some(text => text.includes(','))
    else if (texts.every(text => point.test(text)) && texts.some(text => text.includes('.'))) return undefined
  }
  return found ? ',' : undefined
}

function plainNumber(text: string, decimal: string, thousands: string | undefined): string {
  const joined = thousands === undefined ? text : text.replaceAll(thousands, '')
  return joined.replace(decimal, '.')
}

function numberForm({ decimal = '.', thousands }: TextOptions): Extract<TextForm, { readonly number: object }> | undefined {
  return decimal === '.' && thousands === undefined
    ? undefined
    : { number: { decimal, thousands }, pattern: numberPattern(decimal, thousands) }
}

function dateForm(format: string): TextForm {
  return { date: format, pattern: formatPattern(format) }
}

function timestampForm(format: string): TextForm {
  return { timestamp: format, pattern: formatPattern(format) }
}

function isNumber(type: DataType): boolean {
  if (typeof type === 'object') return 'decimal' in type
  return /^(u?int(8|16|32|64)|bigint|float(32|64))$/.test(type)
}

function quoted(sign: string): string {
  return sign.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&')
}
