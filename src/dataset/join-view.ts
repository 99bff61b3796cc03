import { didYouMean } from '../errors/index.ts'
import { misuse, type Plan } from '../plan/index.ts'

/**
 * The columns of one side of a join under their own names, though they stand in the joined row under others.
 *
 * @param names own name -> name in the joined row; undefined for a side whose columns are not known yet
 */
export function sideView(joined: object, side: 'left' | 'right', names: ReadonlyMap<string, string> | undefined): object {
  return new Proxy(Object.create(null) as object, {
    get(_target, name) {
      if (typeof name === 'symbol' || name === 'then') return undefined
      const other = names === undefined ? name : names.get(name)
      if (other === undefined) {
        const have = [...(names ?? new Map<string, string>()).keys()]
        throw misuse(
          `unknown column of the ${side} side: ${name} (have ${have.join(', ')})`,
          didYouMean([name], have),
          'plan.unknown-column',
        )
      }
      return (joined as Readonly<Record<string, unknown>>)[other]
    },
  })
}

/** Own name -> name in the joined row, for both sides of a join by condition. */
export function joinedNames(
  left: Plan,
  right: Plan,
  suffix: string,
): Readonly<Record<'left' | 'right', ReadonlyMap<string, string> | undefined>> {
  const taken = new Set(left.fields.map(field => field.name))
  const own = new Map(left.fields.map(field => [field.name, field.name]))
  const others = new Map(right.fields.map(field => [field.name, taken.has(field.name) ? `${field.name}${suffix}` : field.name]))
  return { left: left.open ? undefined : own, right: right.open ? undefined : others }
}
