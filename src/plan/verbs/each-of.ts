import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { freeName, passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { explode } from './explode.ts'
import { project } from './select.ts'

/** A table with one row per name for each row of the input, read once. */
export interface EachOf {
  readonly plan: Plan
  /** The name of the row. */
  readonly item: ExprNode
  /** The expression that belongs to the row's name. */
  readonly choose: (exprs: ReadonlyMap<string, ExprNode>) => ExprNode
}

/** Repeats every row once per name: a constant text is split into the names and exploded, so that no engine needs a node of its own for it. */
export function eachOf(input: Plan, names: readonly string[], at: CallSite | undefined): EachOf {
  const separator = freeText(names)
  const column = freeName(input.fields, 'item')
  const list = callNode('split', [literalNode(names.join(separator))], { separator })
  const listed = project(input, [...input.fields.map(passing), { name: column, expr: list }], at)
  const plan = explode(listed, { column }, at)
  const item: ExprNode = callNode('coalesce', [{ op: 'column', name: column, type: 'string', nullable: true }, literalNode('')])
  return {
    plan,
    item,
    choose: exprs => {
      const args = [...exprs].flatMap(([name, expr]) => [callNode('eq', [item, literalNode(name)]), expr])
      const last = args.pop()
      // The last name is the `otherwise`: one branch less, and a value that is never NULL stays so.
      args.pop()
      return args.length === 0 ? (last ?? literalNode(null)) : callNode('case', last === undefined ? args : [...args, last])
    },
  }
}

/** A separator that is in none of the names. */
function freeText(names: readonly string[]): string {
  let separator = '\u001f'
  while (names.some(name => name.includes(separator))) separator += '\u001f'
  return separator
}
