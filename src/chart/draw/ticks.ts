/** Texts at the axes. */
import { widthOf } from '../../display/index.ts'
import { labelText, tick } from '../figures.ts'
import type { Axis } from '../types.ts'

/** Pixels that a text of the drawing takes, about: the fonts of the reader are not known here. */
export function pixelsOf(text: string): number {
  return widthOf(text) * 6.4
}

/** Plot calls it with a tick, its index and all ticks. */
export type TickText = (value: unknown, index: number, all: unknown) => string

/** How ticks of an axis read; categories are cut to so many pixels. */
export function tickText(axis: Axis, pixels = 200): TickText {
  if (axis.kind === 'category') return value => categoryText(axis, Number(value), pixels)
  if (axis.kind === 'time') return (value, index, all) => timeText(toMs(value), index, numbersOf(all))
  if (axis.scale === 'log') return value => tick(Number(value), Number(value))
  return (value, _, all) => tick(Number(value), stepOf(numbersOf(all)))
}

export function categoryText(axis: Axis, index: number, pixels: number): string {
  return labelText(axis.categories?.[index] ?? '', Math.max(3, Math.floor(pixels / 6.4)))
}

function numbersOf(all: unknown): readonly number[] {
  return Array.isArray(all) ? all.map(toMs) : []
}

function toMs(value: unknown): number {
  return value instanceof Date ? value.getTime() : Number(value)
}

function stepOf(ticks: readonly number[]): number {
  const [first, second] = ticks
  return first === undefined || second === undefined || first === second ? Math.abs(first ?? 1) || 1 : Math.abs(second - first)
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const day = 86_400_000

/** Years, months, days or the time of day, by the distance of the ticks; what they belong to stands below the first and where it changes. */
function timeText(ms: number, index: number, all: readonly number[]): string {
  const date = new Date(ms)
  const before = index === 0 ? undefined : new Date(all[index - 1] ?? ms)
  const year = String(date.getUTCFullYear())
  const month = months[date.getUTCMonth()] ?? ''
  const step = stepOf(all)
  const newYear = before === undefined || before.getUTCFullYear() !== date.getUTCFullYear()
  if (step >= 360 * day) return year
  if (step >= 27 * day) return newYear ? `${month}\n${year}` : month
  const ofDay = `${date.getUTCDate()} ${month}`
  if (step >= day) return newYear ? `${ofDay}\n${year}` : ofDay
  const clock = date.toISOString().slice(11, step >= 60_000 ? 16 : step >= 1000 ? 19 : 23)
  const newDay = before === undefined || Math.floor(before.getTime() / day) !== Math.floor(ms / day)
  return newDay ? `${clock}\n${ofDay} ${year}` : clock
}

/** Places of ticks on a log scale: powers of ten, with twos and fives where these are few, at most so many. */
export function logTicks(low: number, high: number, most: number): readonly number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  const decades = Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => first + index)
  const every = Math.max(1, Math.ceil(decades.length / most))
  const factors = decades.length * 3 <= most + 2 ? [1, 2, 5] : [1]
  return decades
    .filter((_, index) => index % every === 0)
    .flatMap(decade => factors.map(factor => Number(`${factor}e${decade}`)))
    .filter(value => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
}
