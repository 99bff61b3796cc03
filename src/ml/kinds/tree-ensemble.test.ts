import { expect, test } from 'vitest'
import { type Batch, batchFromRows, rawAt } from '../../batch/index.ts'
import { embedded } from '../../engines/embedded/index.ts'
import { columnNode, type ExprNode } from '../../expr/index.ts'
import { evaluate } from '../../kernels/index.ts'
import type { Engine, Plan } from '../../plan/index.ts'
import { withEngine } from '../../testing/index.ts'
import { growSmall, labels, numbers, randomTable, type SmallTable } from '../trees/fixtures/grow-small.ts'
import { type GrowSettings, treeImportance } from '../trees/index.ts'
import type { Coded, Kind, Label, Lists, Stored, Tensor } from './kind.ts'
import {
  decisionTreeClassifierKind,
  decisionTreeRegressorKind,
  randomForestClassifierKind,
  randomForestRegressorKind,
  type TreeEnsembleState,
} from './tree-ensemble.ts'

const [a, b, c, d] = ['ash', 'birch', 'cedar', 'date']

test('a classifier gives the mean of the shares, and the first of the largest', () => {
  // Of x = 1 the leaf holds one of each: a tie, which the first class wins.
  const table = { columns: [Float64Array.of(1, 1, 2, 2, 2)], target: labels([1, 2, 1, 2, 2], 3) }
  const state = stateOf(table, { classes: [a, b, c] })
  const written = decisionTreeClassifierKind.predict(state, new Map([['x0', Float64Array.of(1, 2, Number.NaN)]]), 3)
  expect([...written.keys()]).toEqual(['prediction', 'probabilities'])
  expect(written.get('prediction')).toEqual({ codes: Int32Array.of(1, 2, -1), values: [a, b, c] })
  expect(written.get('probabilities')).toEqual({
    items: Float64Array.of(0, 1 / 2, 1 / 2, 0, 1 / 3, 2 / 3, Number.NaN, Number.NaN, Number.NaN),
    width: 3,
  })
  expect(decisionTreeClassifierKind.outputs(state)).toEqual([
    { name: 'prediction', type: 'string' },
    { name: 'probabilities', type: { list: 'float64' } },
  ])
  expect(decisionTreeClassifierKind.classes?.(state)).toEqual([a, b, c])
})

test('a forest of numbers gives the mean of its trees', () => {
  const table = randomTable(5, { rows: 80, width: 3, distinct: 40, classes: 0 })
  const state = stateOf(table, {}, { bootstrap: true }, 7)
  const whole = randomForestRegressorKind.predict(state, columnsOf(table), 80).get('prediction') as Float64Array
  const each = Array.from({ length: 7 }, (_, tree) => {
    const one = stateOf(table, {}, { bootstrap: true }, tree + 1, tree)
    return decisionTreeRegressorKind.predict(one, columnsOf(table), 80).get('prediction') as Float64Array
  })
  expect(whole).toEqual(Float64Array.from(whole, (_, row) => each.reduce((sum, values) => sum + (values[row] as number), 0) / 7))
  expect(randomForestRegressorKind.outputs(state)).toEqual([{ name: 'prediction', type: 'float64' }])
  expect(randomForestRegressorKind.classes).toBeUndefined()
})

test('a row alone gets the bits it gets in a block of many', () => {
  const table = randomTable(9, { rows: 300, width: 40, distinct: 60, classes: 3 })
  const state = stateOf(table, { classes: [a, b, c] }, { bootstrap: true, maxFeatures: 6 }, 9)
  // More rows than a block holds.
  const rows = 9_000
  const columns = new Map(
    state.features.map((name, j) => [name, Float64Array.from({ length: rows }, (_, row) => Math.sin(row * (j + 1)) * 9)]),
  )
  const whole = randomForestClassifierKind.predict(state, columns, rows)
  const { codes } = whole.get('prediction') as Coded
  const { items } = whole.get('probabilities') as Lists
  expect(new Set(codes).size).toBe(3)
  for (let row = 0; row < rows; row += 37) {
    const one = new Map([...columns].map(([name, values]) => [name, values.slice(row, row + 1)]))
    const alone = randomForestClassifierKind.predict(state, one, 1)
    expect((alone.get('prediction') as Coded).codes[0]).toBe(codes[row])
    expect((alone.get('probabilities') as Lists).items).toEqual(items.slice(row * 3, row * 3 + 3))
  }
})

test('as expressions the prediction has the same bits, in kernels and in SQL, with NULL and NaN', async () => {
  const flat = randomTable(21, { rows: 60, width: 3, distinct: 30, classes: 0 })
  const classed = { ...flat, target: randomTable(21, { rows: 60, width: 3, distinct: 30, classes: 4 }).target }
  const negative = stateOf({ columns: [Float64Array.of(1, 2, 3)], target: numbers([0, -1e-7, 1e300]) })
  negative.trees.values[0] = -0
  const models: readonly (readonly [Kind<TreeEnsembleState>, TreeEnsembleState])[] = [
    [decisionTreeRegressorKind, stateOf(flat)],
    [decisionTreeRegressorKind, negative],
    [randomForestRegressorKind, stateOf(flat, {}, { bootstrap: true, maxFeatures: 1 }, 12)],
    [decisionTreeClassifierKind, stateOf(classed, { classes: [a, b, c, d] })],
    [decisionTreeClassifierKind, stateOf(classed, { classes: [-5, 0, 7, 9] })],
    [
      decisionTreeClassifierKind,
      stateOf({ ...flat, target: labels([...(flat.columns[0] as Float64Array)].map(x => Number(x > 2))) }, { classes: [false, true] }),
    ],
  ]
  const values = [null, Number.NaN, -1, -0, 0, 0.125, 1, 2.3, 3.375, 6.25, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const rows = values.flatMap((x0, i) => values.map((x1, j) => ({ x0, x1, x2: values[(i * 5 + j * 7) % 10] ?? null })))
  const schema = ['x0', 'x1', 'x2'].map(name => ({ name, type: 'float64' as const, nullable: true }))
  const batch = batchFromRows(schema, rows)
  await withEngine(embedded(), async engine => {
    const { plan } = await engine.stage(only(batch), batch.fields)
    for (const [kind, state] of models) {
      const node = kind
        .express(state, name => columnNode(schema.find(field => field.name === name) as (typeof schema)[0]))
        ?.get('prediction') as ExprNode
      const output = kind.outputs(state)[0]
      expect(node.type).toEqual(output?.type)
      const inputs = new Map(state.features.map(name => [name, Float64Array.from(rows, row => row[name as 'x0'] ?? Number.NaN)]))
      const written = kind.predict(state, inputs, rows.length).get('prediction') as Coded | Float64Array
      const predicted = rows.map((row, at): unknown => {
        if (!(written instanceof Float64Array)) return written.values[written.codes[at] as number] ?? null
        return state.features.some(name => row[name as 'x0'] === null) ? null : written[at]
      })
      const onKernels = evaluate(node, batch)
      expect(rows.map((_, at) => plain(rawAt(onKernels, at)))).toEqual(predicted)
      expect(await onEngine(engine, plan, node)).toEqual(predicted)
      expect(new Set(predicted).size).toBeGreaterThanOrEqual(3)
    }
  })
})

test('large forests and forests of labels are no expressions', () => {
  const column = (name: string): ExprNode => columnNode({ name, type: 'float64', nullable: false })
  const table = randomTable(3, { rows: 200, width: 2, distinct: 200, classes: 0 })
  expect(randomForestRegressorKind.express(stateOf(table, {}, {}, 3), column)?.size).toBe(1)
  expect(randomForestRegressorKind.express(stateOf(table, {}, {}, 30), column)).toBeUndefined()
  const classed = randomTable(3, { rows: 30, width: 2, distinct: 20, classes: 2 })
  expect(randomForestClassifierKind.express(stateOf(classed, { classes: [a, b] }, {}, 1), column)?.size).toBe(1)
  expect(randomForestClassifierKind.express(stateOf(classed, { classes: [a, b] }, {}, 2), column)).toBeUndefined()
})

test('the deepest tree and the longest sum that are expressions run in the engine; deeper ones are none', async () => {
  const schema = [{ name: 'x0', type: 'float64' as const, nullable: false }]
  const rows = [-1, 0, 0.5, 7, 198.5, 397.5, 398, 1e9].map(x0 => ({ x0 }))
  const batch = batchFromRows(schema, rows)
  const inputs = new Map([['x0', Float64Array.from(rows, row => row.x0)]])
  await withEngine(embedded(), async engine => {
    const { plan } = await engine.stage(only(batch), batch.fields)
    for (const [trees, questions, fits] of [
      [1, 399, true],
      [1, 400, false],
      [399, 1, true],
      [400, 1, false],
    ] as const) {
      const state = chains(trees, questions)
      const node = decisionTreeRegressorKind.express(state, () => columnNode(schema[0] as (typeof schema)[0]))?.get('prediction')
      expect(node !== undefined).toBe(fits)
      if (node === undefined) continue
      const wanted = [...(decisionTreeRegressorKind.predict(state, inputs, rows.length).get('prediction') as Float64Array)]
      expect(await onEngine(engine, plan, node)).toEqual(wanted)
      const onKernels = evaluate(node, batch)
      expect(rows.map((_, at) => rawAt(onKernels, at))).toEqual(wanted)
      expect(new Set(wanted).size).toBeGreaterThan(1)
    }
  })
})

test('a stored forest comes back with the same bits', () => {
  const table = randomTable(7, { rows: 60, width: 3, distinct: 30, classes: 3 })
  const state = stateOf(table, { classes: [1, 2, 5] }, { bootstrap: true }, 5)
  const stored = randomForestClassifierKind.store(state)
  const again = randomForestClassifierKind.restore(overWire(stored))
  expect(again).toEqual(state)
  expect(randomForestClassifierKind.predict(again, columnsOf(table), 60)).toEqual(
    randomForestClassifierKind.predict(state, columnsOf(table), 60),
  )
  expect(randomForestClassifierKind.importance?.(again)).toEqual(state.importance)
  const regressor = stateOf({ ...table, target: numbers([...(table.columns[0] as Float64Array)]) }, {}, {}, 2)
  expect(randomForestRegressorKind.restore(overWire(randomForestRegressorKind.store(regressor)))).toEqual(regressor)
})

test('every kind of damage is refused, so that every walk ends', () => {
  const table = { columns: [Float64Array.of(1, 2, 3), Float64Array.of(4, 4, 9)], target: labels([0, 1, 0]) }
  const good = randomForestClassifierKind.store(stateOf(table, { classes: [a, b] }, {}, 2))
  const nodes = (good.tensors['asks'] as Tensor).values.length
  const half = nodes / 2
  const rights = (good.tensors['rights'] as Tensor).values
  const set = (key: string, at: number, value: number) => (stored: Stored) => void ((stored.tensors[key] as Tensor).values[at] = value)
  const cut = (key: string) => (stored: Stored) => {
    const { values } = stored.tensors[key] as Tensor
    ;(stored.tensors as Record<string, Tensor>)[key] = { shape: [values.length - 1], values: values.slice(0, -1) }
  }
  const leaf = [...(good.tensors['asks'] as Tensor).values].indexOf(-1)
  const inner = 0
  const damages: readonly (readonly [string, (stored: Stored) => void])[] = [
    ['no tensor thresholds', stored => void delete (stored.tensors as Record<string, Tensor>)['thresholds']],
    [`tensor asks has shape ${nodes}, not ${half}`, cut('starts')],
    ['tensor asks', cut('asks')],
    ['tensor rights', cut('rights')],
    ['tensor thresholds', cut('thresholds')],
    ['tensor values', cut('values')],
    ['tensor importance', cut('importance')],
    ['starts do not begin with 0', set('starts', 0, 1)],
    ['starts are not in order', set('starts', 1, 0)],
    ['starts are not in order', set('starts', 1, nodes + 5)],
    ['node', set('starts', 1, half + 1)],
    ['asks for feature 2 of 2', set('asks', inner, 2)],
    ['asks for feature -2 of 2', set('asks', leaf, -2)],
    ['right child', set('asks', leaf, 1)],
    ['leaf 0 has values', set('asks', inner, -1)],
    ['right child 0 outside its tree', set('rights', inner, 0)],
    ['right child 1 outside its tree', set('rights', inner, 1)],
    [`right child ${half} outside its tree`, set('rights', inner, half)],
    ['right child -7 outside its tree', set('rights', inner, -7)],
    ['nodes out of order', set('rights', inner, rights[inner] === half - 1 ? half - 2 : half - 1)],
    [`leaf ${leaf} has values 1, not 0`, set('rights', leaf, 1)],
    ['tensor thresholds holds a number that is not finite', set('thresholds', inner, Number.NaN)],
    ['tensor values holds a number that is not finite', set('values', 0, Number.POSITIVE_INFINITY)],
    ['leaf 0 has a share of -1', set('values', 0, -1)],
    ['leaf 0 has a share of 2', set('values', 0, 2)],
    ['shares that add up to', set('values', 0, 0.5)],
    ['importance holds a number below 0', set('importance', 0, -0.5)],
    ['classes holds labels of different types', stored => void ((stored.json as { classes: Label[] }).classes = ['ash', 1])],
    ['tensor values has shape', stored => void ((stored.json as { classes: Label[] }).classes = ['ash', 'birch', 'cedar'])],
    ['features has a name twice', stored => void ((stored.json as { features: string[] }).features = ['x0', 'x0'])],
    ['tensor rights is not of whole numbers', retype('rights')],
    ['tensor values is not of float64', retype('values')],
  ]
  expect(randomForestClassifierKind.restore(overWire(good)).trees.features.length).toBe(nodes)
  for (const [message, damage] of damages) {
    const stored = overWire(good)
    damage(stored)
    expect(() => randomForestClassifierKind.restore(stored), message).toThrow(message)
  }
})

test('random damage to the nodes is refused, or leaves a forest in which every walk ends', () => {
  const table = randomTable(2, { rows: 12, width: 2, distinct: 9, classes: 0 })
  const good = randomForestRegressorKind.store(stateOf(table, {}, { bootstrap: true }, 3))
  const nodes = (good.tensors['asks'] as Tensor).values.length
  let refused = 0
  for (const key of ['asks', 'rights'])
    for (let node = 0; node < nodes; node++)
      for (let value = -2; value <= nodes + 1; value++) {
        const stored = overWire(good)
        const { values } = stored.tensors[key] as Tensor
        if (values[node] === value) continue
        values[node] = value
        try {
          const state = randomForestRegressorKind.restore(stored)
          expect(randomForestRegressorKind.predict(state, columnsOf(table), 12).size).toBe(1)
        } catch (error) {
          expect((error as Error).message).toMatch(/^(node|leaf|nodes|starts|tensor) /)
          refused++
        }
      }
  expect(refused).toBeGreaterThan(nodes * nodes)
})

// What the tests above are made of ----------------------------------------------------------------------------------------

function stateOf(
  table: SmallTable,
  { classes }: { classes?: readonly Label[] } = {},
  settings: Partial<GrowSettings> = {},
  to = 1,
  from = 0,
): TreeEnsembleState {
  const { gains, ...trees } = growSmall(table, settings, { from, to })
  const features = table.columns.map((_, index) => `x${index}`)
  const importance = treeImportance({ gains, starts: trees.starts })
  return { features, ...(classes === undefined ? {} : { classes }), trees, importance }
}

/** Trees that ask again and again whether x0 is at most 0, 1, 2, ...; their leaves hold 0, 1, 2, ... thirds. */
function chains(count: number, questions: number): TreeEnsembleState {
  const nodes = 2 * questions + 1
  const places = Array.from({ length: count * nodes }, (_, place) => place % nodes)
  const asks = Int32Array.from(places, node => (node % 2 === 0 && node < nodes - 1 ? 0 : -1))
  let leaves = 0
  const rights = Int32Array.from(asks, (ask, place) => (ask < 0 ? leaves++ : place + 2))
  const trees = {
    starts: Int32Array.from({ length: count + 1 }, (_, tree) => tree * nodes),
    features: asks,
    thresholds: Float64Array.from(places, node => node / 2),
    rights,
    values: Float64Array.from({ length: leaves }, (_, leaf) => leaf / 3),
    outputs: 1,
  }
  return decisionTreeRegressorKind.restore(decisionTreeRegressorKind.store({ features: ['x0'], trees, importance: [1] }))
}

function columnsOf({ columns }: SmallTable): ReadonlyMap<string, Float64Array> {
  return new Map(columns.map((values, index) => [`x${index}`, values]))
}

function overWire(stored: Stored): Stored {
  return { json: JSON.parse(JSON.stringify(stored.json)) as Stored['json'], tensors: structuredClone(stored.tensors) }
}

function retype(key: string): (stored: Stored) => void {
  return stored => {
    const { shape, values } = stored.tensors[key] as Tensor
    const other = values instanceof Int32Array ? Float64Array.from(values) : Int32Array.from(values)
    ;(stored.tensors as Record<string, Tensor>)[key] = { shape, values: other }
  }
}

async function* only(batch: Batch): AsyncGenerator<Batch> {
  yield batch
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

async function onEngine(engine: Engine, input: Plan, expr: ExprNode): Promise<readonly unknown[]> {
  const columns = [{ name: 'p', expr }]
  const fields = [{ name: 'p', type: expr.type, nullable: true }]
  const values: unknown[] = []
  for await (const { rows, columns: parts } of engine.run({ node: 'project', input, columns, fields, open: false }))
    for (let at = 0; at < rows; at++) values.push(plain(rawAt(parts[0] as never, at)))
  return values
}
