import { expect, test } from 'vitest'
import { column, growSmall, labels, numbers, randomTable, type SmallTable } from './fixtures/grow-small.ts'
import { type GrownTrees, type GrowSettings, sumTrees } from './index.ts'

test('a tree finds the one question that tells the classes apart', () => {
  const tree = growSmall({ columns: [column(5, 1, 4, 2), column(1, 2, 3, 9)], target: labels([1, 0, 1, 0]) })
  expect(tree).toEqual({
    starts: Int32Array.of(0, 3),
    features: Int32Array.of(0, -1, -1),
    thresholds: Float64Array.of(3, 0, 0),
    rights: Int32Array.of(2, 0, 1),
    values: Float64Array.of(1, 0, 0, 1),
    outputs: 2,
    gains: Float64Array.of(2, 0),
  })
})

test('a regression tree holds the mean of each leaf, and the fall of the squared error by feature', () => {
  const tree = growSmall({ columns: [column(1, 2, 3, 4)], target: numbers([10, 12, 20, 22]) }, { maxDepth: 1 })
  expect([...tree.values]).toEqual([11, 21])
  expect([...tree.thresholds]).toEqual([2.5, 0, 0])
  expect([...tree.gains]).toEqual([100])
})

test('a split that gains nothing yet is made where rows differ: exclusive or', () => {
  for (const target of [labels([0, 1, 1, 0]), labels([0, 1, 1, 2]), numbers([0, 1, 1, 0])]) {
    const table = { columns: [column(0, 0, 1, 1), column(0, 1, 0, 1)], target }
    const tree = growSmall(table)
    expect(tree.features.length).toBe(7)
    expect(errors(tree, table)).toBe(0)
  }
})

test('one row, one class, one value, constant features and equal rows of two classes give a single leaf', () => {
  const leaf = (table: SmallTable): number[] => {
    const tree = growSmall(table, { bootstrap: false })
    expect([...tree.features]).toEqual([-1])
    expect([...tree.starts]).toEqual([0, 1])
    expect([...tree.gains].every(gain => gain === 0)).toBe(true)
    return [...tree.values]
  }
  expect(leaf({ columns: [column(3)], target: labels([1], 2) })).toEqual([0, 1])
  expect(leaf({ columns: [column(3)], target: numbers([0.1]) })).toEqual([0.1])
  expect(leaf({ columns: [column(1, 2, 3)], target: labels([0, 0, 0], 1) })).toEqual([1])
  expect(leaf({ columns: [column(1, 2, 3)], target: numbers([0.1, 0.1, 0.1]) })).toEqual([0.1])
  expect(leaf({ columns: [column(4, 4, 4, 4), column(1, 1, 1, 1)], target: labels([0, 1, 1, 1]) })).toEqual([0.25, 0.75])
  expect(leaf({ columns: [column(4, 4)], target: numbers([1, 2]) })).toEqual([1.5])
})

test('every split of a full tree is the best there is, as trying all of them says', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const classes = [0, 2, 3, 5][seed % 4] as number
    const table = randomTable(seed, { rows: 3 + (seed % 40), width: 1 + (seed % 4), distinct: 2 + (seed % 13), classes })
    const settings = { minLeaf: 1 + (seed % 3), minSplit: seed % 5, maxDepth: seed % 7 === 0 ? 3 : 99 }
    const criterion = classes === 0 ? 'squaredError' : seed % 2 === 0 ? 'gini' : 'entropy'
    checkTree(growSmall(table, { ...settings, criterion }), table, { ...settings, criterion })
  }
})

test('a threshold lies in the middle between the values that the node has, not those of the table', () => {
  // At the root feature 0 parts at 5; on its left only 1 and 4 are left of feature 1, though 2 and 3 are in the table.
  const table = { columns: [column(1, 2, 8, 9), column(1, 4, 2, 3)], target: labels([0, 1, 2, 2]) }
  const tree = growSmall(table)
  const at = tree.features.indexOf(1)
  if (at >= 0) expect(tree.thresholds[at]).toBe(2.5)
  checkTree(tree, table, { minLeaf: 1, minSplit: 2, maxDepth: 99, criterion: 'gini' })
})

test('weights are repeated rows, to the bit for classes', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const table = randomTable(seed, { rows: 30, width: 3, distinct: 9, classes: seed % 2 === 0 ? 3 : 2 })
    const weights = Float64Array.from({ length: 30 }, (_, row) => (row * 7 + seed) % 4)
    const again = [...weights].flatMap((weight, row) => Array.from({ length: weight }, () => row))
    const settings = { minSplit: 5, minLeaf: 2 }
    const weighted = growSmall({ ...table, weights }, settings)
    expect(weighted).toEqual(growSmall(repeated(table, again), settings))
    expect(weighted.features.length).toBeGreaterThan(3)
  }
})

test('weights are repeated rows for numbers and for entropy', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const classes = seed % 2 === 0 ? 3 : 0
    const table = randomTable(seed, { rows: 30, width: 3, distinct: seed % 3 === 0 ? 4 : 30, classes })
    const weights = Float64Array.from({ length: 30 }, (_, row) => (row * 7 + seed) % 3)
    const again = [...weights].flatMap((weight, row) => Array.from({ length: weight }, () => row))
    const limits = seed % 5 === 0 ? { minSplit: 5, minLeaf: 2 } : { maxFeatures: 1 + (seed % 3) }
    const settings: Partial<GrowSettings> = { ...limits, ...(classes > 0 ? { criterion: 'entropy' } : {}) }
    const weighted = growSmall({ ...table, weights }, settings)
    const plain = growSmall(repeated(table, again), settings)
    expect(weighted.features).toEqual(plain.features)
    expect(weighted.thresholds).toEqual(plain.thresholds)
    for (const [at, value] of weighted.values.entries()) expect(value).toBeCloseTo(plain.values[at] as number, 12)
  }
})

test('weights that are no whole numbers are taken, and their size alone changes no tree', () => {
  const table = randomTable(4, { rows: 60, width: 3, distinct: 20, classes: 3 })
  const weights = Float64Array.from({ length: 60 }, (_, row) => 0.25 + (row % 5) / 7)
  for (const target of [table.target, randomTable(4, { rows: 60, width: 3, distinct: 20, classes: 0 }).target]) {
    const tree = growSmall({ ...table, target, weights })
    const small = growSmall({ ...table, target, weights: weights.map(weight => weight / 1024) })
    expect({ ...small, gains: small.gains.map(gain => gain * 1024) }).toEqual(tree)
    expect(errors(tree, { ...table, target })).toBeLessThan(60)
    expect(tree.features.length).toBeGreaterThan(9)
  }
})

test('a row of weight 0 is as if it were not there, also to the draws of a bootstrap', () => {
  const table = randomTable(11, { rows: 40, width: 3, distinct: 12, classes: 2 })
  const kept = Array.from({ length: 40 }, (_, row) => row).filter(row => row % 3 !== 0)
  const weights = Float64Array.from({ length: 40 }, (_, row) => (row % 3 === 0 ? 0 : 1))
  const odd = {
    columns: table.columns.map(values => values.map((value, row) => (row % 3 === 0 ? 1e9 + row : value))),
    target: table.target,
  }
  for (const settings of [{ bootstrap: false }, { bootstrap: true }])
    expect(growSmall({ ...odd, weights }, settings, { to: 5 })).toEqual(growSmall(repeated(table, kept), settings, { to: 5 }))
})

test('depth and the sizes of nodes and leaves are kept', () => {
  const table = randomTable(5, { rows: 200, width: 4, distinct: 50, classes: 2 })
  expect(growSmall(table, { maxDepth: 0 }).features.length).toBe(1)
  expect(depthOf(growSmall(table, { maxDepth: 3 }))).toBe(3)
  expect(depthOf(growSmall(table))).toBeGreaterThan(5)
  for (const [minLeaf, minSplit] of [
    [10, 2],
    [1, 30],
    [7, 40],
  ] as const) {
    for (const { rows, leaf } of visits(growSmall(table, { minLeaf, minSplit }), table)) {
      expect(rows.length).toBeGreaterThanOrEqual(minLeaf)
      if (!leaf) expect(rows.length).toBeGreaterThanOrEqual(minSplit)
    }
  }
})

test('more features are tried than asked for until one is not constant', () => {
  const columns = [...Array.from({ length: 30 }, () => column(1, 1, 1, 1)), column(1, 2, 3, 4)]
  for (let seed = 0; seed < 20; seed++) {
    const tree = growSmall({ columns, target: labels([0, 0, 1, 1]) }, { maxFeatures: 1, seed })
    expect([...tree.features]).toEqual([30, -1, -1])
  }
})

test('of equal splits another seed takes another, and the same seed the same', () => {
  const columns = Array.from({ length: 8 }, () => column(1, 2, 3, 4))
  const asked = (seed: number): number => growSmall({ columns, target: labels([0, 0, 1, 1]) }, { seed }).features[0] as number
  const all = Array.from({ length: 40 }, (_, seed) => asked(seed))
  expect(all).toEqual(Array.from({ length: 40 }, (_, seed) => asked(seed)))
  expect(new Set(all).size).toBe(8)
})

// What the checks above are made of ---------------------------------------------------------------------------------------

function repeated({ columns, target }: SmallTable, rows: readonly number[]): SmallTable {
  const pick = (values: ArrayLike<number>): number[] => rows.map(row => values[row] as number)
  return {
    columns: columns.map(values => Float64Array.from(pick(values))),
    target: target.of === 'class' ? labels(pick(target.codes), target.classes) : numbers(pick(target.values)),
  }
}

interface Visit {
  readonly node: number
  readonly depth: number
  readonly rows: readonly number[]
  readonly leaf: boolean
}

/** The nodes of a single tree with the rows that come there. */
function visits(tree: GrownTrees, { columns }: SmallTable): readonly Visit[] {
  const go = (node: number, depth: number, rows: readonly number[]): readonly Visit[] => {
    const feature = tree.features[node] as number
    const here = { node, depth, rows, leaf: feature < 0 }
    if (feature < 0) return [here]
    const left = (row: number): boolean => (columns[feature]?.[row] as number) <= (tree.thresholds[node] as number)
    return [
      here,
      ...go(node + 1, depth + 1, rows.filter(left)),
      ...go(
        tree.rights[node] as number,
        depth + 1,
        rows.filter(row => !left(row)),
      ),
    ]
  }
  return go(0, 0, [...(columns[0] as Float64Array).keys()])
}

function depthOf(tree: GrownTrees): number {
  const depths = new Map([[0, 0]])
  for (const [node, feature] of tree.features.entries())
    if (feature >= 0) for (const child of [node + 1, tree.rights[node] as number]) depths.set(child, (depths.get(node) as number) + 1)
  return Math.max(...depths.values())
}

function checkTree(
  tree: GrownTrees,
  table: SmallTable,
  limits: { readonly minLeaf: number; readonly minSplit: number; readonly maxDepth: number; readonly criterion: string },
): void {
  const all = visits(tree, table)
  expect(all.map(visit => visit.node)).toEqual([...tree.features.keys()])
  const gains = new Float64Array(table.columns.length)
  for (const { node, depth, rows, leaf } of all) {
    const splits = depth < limits.maxDepth && rows.length >= limits.minSplit && impurity(rows, table, limits.criterion) > 1e-12
    const possible = splits ? allSplits(rows, table, limits) : []
    expect(leaf, `node ${node} of ${rows.length} rows, ${possible.length} splits`).toBe(possible.length === 0)
    if (leaf) {
      const place = (tree.rights[node] as number) * tree.outputs
      for (const [at, value] of leafValues(rows, table).entries()) expect(tree.values[place + at]).toBeCloseTo(value, 12)
      continue
    }
    const best = Math.max(...possible.map(split => split.gain))
    const own = possible.find(split => split.feature === tree.features[node] && split.threshold === tree.thresholds[node])
    expect(own, `node ${node} parts feature ${tree.features[node]} at ${tree.thresholds[node]}`).toBeDefined()
    expect(own?.gain).toBeGreaterThanOrEqual(best - 1e-9)
    gains[tree.features[node] as number]! += best
  }
  for (const [feature, gain] of gains.entries()) expect(tree.gains[feature]).toBeCloseTo(gain, 8)
}

/** All splits of some rows with what they gain. */
function allSplits(
  rows: readonly number[],
  table: SmallTable,
  { minLeaf, criterion }: { readonly minLeaf: number; readonly criterion: string },
): { readonly feature: number; readonly threshold: number; readonly gain: number }[] {
  return table.columns.flatMap((values, feature) => {
    const at = (row: number): number => values[row] as number
    const distinct = [...new Set(rows.map(at))].toSorted((a, b) => a - b)
    return distinct.slice(1).flatMap((high, i) => {
      const threshold = ((distinct[i] as number) + high) / 2
      const left = rows.filter(row => at(row) <= threshold)
      const right = rows.filter(row => at(row) > threshold)
      if (Math.min(left.length, right.length) < minLeaf) return []
      const gain = impurity(rows, table, criterion) - impurity(left, table, criterion) - impurity(right, table, criterion)
      return [{ feature, threshold, gain }]
    })
  })
}

/** The impurity times the rows, by its definition. */
function impurity(rows: readonly number[], table: SmallTable, criterion: string): number {
  if (table.target.of === 'number') {
    const { values } = table.target
    const [mean] = leafValues(rows, table) as [number]
    return rows.reduce((sum, row) => sum + ((values[row] as number) - mean) ** 2, 0)
  }
  const shares = leafValues(rows, table)
  if (criterion === 'gini') return rows.length * (1 - shares.reduce((sum, share) => sum + share * share, 0))
  return -rows.length * shares.reduce((sum, share) => sum + (share > 0 ? share * Math.log(share) : 0), 0)
}

function leafValues(rows: readonly number[], { target }: SmallTable): readonly number[] {
  if (target.of === 'number') return [rows.reduce((sum, row) => sum + (target.values[row] as number), 0) / rows.length]
  return Array.from({ length: target.classes }, (_, c) => rows.filter(row => target.codes[row] === c).length / rows.length)
}

/** How many rows of its own table a tree gets wrong. */
function errors(tree: GrownTrees, { columns, target }: SmallTable): number {
  const rows = columns[0]?.length ?? 0
  const sums = sumTrees(tree, columns, rows)
  const wrong = (row: number): boolean => {
    if (target.of === 'number') return sums[row] !== target.values[row]
    const shares = sums.subarray(row * tree.outputs, (row + 1) * tree.outputs)
    return shares.indexOf(Math.max(...shares)) !== target.codes[row]
  }
  return Array.from({ length: rows }, (_, row) => row).filter(wrong).length
}
