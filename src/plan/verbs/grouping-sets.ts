import type { CallSite } from '../../errors/index.ts'
import { nullableTotals } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { fieldFrom, unknownField } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needDistinct, problem } from '../problem.ts'
import { type ColumnPick, nameOf, namedColumns } from './select.ts'

export interface GroupingSetsArgs {
  readonly keys: readonly ColumnPick[]
  readonly aggs: readonly Named[]
  /** Each set as places of keys. */
  readonly sets: readonly (readonly number[])[]
  /** A column, after the keys, with the names of the keys that a row is grouped by. */
  readonly level?: string | undefined
}

const most = 1024

/**
 * Rows grouped once by each set of keys, in one pass; a key that is not in a set is NULL in its rows. The set without keys is the total, which is there for an
 * empty table too.
 *
 * @throws plan.unknown-column, plan.duplicate-column, plan.argument
 */
export function groupingSets(input: Plan, args: GroupingSetsArgs, at?: CallSite): Plan {
  const { keys, aggs, sets, level } = args
  if (keys.length === 0) throw problem('plan.argument', 'grouping sets need a key', at)
  if (sets.length === 0 || sets.length > most) throw problem('plan.argument', `grouping sets are from 1 to ${most}, not ${sets.length}`, at)
  const names = [...keys.map(nameOf), ...(level === undefined ? [] : [level]), ...aggs.map(agg => agg.name)]
  needDistinct(names, at, 'a key is in the result already: give the aggregate another name')
  if (input.open) return defer('groupingSets', [input], args, names.map(unknownField), at)
  const named = namedColumns(input, keys, at)
  const everywhere = named.map((_, place) => sets.every(set => set.includes(place)))
  const made = sets.every(set => set.length > 0) ? aggs : aggs.map(agg => ({ name: agg.name, expr: nullableTotals(agg.expr) }))
  const fields = [
    ...named.map((key, place) => {
      const field = fieldFrom(key.name, key.expr)
      return everywhere[place] === true ? field : { ...field, nullable: true }
    }),
    ...(level === undefined ? [] : [{ name: level, type: 'string', nullable: false } as const]),
    ...made.map(agg => fieldFrom(agg.name, agg.expr)),
  ]
  return { node: 'aggregate', input, keys: named, aggs: made, sets, ...(level === undefined ? {} : { level }), fields, open: false, at }
}

/** All keys, then one less from the end each time, down to none: subtotals and the total. */
export function rollupSets(keys: number): number[][] {
  return Array.from({ length: keys + 1 }, (_, less) => Array.from({ length: keys - less }, (_, place) => place))
}

/** Every choice of keys, from all to none. */
export function cubeSets(keys: number): number[][] {
  const choices = 2 ** keys
  return Array.from({ length: choices }, (_, mask) =>
    Array.from({ length: keys }, (_, place) => place).filter(place => (mask & (1 << (keys - 1 - place))) === 0),
  )
}
