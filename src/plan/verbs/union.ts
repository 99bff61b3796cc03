import type { CallSite } from '../../errors/index.ts'
import { callNode, operandType } from '../../expr/index.ts'
import { type DataType, printField, sameType } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf, isPassing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { problem } from '../problem.ts'
import { project } from './select.ts'

export interface UnionArgs {
  readonly other: Plan
}

/**
 * The rows of both; columns are matched by name and keep the order of the first. Numbers of different types become the type that holds both.
 *
 * @throws plan.type naming every column that one side lacks or has with another type
 */
export function union(input: Plan, args: UnionArgs, at?: CallSite): Plan {
  const { other } = args
  if (input.open || other.open) return defer('union', [input, other], {}, input.open ? other.fields : input.fields, at)
  const others = new Map(other.fields.map(field => [field.name, field]))
  const types = new Map<string, DataType>()
  const wrong: string[] = []
  for (const field of input.fields) {
    const match = others.get(field.name)
    others.delete(field.name)
    if (match === undefined) {
      wrong.push(`${field.name} is missing on the other side`)
      continue
    }
    const type = operandType(field.type, match.type)
    if (type === undefined) wrong.push(`${printField(field)} and ${printField(match)}`)
    else types.set(field.name, type)
  }
  for (const name of others.keys()) wrong.push(`${name} is missing on this side`)
  if (wrong.length > 0)
    throw problem('plan.type', `union needs the same columns on both sides: ${wrong.join('; ')}`, at, { details: { wrong } })
  const names = input.fields.map(field => field.name)
  const inputs = [aligned(input, names, types, at), aligned(other, names, types, at)]
  const nullable = new Set([...input.fields, ...other.fields].filter(field => field.nullable).map(field => field.name))
  const fields = names.map(name => ({ name, type: types.get(name) ?? 'unknown', nullable: nullable.has(name) }))
  return { node: 'union', inputs, fields, open: false, at }
}

/** The columns in this order and with these types. */
function aligned(plan: Plan, names: readonly string[], types: ReadonlyMap<string, DataType>, at: CallSite | undefined): Plan {
  const fields = new Map(plan.fields.map(field => [field.name, field]))
  const columns = names.flatMap(name => {
    const field = fields.get(name)
    if (field === undefined) return []
    const type = types.get(name) ?? field.type
    return [{ name, expr: sameType(type, field.type) ? columnOf(field) : callNode('cast', [columnOf(field)], { to: type }) }]
  })
  const unchanged = columns.every((column, index) => isPassing(column) && column.name === plan.fields[index]?.name)
  return unchanged ? plan : project(plan, columns, at)
}
