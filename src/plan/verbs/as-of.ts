import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode, operandType } from '../../expr/index.ts'
import { type DataType, type Field, familyOf, printField, type Schema } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { distance } from '../distance.ts'
import { columnOf, freeName, mergeFields, passing } from '../fields.ts'
import { joinFields, rightColumns } from '../join-fields.ts'
import type { AsOfNode, Named, Plan } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'
import { filter } from './filter.ts'
import { checkKeys, checkNames } from './join.ts'
import { project } from './select.ts'

const dayMicros = 86_400_000_000

export type AsOfDirection = 'backward' | 'forward' | 'nearest'
export interface AsOfArgs {
  readonly other: Plan
  /** Left name and right name of each key that must be equal. May be empty. */
  readonly on: readonly (readonly [left: string, right: string])[]
  /** The moments, or numbers, that are compared. */
  readonly by: readonly [left: string, right: string]
  /** Default: backward. */
  readonly direction?: AsOfDirection | undefined
  /** A partner further away does not count: microseconds of moments, or a difference of numbers. */
  readonly within?: number | undefined
  /** Whether a row at the very moment counts. Default: true. */
  readonly exact?: boolean | undefined
  /** `left` (default) keeps rows without a partner, `inner` drops them. */
  readonly how?: 'left' | 'inner' | undefined
  readonly suffix?: string | undefined
}

/**
 * Each row with the nearest row of the other side: at or before its moment, at or after it, or on either side, where of two that are as near it is the earlier.
 *
 * Keys with a NULL and moments that are NULL have no partner. Of several right rows of one key and moment it may be any.
 *
 * @throws plan.unknown-column, plan.type when keys or moments cannot be compared, plan.duplicate-column when both sides have a column and there is no suffix
 */
export function joinAsOf(input: Plan, args: AsOfArgs, at?: CallSite): Plan {
  const { other, on, by, direction = 'backward', within, exact = true, how = 'left', suffix = '' } = args
  if (within !== undefined && !(Number.isFinite(within) && within >= 0))
    throw problem('plan.argument', `within is no distance from 0: ${within}`, at)
  if (input.open || other.open) {
    const { other: _, ...rest } = args
    return defer('joinAsOf', [input, other], rest, mergeFields(other.fields, input.fields), at)
  }
  checkKeys(input.fields, other.fields, on, 'left', at)
  checkMoments(input.fields, other.fields, by, at)
  if (direction === 'nearest' && !exact)
    throw problem('plan.argument', 'the nearest row may be at the very moment: exact: false goes with backward or forward', at)
  const [moment, otherMoment] = by
  // The right moment is a column of the join under a name that nobody has, so that it can be looked at and left out.
  const hidden = freeName([...input.fields, ...other.fields], 'partnerAt')
  const rest = other.fields.filter(field => field.name !== otherMoment || on.some(pair => pair[1] === otherMoment))
  checkNames(input.fields, rest, on, 'left', suffix, at)
  const added = rightColumns(input.fields, rest, on, 'left', suffix)
  // Keys keep their names unless a column of the right side gets such a name by its suffix.
  const keys = on.map(([, name], index) =>
    added.some(column => column.name === name) ? freeName([...added, ...other.fields], `key${index}`) : name,
  )
  const pairs = on.map(([name], index): readonly [string, string] => [name, keys[index] ?? name])
  const named = (mark: string): Plan =>
    project(
      other,
      [
        ...on.map(([, name], index) => ({ name: keys[index] ?? name, expr: columnOf(fieldNamed(other.fields, name)) })),
        ...added.map(({ from, name }) => ({ name: `${name}${mark}`, expr: columnOf(from) })),
        { name: `${hidden}${mark}`, expr: columnOf(fieldNamed(other.fields, otherMoment)) },
      ],
      at,
    )
  const side = (left: Plan, towards: 'backward' | 'forward', mark: string): AsOfNode => {
    const right = named(mark)
    const fields = joinFields(left.fields, right.fields, pairs, 'left', '')
    return {
      node: 'asOf',
      left,
      right,
      on: pairs,
      by: [moment, `${hidden}${mark}`],
      direction: towards,
      strict: !exact,
      suffix: '',
      fields,
      open: false,
      at,
    }
  }
  const first = side(input, direction === 'forward' ? 'forward' : 'backward', '')
  const mark = freeMark([...first.fields])
  const both = direction === 'nearest' ? side(first, 'forward', mark) : first
  const column = (name: string): ExprNode => columnOf(fieldNamed(both.fields, name))
  const own = column(moment)
  const near = (partner: ExprNode, later: boolean): ExprNode | undefined => {
    if (within === undefined) return undefined
    const [from, to] = later ? [own, partner] : [partner, own]
    // Days are counted in days.
    const reach = own.type === 'date' && partner.type === 'date' ? within / dayMicros : within
    return callNode('lte', [distance(from, to), literalNode(reach)])
  }
  const choose = (name: string): ExprNode => {
    if (direction !== 'nearest') return onlyIf(near(column(hidden), direction === 'forward'), column(name))
    const [before, after] = [column(hidden), column(`${hidden}${mark}`)]
    const nearer = callNode('lt', [distance(own, after), distance(before, own)])
    const isAfter = callNode('or', [callNode('isNull', [before]), nearer])
    return callNode('case', [isAfter, onlyIf(near(after, true), column(`${name}${mark}`)), onlyIf(near(before, false), column(name))])
  }
  const columns: Named[] = [...input.fields.map(passing), ...added.map(({ name }) => ({ name, expr: choose(name) }))]
  if (how === 'left') return project(both, columns, at)
  const found = freeName(first.fields, 'found')
  const all = project(both, [...columns, { name: found, expr: callNode('isNotNull', [choose(hidden)]) }], at)
  const kept = filter(all, { where: { op: 'column', name: found, type: 'boolean', nullable: false } }, at)
  const nullable = new Map(rest.map(field => [field.name, field.nullable]))
  const fields = all.fields
    .filter(field => field.name !== found)
    .map(field => {
      const from = added.find(({ name }) => name === field.name)?.from
      return from === undefined ? field : { ...field, nullable: nullable.get(from.name) ?? true }
    })
  return { ...project(kept, all.fields.filter(field => field.name !== found).map(passing), at), fields }
}

function onlyIf(condition: ExprNode | undefined, value: ExprNode): ExprNode {
  return condition === undefined ? value : callNode('case', [condition, value, { ...literalNode(null), type: value.type }])
}

function fieldNamed(fields: Schema, name: string): Field {
  return fields.find(field => field.name === name) ?? { name, type: 'unknown', nullable: true }
}

/** What is put behind the names of a second right side, so that they meet no other. */
function freeMark(fields: Schema): string {
  let mark = '~after'
  while (fields.some(field => field.name.endsWith(mark))) mark = `${mark}_`
  return mark
}

/** Throws where they are neither numbers nor moments of one kind. */
function checkMoments(left: Schema, right: Schema, [a, b]: AsOfArgs['by'], at: CallSite | undefined): void {
  needColumns(left, [a], at)
  needColumns(right, [b], at)
  const [one, two] = [fieldNamed(left, a), fieldNamed(right, b)]
  const families = [one.type, two.type].map((type: DataType) => familyOf(type))
  const ordered = families.every(family => family === 'number' || family === 'time')
  if (!ordered || operandType(one.type, two.type) === undefined)
    throw problem('plan.type', `columns that cannot be compared in time: ${printField(one)} and ${printField(two)}`, at, {
      hint: 'both are numbers, or moments of one type: cast one side',
    })
}
