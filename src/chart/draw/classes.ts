/** Amounts in six classes, each a colour. */
import { figure } from '../figures.ts'
import type { HeatPanel } from '../types.ts'
import { amountClasses, amountInk, type Ink, signedInk } from './paint.ts'

export interface Classes {
  of(value: number): number
  inkOf(index: number): { readonly fill: Ink; readonly text: Ink }
  /** The classes that occur, with the values they end at. */
  readonly legend: readonly { readonly index: number; readonly label: string }[]
}

/**
 * Rows are counted from zero by the root, so that thin parts are seen beside thick ones; shares go from 0 to 1, other amounts from the least to the greatest, in
 * equal steps.
 */
export function classesOf(values: readonly number[], kind: HeatPanel['of'], scale?: HeatPanel['scale']): Classes {
  const known = [...values, ...(scale ?? [])].filter(Number.isFinite)
  if (kind === 'signed') return signedClasses(known)
  const greatest = kind === 'share' ? 1 : known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const least = kind === 'amount' ? known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) : 0
  const end = (index: number): number => {
    const share = (index + 1) / amountClasses
    if (index === amountClasses - 1) return greatest
    return kind === 'rows' ? Math.floor(greatest * share * share) : least + (greatest - least) * share
  }
  const ends = Array.from({ length: amountClasses }, (_, index) => end(index))
  const of = (value: number): number => {
    if (!(greatest > least)) return amountClasses - 1
    const found = ends.findIndex(limit => value <= limit)
    return found === -1 ? amountClasses - 1 : found
  }
  const used = new Set(known.map(of))
  const text = (limit: number): string => (kind === 'share' ? `${Math.round(limit * 100)} %` : figure(Number(limit.toPrecision(3))))
  return { of, inkOf: amountInk, legend: ends.flatMap((limit, index) => (used.has(index) ? [{ index, label: `to ${text(limit)}` }] : [])) }
}

const signedEnds = [-0.6, -0.2, 0.2, 0.6, 1]

/** From -1 to 1: strong and weak on both sides, and what is about zero. */
function signedClasses(known: readonly number[]): Classes {
  const of = (value: number): number => signedEnds.findIndex(limit => value <= limit || limit === 1)
  const used = new Set(known.map(of))
  const legend = signedEnds.flatMap((limit, index) => {
    const from = signedEnds[index - 1] ?? -1
    return used.has(index) ? [{ index, label: `${figure(from)} to ${figure(limit)}` }] : []
  })
  return { of, inkOf: signedInk, legend }
}
