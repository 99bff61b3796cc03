/** An SQL text as an expression: `sql('float64')`...``. Only the pieces of the template are SQL; what stands between them are operands. */
import type { DataType } from '../schema/index.ts'
import { callNode } from './call-node.ts'
import { literalNode } from './literal.ts'
import type { CallNode, ExprNode } from './node.ts'
import { exprOf } from './operand.ts'
import { problem } from './problem.ts'

/**
 * A fragment as a node. `parts` stand between the pieces: expressions, constants, and arrays of constants, which become a list in brackets for `in`.
 *
 * @throws expr.literal for what is no value, expr.argument for an empty list
 */
export function fragmentNode(pieces: readonly string[], parts: readonly unknown[], to: DataType): CallNode {
  const strings: string[] = [pieces[0] ?? '']
  const args: ExprNode[] = []
  const put = (node: ExprNode, before: string): void => {
    strings[strings.length - 1] += before
    strings.push('')
    args.push(node)
  }
  for (const [index, part] of parts.entries()) {
    if (Array.isArray(part)) {
      if (part.length === 0) throw problem('expr.argument', `value ${index + 1} of the SQL fragment is an empty list`)
      part.forEach((item, at) => put(item === null ? literalNode(null) : exprOf(item), at === 0 ? '(' : ', '))
      strings[strings.length - 1] += ')'
    } else put(part === null ? literalNode(null) : exprOf(part), '')
    strings[strings.length - 1] += pieces[index + 1] ?? ''
  }
  if (strings.join('').trim() === '' && args.length === 0) throw problem('expr.argument', 'SQL fragment without a text')
  return callNode('sql', args, { strings, to })
}
