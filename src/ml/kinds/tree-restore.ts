import type { TreeTable } from '../trees/index.ts'
import type { Stored, Tensor } from './kind.ts'
import { integersIn, labelsIn, numbersIn, textsIn } from './restore.ts'
import type { TreeEnsembleState } from './tree-ensemble.ts'

/** Shares of a leaf add up to 1, but for rounding. */
const rounding = 1e-6

/** The arrays as tensors, the rest as JSON. */
export function storeTrees({ features, classes, trees, importance }: TreeEnsembleState): Stored {
  const vector = (values: Float64Array | Int32Array): Tensor => ({ shape: [values.length], values })
  return {
    json: { features, ...(classes === undefined ? {} : { classes }) },
    tensors: {
      starts: vector(trees.starts),
      asks: vector(trees.features),
      thresholds: vector(trees.thresholds),
      rights: vector(trees.rights),
      values: { shape: [trees.values.length / trees.outputs, trees.outputs], values: trees.values },
      importance: vector(Float64Array.from(importance)),
    },
  }
}

/** The state again: after it every walk ends in a leaf, whoever wrote the file. @throws Error saying what is wrong */
export function restoreTrees(stored: Stored, role: 'classifier' | 'regressor'): TreeEnsembleState {
  const features = textsIn(stored, 'features')
  const classes = role === 'classifier' ? labelsIn(stored, 'classes') : undefined
  const outputs = classes?.length ?? 1
  const starts = integersIn(stored, 'starts', lengthOf(stored, 'starts'))
  const nodes = starts[starts.length - 1] ?? 0
  if (starts.length < 2 || starts[0] !== 0 || nodes < 1) throw new Error('starts do not begin with 0 and end after a node')
  const asks = integersIn(stored, 'asks', nodes)
  const rights = integersIn(stored, 'rights', nodes)
  const thresholds = numbersIn(stored, 'thresholds', [nodes])
  let leaves = 0
  for (let tree = 0; tree + 1 < starts.length; tree++)
    leaves = checkTree({ asks, rights, width: features.length }, starts[tree] as number, starts[tree + 1] as number, leaves)
  const values = numbersIn(stored, 'values', [leaves, outputs])
  if (classes !== undefined) checkShares(values, outputs)
  const trees: TreeTable = Object.freeze({ starts, features: asks, thresholds, rights, values, outputs })
  const importance = Object.freeze([...numbersIn(stored, 'importance', [features.length])])
  if (importance.some(share => share < 0)) throw new Error('importance holds a number below 0')
  return Object.freeze({ features, ...(classes === undefined ? {} : { classes }), trees, importance })
}

interface Nodes {
  readonly asks: Int32Array
  readonly rights: Int32Array
  readonly width: number
}

/**
 * Walks a tree in preorder: what follows a leaf must be the right child that was named last, and nothing may be left over at the end. So every node has one
 * parent, which stands before it. Gives the number of leaves up to here.
 */
function checkTree({ asks, rights, width }: Nodes, from: number, to: number, leavesBefore: number): number {
  if (!(from < to && to <= asks.length)) throw new Error(`starts are not in order: a tree from ${from} to ${to} of ${asks.length} nodes`)
  const named: number[] = []
  let leaves = leavesBefore
  for (let node = from; node < to; node++) {
    const ask = asks[node] as number
    const right = rights[node] as number
    if (ask >= width || ask < -1) throw new Error(`node ${node} asks for feature ${ask} of ${width}`)
    if (ask >= 0) {
      if (!(right > node + 1 && right < to)) throw new Error(`node ${node} has a right child ${right} outside its tree`)
      named.push(right)
      continue
    }
    if (right !== leaves) throw new Error(`leaf ${node} has values ${right}, not ${leaves}`)
    leaves++
    const next = named.pop() ?? to
    if (next !== node + 1) throw new Error(`nodes out of order: after leaf ${node} should come ${next}`)
  }
  return leaves
}

function checkShares(values: Float64Array, outputs: number): void {
  for (let leaf = 0; leaf < values.length; leaf += outputs) {
    let sum = 0
    for (let output = 0; output < outputs; output++) {
      const share = values[leaf + output] as number
      if (share < 0 || share > 1) throw new Error(`leaf ${leaf / outputs} has a share of ${share}`)
      sum += share
    }
    if (Math.abs(sum - 1) > rounding) throw new Error(`leaf ${leaf / outputs} has shares that add up to ${sum}`)
  }
}

function lengthOf(stored: Stored, key: string): number {
  return (Object.hasOwn(stored.tensors, key) ? stored.tensors[key]?.values.length : undefined) ?? 0
}
