import type { CallSite } from '../../errors/index.ts'
import { callNode, literalNode, operandType } from '../../expr/index.ts'
import { type DataType, type Field, printField, sameType, type Schema } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf, isPassing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { problem } from '../problem.ts'
import { project } from './select.ts'

export interface UnionArgs {
  readonly other: Plan
  /** All of the others, when there are several; `other` is the first of them. */
  readonly others?: readonly Plan[] | undefined
  /** A column that one side lacks: an error (default), or NULL in its rows. */
  readonly missing?: 'fail' | 'null' | undefined
}

/**
 * The rows of all; columns are matched by name and keep the order of the first, those that only others have come last. Numbers of different types become the type
 * that holds both.
 *
 * @throws plan.type naming every column that one side lacks or has with another type
 */
export function union(input: Plan, args: UnionArgs, at?: CallSite): Plan {
  const { missing = 'fail' } = args
  const plans = [input, ...(args.others ?? [args.other])]
  const known = plans.find(plan => !plan.open) ?? input
  if (plans.some(plan => plan.open)) return defer('union', plans, args.missing === undefined ? {} : { missing }, known.fields, at)
  const fields = commonFields(plans, { verb: 'union', missing }, at)
  return { node: 'union', inputs: plans.map(plan => aligned(plan, fields, at)), fields, open: false, at }
}

/**
 * The columns in which the rows of several tables can stand below each other.
 *
 * @throws plan.type naming every column that does not fit
 */
export function commonFields(
  plans: readonly Plan[],
  { verb, missing }: { readonly verb: string; readonly missing: 'fail' | 'null' },
  at: CallSite | undefined,
): Schema {
  const wrong: string[] = []
  const made = new Map<string, Field>()
  for (const [index, plan] of plans.entries()) {
    const own = new Set(plan.fields.map(field => field.name))
    for (const name of made.keys()) {
      const field = made.get(name)
      if (own.has(name) || field === undefined) continue
      if (missing === 'fail') wrong.push(`${name} is missing on the other side`)
      else made.set(name, { ...field, nullable: true })
    }
    for (const field of plan.fields) {
      const before = made.get(field.name)
      if (before === undefined) {
        if (index > 0 && missing === 'fail') wrong.push(`${field.name} is missing on this side`)
        made.set(field.name, index > 0 ? { ...field, nullable: true } : field)
        continue
      }
      const type = operandType(before.type, field.type)
      if (type === undefined) wrong.push(`${printField(before)} and ${printField(field)}`)
      else made.set(field.name, { name: field.name, type, nullable: before.nullable || field.nullable })
    }
  }
  if (wrong.length === 0) return [...made.values()]
  throw problem('plan.type', `${verb} needs the same columns on both sides: ${[...new Set(wrong)].join('; ')}`, at, {
    details: { wrong },
    ...(verb === 'union' && wrong.some(text => text.includes(' is missing ')) ? { hint: "fill them with NULL: { missing: 'null' }" } : {}),
  })
}

/** The columns in this order and with these types; those that are not there are NULL. */
export function aligned(plan: Plan, fields: Schema, at: CallSite | undefined): Plan {
  const own = new Map(plan.fields.map(field => [field.name, field]))
  const columns = fields.map(({ name, type }) => {
    const field = own.get(name)
    if (field === undefined) return { name, expr: nothing(type) }
    return { name, expr: sameType(type, field.type) ? columnOf(field) : callNode('cast', [columnOf(field)], { to: type }) }
  })
  const unchanged =
    columns.length === plan.fields.length && columns.every((column, index) => isPassing(column) && column.name === plan.fields[index]?.name)
  return unchanged ? plan : project(plan, columns, at)
}

function nothing(type: DataType) {
  return { ...literalNode(null), type }
}
