import type { GrownTrees } from './tree-table.ts'

/**
 * The answers of the tasks of a forest as one, in the order of the tasks.
 *
 * @throws RangeError when there is none
 */
export function joinTrees(parts: readonly GrownTrees[]): GrownTrees {
  const [first] = parts
  if (first === undefined) throw new RangeError('no trees to join')
  if (parts.length === 1) return first
  const { outputs } = first
  const trees = total(parts, part => part.starts.length - 1)
  const nodes = total(parts, part => part.features.length)
  const joined: GrownTrees = {
    starts: new Int32Array(trees + 1),
    features: new Int32Array(nodes),
    thresholds: new Float64Array(nodes),
    rights: new Int32Array(nodes),
    values: new Float64Array(total(parts, part => part.values.length)),
    outputs,
    gains: new Float64Array(total(parts, part => part.gains.length)),
  }
  const at = { tree: 0, node: 0, value: 0, gain: 0 }
  for (const part of parts) {
    const leaf = at.value / outputs
    joined.features.set(part.features, at.node)
    joined.thresholds.set(part.thresholds, at.node)
    joined.values.set(part.values, at.value)
    joined.gains.set(part.gains, at.gain)
    for (let node = 0; node < part.features.length; node++)
      joined.rights[at.node + node] = (part.rights[node] as number) + ((part.features[node] as number) < 0 ? leaf : at.node)
    for (let tree = 1; tree < part.starts.length; tree++) joined.starts[at.tree + tree] = (part.starts[tree] as number) + at.node
    at.tree += part.starts.length - 1
    at.node += part.features.length
    at.value += part.values.length
    at.gain += part.gains.length
  }
  return joined
}

function total(parts: readonly GrownTrees[], of: (part: GrownTrees) => number): number {
  return parts.reduce((sum, part) => sum + of(part), 0)
}
