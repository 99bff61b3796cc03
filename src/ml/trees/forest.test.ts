import { expect, test } from 'vitest'
import { column, growSmall, labels, randomTable } from './fixtures/grow-small.ts'
import { binColumns, findBins, type ForestTask, growTrees, joinTrees, planTrees, sumTrees, treeImportance } from './index.ts'

const forest = { bootstrap: true, maxFeatures: 2, seed: 42 }

test('a forest has the same bits however it is cut into tasks', () => {
  for (const classes of [0, 2, 4]) {
    const table = randomTable(3, { rows: 120, width: 5, distinct: 40, classes })
    const whole = growSmall(table, forest, { to: 12 })
    expect(whole.starts.length).toBe(13)
    const parts = [
      [0, 5],
      [5, 6],
      [6, 12],
    ].map(([from, to]) => growSmall(table, forest, { from: from as number, to: to as number }))
    expect(joinTrees(parts)).toEqual(whole)
    expect(joinTrees(Array.from({ length: 12 }, (_, tree) => growSmall(table, forest, { from: tree, to: tree + 1 })))).toEqual(whole)
  }
})

test('a tree does not know which trees grew before it in the same memory', () => {
  const table = randomTable(8, { rows: 90, width: 4, distinct: 90, classes: 3 })
  const last = growSmall(table, forest, { from: 9, to: 10 })
  const many = growSmall(table, forest, { from: 0, to: 10 })
  const from = many.starts[9] as number
  expect(many.features.slice(from)).toEqual(last.features)
  expect(many.thresholds.slice(from)).toEqual(last.thresholds)
})

test('the trees of a forest differ, and so do forests of other seeds', () => {
  const table = randomTable(3, { rows: 120, width: 5, distinct: 40, classes: 2 })
  const shapes = Array.from({ length: 20 }, (_, tree) => growSmall(table, forest, { from: tree, to: tree + 1 }).thresholds.join())
  expect(new Set(shapes).size).toBe(20)
  const other = (seed: number): string => growSmall(table, { ...forest, seed }).thresholds.join()
  expect(other(42)).toBe(shapes[0])
  expect(other(43)).not.toBe(shapes[0])
  expect(other(42 + 2 ** 32)).not.toBe(shapes[0])
})

test('a bootstrap draws as many rows as there are, with putting back: some 63% of them are there', () => {
  const rows = 2_000
  const table = {
    columns: [Float64Array.from({ length: rows }, (_, row) => row)],
    target: labels(Array.from({ length: rows }, (_, row) => row % 2)),
  }
  const grown = growSmall(table, { bootstrap: true }, { to: 20, maxBins: 256 })
  const sums = growSmall(
    { ...table, target: { of: 'number', values: table.columns[0] as Float64Array } },
    { bootstrap: true, maxDepth: 0 },
    { to: 200 },
  )
  const means = [...sums.values]
  // The mean of n draws from 0..n-1 has a standard deviation of n / sqrt(12 n), here 12.9.
  expect(Math.abs(means.reduce((sum, mean) => sum + mean, 0) / 200 - 999.5)).toBeLessThan(4)
  const spread = Math.sqrt(means.reduce((sum, mean) => sum + (mean - 999.5) ** 2, 0) / 200)
  expect(spread).toBeGreaterThan(10.5)
  expect(spread).toBeLessThan(15.5)
  expect(grown.starts.length).toBe(21)
})

test('shared memory and rows of a larger table give the same trees', () => {
  const table = randomTable(6, { rows: 200, width: 3, distinct: 30, classes: 2 })
  const sample = Int32Array.from({ length: 100 }, (_, i) => 199 - 2 * i)
  const own = growSmall(table, forest, { to: 4, sample })
  const bins = findBins(table.columns)
  const codes = binColumns(table.columns, bins, { out: new Uint8Array(new SharedArrayBuffer(600)) })
  const shared = new Int32Array(new SharedArrayBuffer(400))
  shared.set(sample)
  const task: ForestTask = {
    codes,
    rows: 200,
    lowers: bins.lowers,
    uppers: bins.uppers,
    target: table.target,
    sample: shared,
    settings: { criterion: 'gini', maxDepth: Number.POSITIVE_INFINITY, minSplit: 2, minLeaf: 1, ...forest },
    from: 0,
    to: 4,
  }
  expect(growTrees(structuredClone(task))).toEqual(own)
  expect(() => growTrees({ ...task, settings: { ...task.settings, criterion: 'squaredError' } })).toThrow(
    'squared error is no criterion for classes',
  )
})

test('more trees tell more: a forest is better than a tree on rows it has not seen', () => {
  const rows = 3_000
  const { columns } = randomTable(4, { rows, width: 4, distinct: 1_000, classes: 0 })
  const noise = randomTable(1, { rows, width: 1, distinct: 5, classes: 0 }).columns[0] as Float64Array
  const truth = (row: number): number =>
    Number((columns[0]?.[row] as number) + (columns[1]?.[row] as number) > (columns[2]?.[row] as number) + 125)
  const target = labels(Array.from({ length: rows }, (_, row) => ((noise[row] as number) === -1 ? 1 - truth(row) : truth(row))))
  const sample = Int32Array.from({ length: 1_500 }, (_, row) => row)
  const right = (trees: number): number => {
    const grown = growSmall({ columns, target }, forest, { to: trees, sample })
    const sums = sumTrees(grown, columns, rows)
    let count = 0
    for (let row = 1_500; row < rows; row++) if (Number((sums[2 * row + 1] as number) > (sums[2 * row] as number)) === truth(row)) count++
    return count / 1_500
  }
  const [one, many] = [right(1), right(60)]
  expect(one).toBeGreaterThan(0.65)
  expect(many).toBeGreaterThan(one + 0.08)
})

test('importance adds up to 1 and names the feature that tells; without a split it is 0', () => {
  const table = randomTable(2, { rows: 300, width: 4, distinct: 50, classes: 2 })
  const target = labels([...(table.columns[2] as Float64Array)].map(value => Number(value > 3)))
  const importance = treeImportance(growSmall({ columns: table.columns, target }, forest, { to: 10 }))
  expect(importance.length).toBe(4)
  expect(importance.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
  expect(importance[2]).toBeGreaterThan(0.6)
  // A tree counts as much as another, however impure its rows were; one without a split does not count.
  expect(treeImportance({ starts: Int32Array.of(0, 3, 6, 7), gains: Float64Array.of(1, 0, 25, 75, 0, 0) })).toEqual([0.625, 0.375])
  expect(treeImportance(growSmall({ columns: [column(1, 1)], target: labels([0, 1]) }, forest, { to: 3 }))).toEqual([0])
})

test('a forest is cut by its size alone, into tasks that follow each other', () => {
  expect(planTrees(3, 1_000_000)).toEqual([
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 2, to: 3 },
  ])
  expect(planTrees(100, 120)).toEqual([{ from: 0, to: 100 }])
  expect(planTrees(100, 16_512).at(-1)).toEqual({ from: 91, to: 100 })
  expect(planTrees(0, 10)).toEqual([])
  expect(() => joinTrees([])).toThrow('no trees to join')
})
