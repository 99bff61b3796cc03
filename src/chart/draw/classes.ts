/** Amounts in six classes, each a colour. */
import { figure } from '../figures.ts'
import { amountClasses } from './paint.ts'

export interface Classes {
  of(value: number): number
  /** The classes that occur, with the values they end at. */
  readonly legend: readonly { readonly index: number; readonly label: string }[]
}

/**
 * Rows are counted from zero by the root, so that thin parts are seen beside thick ones; other amounts from the least to the greatest in equal steps.
 */
export function classesOf(values: readonly number[], counted: boolean): Classes {
  const known = values.filter(Number.isFinite)
  const greatest = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const least = counted ? 0 : known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const spread = greatest - least
  const end = (index: number): number => {
    const share = (index + 1) / amountClasses
    const limit = least + spread * (counted ? share * share : share)
    return index === amountClasses - 1 ? greatest : counted ? Math.floor(limit) : limit
  }
  const ends = Array.from({ length: amountClasses }, (_, index) => end(index))
  const of = (value: number): number => {
    if (!(spread > 0)) return amountClasses - 1
    const found = ends.findIndex(limit => value <= limit)
    return found === -1 ? amountClasses - 1 : found
  }
  const used = new Set(known.map(of))
  return {
    of,
    legend: ends.flatMap((limit, index) => (used.has(index) ? [{ index, label: `to ${figure(Number(limit.toPrecision(3)))}` }] : [])),
  }
}
