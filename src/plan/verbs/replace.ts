import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, type LiteralNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { columnOf, passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns } from '../problem.ts'
import { project } from './select.ts'

export interface ReplaceArgs {
  /** Column -> pairs of an old and a new value; NULL may be either. */
  readonly values: Readonly<Record<string, readonly (readonly [from: LiteralNode, to: LiteralNode])[]>>
}

/**
 * Replaces values of columns by others; values that are not named stay. All are replaced at once, so that two values may change places.
 *
 * @throws plan.unknown-column, expr.type when a value is of another family than its column
 */
export function replace(input: Plan, args: ReplaceArgs, at?: CallSite): Plan {
  const values = new Map(Object.entries(args.values))
  if (input.open) return defer('replace', [input], args, input.fields, at)
  needColumns(input.fields, values.keys(), at)
  const columns = input.fields.map(field => {
    const pairs = values.get(field.name)
    if (pairs === undefined || pairs.length === 0) return passing(field)
    const column = columnOf(field)
    const branches = pairs.flatMap(([from, to]): ExprNode[] => [
      from.value === null ? callNode('isNull', [column]) : callNode('eq', [column, from]),
      to,
    ])
    // When the NULLs are replaced too, no NULL is left but those that were asked for.
    const last =
      pairs.some(([from]) => from.value === null) && field.nullable ? callNode('coalesce', [column, ...firstValue(pairs)]) : column
    return { name: field.name, expr: callNode('case', [...branches, last]) }
  })
  return project(input, columns, at)
}

/** What NULL becomes: the rows it stands for are decided before, here it only tells the type that there is no NULL. */
function firstValue(pairs: readonly (readonly [LiteralNode, LiteralNode])[]): LiteralNode[] {
  return pairs.filter(([from, to]) => from.value === null && to.value !== null).map(([, to]) => to)
}
