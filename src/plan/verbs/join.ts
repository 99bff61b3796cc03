import { type CallSite, didYouMean } from '../../errors/index.ts'
import { type ExprNode, literalNode, printExpr, retype } from '../../expr/index.ts'
import { familyOf, printField, sameType, type Schema } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { mergeFields } from '../fields.ts'
import { joinFields, rightColumns } from '../join-fields.ts'
import type { JoinCheckNode, JoinHow, Plan } from '../nodes.ts'
import { have, needColumns, needDistinct, problem } from '../problem.ts'

export interface JoinArgs {
  readonly other: Plan
  /** Left name and right name of each key. */
  readonly on: readonly (readonly [left: string, right: string])[]
  /** Default: inner. */
  readonly how?: JoinHow | undefined
  /** Appended to the right side's columns that the left side has too. */
  readonly suffix?: string | undefined
  /** How often a key may be there; looked at when it runs. */
  readonly validate?: JoinCheckNode['validate']
  /** What to do when a key is there several times on both sides. Default: nothing. */
  readonly manyToMany?: JoinCheckNode['manyToMany']
}
export interface JoinWhereArgs {
  readonly other: Plan
  /** A condition over the columns of the join under their names in the join. Without: every row meets every row. */
  readonly where?: ExprNode | undefined
  readonly suffix?: string | undefined
}

const hows: readonly JoinHow[] = ['inner', 'left', 'right', 'full', 'semi', 'anti']

/**
 * Joins by equal keys. A key that is NULL meets nothing, not even NULL.
 *
 * @throws plan.unknown-column, plan.type when keys cannot be compared, plan.duplicate-column when both sides have a column and there is no suffix
 */
export function join(input: Plan, args: JoinArgs, at?: CallSite): Plan {
  const { other, on, how = 'inner', suffix = '', validate, manyToMany } = args
  if (!hows.includes(how)) throw problem('plan.argument', `no such join: ${String(how)} (have ${hows.join(', ')})`, at)
  if (on.length === 0) throw problem('plan.argument', 'join needs a key', at, { hint: 'joinWhere takes any condition' })
  if ((how === 'semi' || how === 'anti') && manyToMany !== undefined)
    throw problem('plan.argument', `a ${how} join multiplies no rows: onManyToMany means nothing there`, at)
  const check = validate === undefined && manyToMany === undefined ? {} : { check: { validate, manyToMany } }
  if (input.open || other.open)
    return defer('join', [input, other], { on, how, suffix, validate, manyToMany }, openFields(input, other, how), at)
  checkKeys(input.fields, other.fields, on, how, at)
  checkNames(input.fields, other.fields, on, how, suffix, at)
  const fields = joinFields(input.fields, other.fields, on, how, suffix)
  return { node: 'join', left: input, right: other, how, on, suffix, fields, ...check, open: false, at }
}

/**
 * Pairs of rows that meet a condition; the columns of both sides stay.
 *
 * @throws plan.duplicate-column, plan.type
 */
export function joinWhere(input: Plan, args: JoinWhereArgs, at?: CallSite): Plan {
  const { other, suffix = '' } = args
  if (input.open || other.open)
    return defer('joinWhere', [input, other], { where: args.where, suffix }, openFields(input, other, 'inner'), at)
  checkNames(input.fields, other.fields, [], 'inner', suffix, at)
  const fields = joinFields(input.fields, other.fields, [], 'inner', suffix)
  const where = args.where === undefined ? literalNode(true) : retype(args.where, fields, at)
  const family = familyOf(where.type)
  if (family !== 'boolean' && family !== 'unknown') throw problem('plan.type', `condition is no boolean: ${printExpr(where)}`, at)
  return { node: 'join', left: input, right: other, how: 'inner', on: [], suffix, where, fields, open: false, at }
}

function openFields(input: Plan, other: Plan, how: JoinHow): Schema {
  return how === 'semi' || how === 'anti' ? input.fields : mergeFields(other.fields, input.fields)
}

/** Throws where keys are not there, are named twice, or cannot be compared. */
export function checkKeys(left: Schema, right: Schema, on: JoinArgs['on'], how: JoinHow, at: CallSite | undefined): void {
  const [lefts, rights] = [on.map(pair => pair[0]), on.map(pair => pair[1])]
  needColumns(left, lefts, at)
  const missing = rights.filter(name => !right.some(field => field.name === name))
  if (missing.length > 0)
    throw problem('plan.unknown-column', `unknown column of the other side: ${missing.join(', ')} ${have(right)}`, at, {
      details: { missing },
      hint: didYouMean(
        missing,
        right.map(field => field.name),
      ),
    })
  needDistinct(lefts, at)
  needDistinct(rights, at)
  const unlike = on.flatMap(([a, b]) => {
    const [one, two] = [left.find(field => field.name === a), right.find(field => field.name === b)]
    if (one === undefined || two === undefined) return []
    const [first, second] = [familyOf(one.type), familyOf(two.type)]
    const fits = first === second || first === 'unknown' || second === 'unknown'
    // The outer side's key stands in for the other's, so it must be of the very same type.
    const same = (how !== 'right' && how !== 'full') || sameType(one.type, two.type)
    return fits && same ? [] : [`${printField(one)} and ${printField(two)}`]
  })
  if (unlike.length > 0)
    throw problem('plan.type', `keys have different types: ${unlike.join('; ')}`, at, { hint: 'cast one side before the join' })
}

/** Throws where the two sides would make one name twice. */
export function checkNames(left: Schema, right: Schema, on: JoinArgs['on'], how: JoinHow, suffix: string, at: CallSite | undefined): void {
  const added = rightColumns(left, right, on, how, suffix)
  const taken = new Set(left.map(field => field.name))
  const clash = added.filter(column => taken.has(column.name)).map(column => column.name)
  if (clash.length > 0)
    throw problem('plan.duplicate-column', `both sides have these columns: ${clash.join(', ')}`, at, {
      hint: "give a suffix: { suffix: 'Other' }, or rename them",
      details: { names: clash },
    })
  needDistinct(
    added.map(column => column.name),
    at,
    'the suffix makes a name that is there already',
  )
}
