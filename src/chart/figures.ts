/** Numbers and times for people: six digits at most, the same on every machine. */
import { elide, visible } from '../display/index.ts'

const most6 = 6

/** A number with at most six digits that count, a real minus sign, and commas from 10,000 on. */
export function figure(value: number): string {
  return plain(value, Math.abs(value) >= 10_000)
}

/** Numbers of one column: the same number of digits after the point, six digits in all at most. */
export function figures(values: readonly (number | null)[], digits: number = most6): readonly (string | null)[] {
  const known = values.filter(value => value !== null && Number.isFinite(value)) as number[]
  const most = known.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
  const least = known.reduce((a, b) => (b === 0 ? a : Math.min(a, Math.abs(b))), Number.POSITIVE_INFINITY)
  // Numbers of very different size have no common form.
  if (most >= 1e15 || (known.length > 0 && least < 1e-4)) return values.map(value => (value === null ? null : figure(value)))
  const after = known.reduce((a, b) => Math.max(a, fractionOf(Number(b.toPrecision(digits)))), 0)
  const room = Math.max(0, digits - String(Math.trunc(most)).length)
  const shown = Math.min(after, room)
  return values.map(value => {
    if (value === null) return null
    return Number.isFinite(value) ? signed(value.toFixed(shown), most >= 10_000) : figure(value)
  })
}

function plain(value: number, commas: boolean): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return signed(String(value), commas)
  const size = Math.abs(value)
  if (size >= 1e15 || size < 1e-6) return signed(String(Number(value.toPrecision(most6))), false)
  return signed(decimals(Number(value.toPrecision(most6))), commas)
}

function decimals(value: number): string {
  return value.toFixed(fractionOf(value))
}

/** Digits after the point in the shortest form. */
function fractionOf(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  return Math.min(20, Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent)))
}

function signed(text: string, commas: boolean): string {
  const bare = text.replace(/^-/, '')
  const [whole = '', rest] = bare.split('.')
  const grouped = commas ? whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') : whole
  const minus = text.startsWith('-') && /[1-9]/.test(bare) ? '−' : ''
  return `${minus}${grouped}${rest === undefined ? '' : `.${rest}`}`
}

/** `1 row`, `20,640 rows`. */
export function rowsText(rows: number): string {
  return rows === 1 ? '1 row' : `${figure(rows)} rows`
}

/** `0.1234` is `12.3 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

/** Milliseconds since 1970 as `2026-11-21`, with the time of day where it has one. */
export function instant(ms: number): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return `${figure(ms)} ms`
  const [day = '', rest = ''] = date.toISOString().split('T')
  const time = rest.replace(/(:00)?\.000Z$/, '').replace('Z', '')
  return time === '00:00' ? day : `${day} ${time}`
}

/** Facts as sentences: each begins with a capital and ends with a stop. */
export function sentences(facts: readonly string[]): string {
  return facts.map(fact => `${fact.charAt(0).toUpperCase()}${fact.slice(1)}.`).join(' ')
}

/** Text of the data for a label: one line, control characters written out, cut. */
export function labelText(text: string, most = 40): string {
  return elide(visible(text), most)
}

/** A tick of an axis whose ticks are `step` apart: `250k`, `1.5M`, `0.25`. */
export function tick(value: number, step: number): string {
  const size = Math.abs(value)
  if (size >= 1e15 || Math.abs(step) < 1e-9) return figure(value)
  const [least, unit] = units.find(([from]) => size >= from) ?? [1, '']
  const by = least === 1e4 ? 1e3 : least
  const after = Math.min(12, fractionOf(Number((step / by).toPrecision(most6))))
  return `${signed((value / by).toFixed(after), false)}${unit}`
}

// Thousands are written out up to 10,000, so that years stay years.
const units: readonly (readonly [least: number, unit: string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e4, 'k'],
]
