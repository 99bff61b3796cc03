/** Finds the steps of a plan again among the operators that DuckDB says it ran. */
import { inputsOf, type Plan, type ScanNode } from '../../plan/index.ts'

/** An operator of DuckDB's profile. */
export interface Operator {
  readonly operator_name?: string
  readonly operator_type?: string
  /** Rows it gave. */
  readonly operator_cardinality?: number
  /** Seconds on threads, added up. */
  readonly operator_timing?: number
  readonly extra_info?: Readonly<Record<string, string | readonly string[]>>
  readonly children?: readonly Operator[]
}

/** What was found of a step: its operators, its own first, and the rows that came out of the last of them. */
export interface StepOperators {
  readonly names: readonly string[]
  readonly rows: number | undefined
  readonly ms: number
}

/** A step of a plan that is read as a tree, with the leaves below it. */
export interface TreeStep {
  readonly node: Plan
  /** Branches of a join or union are one deeper. */
  readonly depth: number
  readonly leaves: ReadonlySet<number>
}

/** The steps of a plan, the last first; what two steps read stands there twice. */
export function treeOf(plan: Plan): readonly TreeStep[] {
  const steps: { node: Plan; depth: number; leaves: Set<number> }[] = []
  let leaf = 0
  const walk = (node: Plan, depth: number, above: readonly Set<number>[]): void => {
    const leaves = new Set<number>()
    steps.push({ node, depth, leaves })
    const all = [...above, leaves]
    const inputs = inputsOf(node)
    if (inputs.length === 0) {
      for (const set of all) set.add(leaf)
      leaf++
    }
    for (const input of inputs) walk(input, inputs.length === 1 ? depth : depth + 1, all)
  }
  walk(plan, 0, [])
  return steps
}

/** For each step of the tree its operators; undefined for steps that the engine did in the course of another. */
export function alignProfile(tree: readonly TreeStep[], root: Operator): readonly (StepOperators | undefined)[] {
  const operators = flat(root)
  const leaves = tree.filter(step => inputsOf(step.node).length === 0)
  const owner = matchLeaves(
    leaves.map(step => step.node as ScanNode),
    operators.filter(one => (one.operator.children ?? []).length === 0).map(one => one.operator),
  )
  const leavesOf = new Map<Operator, string>()
  for (const { operator, below } of operators) leavesOf.set(operator, keyOf(new Set(below.flatMap(leaf => owner.get(leaf) ?? []))))
  const found = new Map<TreeStep, StepOperators>()
  for (const [key, steps] of Map.groupBy(tree, step => keyOf(step.leaves))) {
    // From the source upwards.
    const own = operators.filter(one => leavesOf.get(one.operator) === key && key !== '').map(one => one.operator)
    for (const [step, at] of alignChain(steps.toReversed(), own.toReversed())) found.set(step, at)
  }
  return tree.map(step => found.get(step))
}

interface Flat {
  readonly operator: Operator
  /** Leaves at or below it. */
  readonly below: readonly Operator[]
}

/** The operators, the last first. */
function flat(operator: Operator): readonly Flat[] {
  const children = operator.children ?? []
  const parts = children.map(child => flat(child))
  const below = children.length === 0 ? [operator] : parts.flatMap(part => part[0]?.below ?? [])
  return [{ operator, below }, ...parts.flat()]
}

function keyOf(leaves: ReadonlySet<number>): string {
  return [...leaves].sort((a, b) => a - b).join(',')
}

/** Which source each leaf of the profile reads: by the files or the table it names, then by order. */
function matchLeaves(scans: readonly ScanNode[], leaves: readonly Operator[]): ReadonlyMap<Operator, number> {
  const owner = new Map<Operator, number>()
  const names = scans.map(({ source }) => {
    const { files, table } = source.options as { readonly files?: readonly string[]; readonly table?: string }
    return files?.[0] ?? table
  })
  for (const [name, places] of Map.groupBy(names.keys(), place => names[place])) {
    if (name === undefined) continue
    const mine = leaves.filter(leaf => !owner.has(leaf) && textsOf(leaf).some(text => text === name || text.includes(name)))
    // A source that is read several times by several steps: each has its share, in order.
    mine.forEach((leaf, index) => void owner.set(leaf, places[Math.floor((index * places.length) / mine.length)] ?? 0))
  }
  const free = [...names.keys()].filter(place => ![...owner.values()].includes(place))
  const unknown = leaves.filter(leaf => !owner.has(leaf))
  if (free.length === unknown.length) unknown.forEach((leaf, index) => void owner.set(leaf, free[index] ?? 0))
  return owner
}

function textsOf({ extra_info = {} }: Operator): readonly string[] {
  return [extra_info['Filename(s)'], extra_info['Table']].flatMap(text => (typeof text === 'string' ? text.split(', ') : (text ?? [])))
}

/** Steps and operators over the same sources, from the source upwards, put beside each other so that the most important ones meet. */
function alignChain(steps: readonly TreeStep[], operators: readonly Operator[]): ReadonlyMap<TreeStep, StepOperators> {
  const [n, m] = [steps.length, operators.length]
  const best: number[][] = Array.from({ length: n + 1 }, () => new Array<number>(m + 1).fill(0))
  const at = (i: number, j: number): number => best[i]?.[j] ?? 0
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--) {
      const worth = worthOf(steps[i], operators[j])
      const row = best[i]
      if (row !== undefined) row[j] = Math.max(at(i + 1, j), at(i, j + 1), worth > 0 ? worth + at(i + 1, j + 1) : 0)
    }
  const pairs = new Map<number, TreeStep>()
  for (let i = 0, j = 0; i < n && j < m; ) {
    const worth = worthOf(steps[i], operators[j])
    if (worth > 0 && at(i, j) === worth + at(i + 1, j + 1)) {
      const step = steps[i]
      if (step !== undefined) pairs.set(j, step)
      i++
      j++
    } else if (at(i, j) === at(i + 1, j)) i++
    else j++
  }
  const found = new Map<TreeStep, StepOperators>()
  let current: TreeStep | undefined
  operators.forEach((operator, place) => {
    const step = pairs.get(place)
    current = step ?? current
    if (current === undefined) return
    const before = found.get(current)
    const ms = (operator.operator_timing ?? 0) * 1000
    const name = operator.operator_name ?? operator.operator_type ?? '?'
    found.set(
      current,
      before === undefined
        ? { names: [name], rows: operator.operator_cardinality, ms }
        : { names: [...before.names, name], rows: operator.operator_cardinality ?? before.rows, ms: before.ms + ms },
    )
  })
  return found
}

/** How much it matters that a step and an operator meet; 0: they have nothing to do with each other. */
function worthOf(step: TreeStep | undefined, operator: Operator | undefined): number {
  if (step === undefined || operator === undefined) return 0
  const name = operator.operator_type ?? operator.operator_name ?? ''
  const is = (...kinds: readonly string[]): boolean => kinds.some(kind => name.includes(kind))
  switch (step.node.node) {
    case 'scan':
      return (operator.children ?? []).length === 0 ? 20 : 0
    case 'aggregate':
      return is('GROUP_BY', 'AGGREGATE') ? 10 : 0
    case 'join':
    case 'asOf':
      return is('JOIN', 'CROSS_PRODUCT') ? 10 : 0
    case 'union':
      return is('UNION') ? 10 : 0
    case 'sort':
      return is('TOP_N', 'ORDER_BY') ? 8 : 0
    case 'explode':
      return is('UNNEST') ? 10 : 0
    case 'split':
      return is('WINDOW') ? 6 : is('FILTER') ? 5 : 0
    case 'filter':
      return is('FILTER') ? 5 : 0
    case 'limit':
      return is('LIMIT') ? 6 : is('TOP_N') ? 4 : 0
    case 'project':
      return is('WINDOW') ? 3 : is('PROJECTION') ? 1 : 0
    default:
      return 0
  }
}
