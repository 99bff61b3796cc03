import type { JoinNode } from '../plan/index.ts'
import type { Dialect } from './dialect.ts'
import type { Scope } from './print-expr.ts'

type Sides<T> = readonly [left: T, right: T]

/** The column that says how often the key of a row is there. */
const times = '~times'

/**
 * The sides of a join with what was promised of their keys looked at: a key that is there twice where it may be once fails the statement. A checked side is worked
 * out by itself: what the join knows of its keys must not take rows away before they were counted.
 */
export function checkedSide(plan: JoinNode, sides: Sides<string>, scopes: Sides<Scope>, dialect: Dialect): Sides<string> {
  const { check } = plan
  if (check === undefined) return sides
  const { validate } = check
  const once: Sides<boolean> = [
    validate === 'one-to-one' || validate === 'one-to-many',
    validate === 'one-to-one' || validate === 'many-to-one',
  ]
  const side = (place: 0 | 1): string => {
    if (!once[place] && check.manyToMany !== 'fail') return sides[place]
    const keys = plan.on.map(pair => scopes[place](pair[place]))
    const column = dialect.quoteName(times)
    const counted = `SELECT *, count(*) OVER (PARTITION BY ${keys.join(', ')}) AS ${column} FROM (${sides[place]}) AS t`
    const what = `${shownKey(plan, keys, place, dialect)} || ${dialect.quoteText(` is there `)} || ${dialect.text(column)} || ${dialect.quoteText(` times on the ${place === 0 ? 'left' : 'right'} side`)}`
    const twice = `${column} > 1 AND ${keys.map(key => `${key} IS NOT NULL`).join(' AND ')}`
    const where = once[place] ? ` WHERE CASE WHEN ${twice} THEN ${dialect.twiceError(validate ?? '', what)} ELSE true END` : ''
    // The limit takes all rows: no condition from above is moved below it.
    return `SELECT * FROM ${dialect.fence(`SELECT * FROM (${counted}) AS t${where} LIMIT ${Number.MAX_SAFE_INTEGER}`)}`
  }
  return [side(0), side(1)]
}

/** The condition that fails on a pair whose key is there several times on both sides. */
export function manyToMany(plan: JoinNode, left: Scope, dialect: Dialect): string {
  const [l, r] = [`l.${dialect.quoteName(times)}`, `r.${dialect.quoteName(times)}`]
  const keys = plan.on.map(([name]) => left(name))
  const what = `${shownKey(plan, keys, 0, dialect)} || ${dialect.quoteText(' is there ')} || ${dialect.text(l)} || ${dialect.quoteText(' times on the left and ')} || ${dialect.text(r)} || ${dialect.quoteText(' times on the right side')}`
  return `CASE WHEN ${l} > 1 AND ${r} > 1 AND ${keys.map(key => `${key} IS NOT NULL`).join(' AND ')} THEN ${dialect.twiceError('one to many or many to one', what)} ELSE true END`
}

/** `city Bergen, year 2026`, as SQL text. */
function shownKey(plan: JoinNode, keys: readonly string[], place: 0 | 1, dialect: Dialect): string {
  return keys
    .map((key, index) => `${dialect.quoteText(`${index === 0 ? '' : ', '}${plan.on[index]?.[place]} `)} || ${dialect.text(key)}`)
    .join(' || ')
}
