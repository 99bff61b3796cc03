import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import type { DataType } from '../../schema/index.ts'
import type { TreeTable } from '../trees/index.ts'
import type { Label } from './kind.ts'
import type { TreeEnsembleState } from './tree-ensemble.ts'

/** Larger models are left to `predict`: engines take long to plan so large an expression. */
const mostNodes = 2_000
/** Engines bound how deep an expression may be; a sum is as deep as it has trees. */
const mostDepth = 400

/**
 * The prediction as nested `case` expressions: of regressors, and of classifiers of one tree. Undefined for others, and where there are more than 2,000 nodes or
 * the expression would be too deep.
 *
 * @param type of the prediction
 */
export function expressTrees(
  state: TreeEnsembleState,
  column: (name: string) => ExprNode,
  type: DataType,
): ReadonlyMap<string, ExprNode> | undefined {
  const { trees, classes } = state
  const count = trees.starts.length - 1
  if (trees.features.length > mostNodes || count + deepest(trees) > mostDepth) return undefined
  if (classes !== undefined && count > 1) return undefined
  const inputs = state.features.map(column)
  // A leaf of -0 counts as 0, as in a sum that begins with 0.
  const leaf = (place: number): ExprNode =>
    classes === undefined
      ? literalNode((trees.values[place] as number) + 0, type)
      : literalNode(classes[firstLargest(trees, place)] as Label, type)
  const each = Array.from({ length: count }, (_, tree) => treeNode(trees, inputs, leaf, trees.starts[tree] as number))
  const sum = each.reduce((left, right) => callNode('add', [left, right]))
  const mean = classes === undefined ? callNode('div', [sum, literalNode(count, 'float64')]) : sum
  return new Map([['prediction', whereKnown(inputs, mean, type)]])
}

function treeNode(trees: TreeTable, inputs: readonly ExprNode[], leaf: (place: number) => ExprNode, node: number): ExprNode {
  const feature = trees.features[node] as number
  const right = trees.rights[node] as number
  if (feature < 0) return leaf(right)
  const condition = callNode('lte', [inputs[feature] as ExprNode, literalNode(trees.thresholds[node] as number, 'float64')])
  return callNode('case', [condition, treeNode(trees, inputs, leaf, node + 1), treeNode(trees, inputs, leaf, right)])
}

/** NULL where an input is NULL, NaN (a label: NULL) where one is NaN: a comparison alone would send such rows right. */
function whereKnown(inputs: readonly ExprNode[], value: ExprNode, type: DataType): ExprNode {
  const nulls = inputs.filter(input => input.nullable).map(input => callNode('isNull', [input]))
  const branches: ExprNode[] = []
  if (nulls.length > 0) branches.push(some(nulls), literalNode(null, type))
  branches.push(some(inputs.map(input => callNode('isNan', [input]))), literalNode(type === 'float64' ? Number.NaN : null, type))
  return callNode('case', [...branches, value])
}

function some(conditions: readonly ExprNode[]): ExprNode {
  return conditions.length === 1 ? (conditions[0] as ExprNode) : callNode('or', conditions)
}

function firstLargest({ values, outputs }: TreeTable, leaf: number): number {
  let best = 0
  for (let output = 1; output < outputs; output++)
    if ((values[leaf * outputs + output] as number) > (values[leaf * outputs + best] as number)) best = output
  return best
}

/** The most questions between a root and a leaf. */
function deepest({ features, rights }: TreeTable): number {
  const depths = new Int32Array(features.length)
  let most = 0
  for (let node = 0; node < features.length; node++) {
    const depth = depths[node] as number
    if (depth > most) most = depth
    if ((features[node] as number) < 0) continue
    depths[node + 1] = depth + 1
    depths[rights[node] as number] = depth + 1
  }
  return most
}
