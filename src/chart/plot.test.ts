import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows as rowsSource } from '../connectors/index.ts'
import type { Dataset } from '../dataset/index.ts'
import { californiaHousing, iris } from '../datasets/index.ts'
import type { Engine, Relation } from '../plan/index.ts'
import { calendarDate } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { type Chart, plot } from './index.ts'
import type { Panel } from './types.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

/** The only panel, of the shape expected. */
function panelOf<S extends Panel['shape']>(chart: Chart, shape: S): Panel & { readonly shape: S } {
  const [panel] = chart.panels
  expect(panel?.shape).toBe(shape)
  return panel as Panel & { readonly shape: S }
}
const read = (list: readonly object[], schema: Readonly<Record<string, string>>): Promise<Dataset<object>> =>
  tm.read(rowsSource(list as never, { schema: schema as never })) as Promise<Dataset<object>>
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

test('one number is a histogram of all its rows, with round edges', async () => {
  const chart = await plot(await tm.read(californiaHousing()), { x: 'medInc' })
  const panel = panelOf(chart, 'histogram')
  expect(chart).toMatchObject({ type: 'histogram', title: 'medInc', rows: 20640, notes: [] })
  expect(sum(panel.counts[0] ?? [])).toBe(20640)
  expect(panel.edges.slice(0, 3)).toEqual([0, 0.5, 1])
  expect(panel.rule?.at).toBeCloseTo(3.8706710029069766, 9)
})

test('a value on an edge belongs to the bar above it, the largest to the last', async () => {
  const chart = await plot(
    await read(
      [0, 1, 1, 2, 3.5, 4].map(x => ({ x })),
      { x: 'float64' },
    ),
    { bins: 4 },
  )
  expect(panelOf(chart, 'histogram')).toMatchObject({ edges: [0, 1, 2, 3, 4], counts: [[1, 2, 1, 2]] })
})

test('whole numbers that are close together get a bar each, whatever their type', async () => {
  const chart = await plot(
    await read(
      [3, 3, 5].map(n => ({ n })),
      { n: 'float64' },
    ),
    { x: 'n' },
  )
  expect(panelOf(chart, 'histogram')).toMatchObject({ edges: [2.5, 3.5, 4.5, 5.5], counts: [[2, 0, 1]] })
})

test('rows without a value, NaN and infinities are left out and counted', async () => {
  const values = [1, 2, null, null, Number.NaN, Number.POSITIVE_INFINITY, 3.5]
  const chart = await plot(
    await read(
      values.map(x => ({ x })),
      { x: 'float64?' },
    ),
    { x: 'x' },
  )
  expect(chart.rows).toBe(3)
  expect(chart.notes).toEqual(['2 rows without x are left out', '2 rows where x is NaN or infinite are left out'])
  expect(await chart.toHtml()).toContain('2 rows without x are left out.')
})

test('far tails are not drawn, and the note says how many rows they are', async () => {
  const chart = await plot(await tm.read(californiaHousing()), { x: 'aveOccup' })
  const drawn = sum(panelOf(chart, 'histogram').counts[0] ?? [])
  const outside = 20640 - drawn
  expect(outside).toBeGreaterThan(0)
  expect(outside).toBeLessThan(2 * 0.005 * 20640)
  expect(chart.notes[0]).toMatch(new RegExp(`^${outside} rows with aveOccup outside .* are not drawn`))
})

test('one category has a bar each, the longest first, and the rest together', async () => {
  const list = Array.from({ length: 30 }, (_, index) => Array.from({ length: 40 - index }, () => ({ k: `k${index}` }))).flat()
  const chart = await plot(await read(list, { k: 'string' }), { x: 'k' })
  const panel = panelOf(chart, 'bar')
  expect(chart.notes).toEqual(['k has 30 values: the 23 most frequent are shown, the others together'])
  expect(panel.x.categories?.slice(0, 2)).toEqual(['k0', 'k1'])
  expect(panel.x.categories?.at(-1)).toBe('7 others')
  expect(panel.bars).toHaveLength(24)
  expect(panel.bars[0]).toEqual({ at: 0, series: 0, value: 40 })
  expect(sum(panel.bars.map(bar => bar.value))).toBe(list.length)
})

test('a category called like the rest is not taken for it', async () => {
  const list = Array.from({ length: 30 }, (_, index) => ({ k: index === 0 ? '7 others' : `k${index}` }))
  const panel = panelOf(await plot(await read([...list, { k: '7 others' }], { k: 'string' }), { x: 'k' }), 'bar')
  expect(panel.x.categories?.filter(name => name === '7 others')).toHaveLength(2)
  expect(panel.bars[0]?.value).toBe(2)
})

test('a few numbers against numbers are points, many are cells that hold every row', async () => {
  const flowers = await plot(await tm.read(iris()), { x: 'petalLength', y: 'petalWidth', color: 'species' })
  const scatter = panelOf(flowers, 'scatter')
  expect([scatter.points.x.length, [...scatter.series].sort()]).toEqual([150, ['setosa', 'versicolor', 'virginica']])
  const houses = await plot(await tm.read(californiaHousing()), { x: 'medInc', y: 'medHouseVal' })
  const heat = panelOf(houses, 'heat')
  expect(sum(heat.cells.map(cell => cell.rows))).toBe(20640)
  expect(heat.cells.length).toBeLessThan(2000)
})

test('cells can be coloured by the mean of a third number', async () => {
  const list = [
    { x: 0, y: 0, c: 1 },
    { x: 0, y: 0, c: 3 },
    { x: 9, y: 9, c: 10 },
  ]
  const data = await read(list, { x: 'float64', y: 'float64', c: 'float64' })
  const panel = panelOf(await plot(data, { x: 'x', y: 'y', color: 'c', type: 'heat' }), 'heat')
  expect(panel.cells.map(cell => [cell.rows, cell.value])).toEqual([
    [2, 2],
    [1, 10],
  ])
  expect(panel.value).toBe('mean of c')
})

test('a scatter of many rows is a sample, said so, and the same every time', async () => {
  const data = await tm.read(californiaHousing())
  const [a, b] = [
    await plot(data, { x: 'medInc', y: 'medHouseVal', type: 'scatter' }),
    await plot(data, { x: 'medInc', y: 'medHouseVal', type: 'scatter' }),
  ]
  expect(panelOf(a, 'scatter').points.x).toHaveLength(2000)
  expect(a.notes).toEqual(['a sample of 2000 of 20,640 rows, chosen by seed 0'])
  expect(a.panels).toEqual(b.panels)
})

test('a number in time is a line of means by period; a period without rows is said, and zero for sums', async () => {
  const days = [0, 0, 1, 3, 500].map(day => ({ at: calendarDate(2026, 1, 1 + (day === 500 ? 400 : day)), v: day }))
  const data = await read(days.slice(0, 4), { at: 'date', v: 'float64' })
  const few = await plot(data, { x: 'at', y: 'v' })
  const line = panelOf(few, 'line')
  const start = Date.UTC(2026, 0, 1)
  expect(line.lines).toEqual([{ series: 0, x: [start, start + 86_400_000, start + 3 * 86_400_000], y: [0, 1, 3] }])
  expect(few.notes).toEqual(['rows of the same place are brought together: mean of v'])
  const counts = panelOf(await plot(data, { x: 'at', type: 'line' }), 'line')
  expect(counts.lines[0]?.y).toEqual([2, 1, 0, 1])
})

test('many instants are brought together by a period of the calendar', async () => {
  const list = Array.from({ length: 5000 }, (_, hour) => ({ at: new Date(Date.UTC(2024, 11, 30) + hour * 3_600_000), v: hour }))
  const chart = await plot(await read(list, { at: 'timestamp', v: 'float64' }), { x: 'at', y: 'v' })
  const [line] = panelOf(chart, 'line').lines
  expect(chart.notes).toEqual(['mean of v for each day, UTC', 'the band goes from the least to the greatest value'])
  expect([line?.x.length, line?.x[0], line?.y[0], line?.y[1]]).toEqual([209, Date.UTC(2024, 11, 30), 11.5, 35.5])
})

test('months, also before 1970 and in leap years, hold all rows', async () => {
  const list = Array.from({ length: 4000 }, (_, day) => ({ at: new Date(Date.UTC(1960, 1, 29, 12) + day * 86_400_000) }))
  const panel = panelOf(await plot(await read(list, { at: 'timestamp' }), { x: 'at' }), 'histogram')
  expect(sum(panel.counts[0] ?? [])).toBe(4000)
  expect(panel.counts[0]?.every(Number.isFinite)).toBe(true)
  expect(new Date(panel.edges[0] ?? 0).toISOString()).toBe('1960-01-01T00:00:00.000Z')
})

test('a number by category is boxes with the quartiles of the rows', async () => {
  const list = [1, 2, 3, 4, 5, 10].map(v => ({ k: 'a', v })).concat([7, 7, 7].map(v => ({ k: 'b', v })))
  const panel = panelOf(await plot(await read(list, { k: 'string', v: 'float64' }), { x: 'k', y: 'v' }), 'box')
  expect(panel.x.categories).toEqual(['b', 'a'])
  expect(panel.boxes[0]).toEqual({ at: 0, count: 3, min: 7, low: 7, q1: 7, median: 7, q3: 7, high: 7, max: 7, beyond: 0 })
  expect(panel.boxes[1]).toMatchObject({ count: 6, min: 1, low: 1, q1: 2.25, median: 3.5, q3: 4.75, high: 5, max: 10, beyond: 1 })
})

test.each([
  ['count', 2, 3],
  ['sum', 7, 6],
  ['mean', 3.5, 2],
  ['median', 3.5, 2],
  ['min', 3, 1],
  ['max', 4, 3],
] as const)('bars of the %s of each category', async (aggregate, a, b) => {
  const list = [3, 4].map(v => ({ k: 'a', v })).concat([1, 2, 3].map(v => ({ k: 'b', v })))
  const panel = panelOf(await plot(await read(list, { k: 'string', v: 'float64' }), { x: 'k', y: 'v', aggregate }), 'bar')
  const value = (name: string): number | undefined => panel.bars.find(bar => bar.at === panel.x.categories?.indexOf(name))?.value
  expect([value('a'), value('b')]).toEqual([a, b])
})

test('two categories are a heat map of rows; booleans and enums are categories too', async () => {
  const list = [true, true, false, null].map((ok, index) => ({ ok, s: index === 0 ? 'no' : 'yes' }))
  const data = await read(list, { ok: 'boolean?', s: 'string' })
  const chart = await plot(data, { x: 'ok', y: 's' })
  expect(panelOf(chart, 'heat').cells.map(cell => cell.rows)).toEqual([1, 1, 1])
  expect(chart.notes).toEqual(['1 row without ok is left out'])
  const flowers = await plot(await tm.read(iris()), { x: 'species' })
  expect(panelOf(flowers, 'bar').bars.map(bar => bar.value)).toEqual([50, 50, 50])
})

test('a table of one or two columns is drawn whole; of more, the columns must be named', async () => {
  const data = await tm.read(iris())
  expect((await plot(data.select('species', 'sepalLength'))).type).toBe('box')
  await expect(plot(data)).rejects.toMatchObject({ code: 'chart.argument', message: expect.stringContaining('have sepalLength') as string })
})

test('a table without rows has a chart that says so', async () => {
  const data = await read([], { x: 'float64', k: 'string', t: 'timestamp' })
  for (const options of [
    { x: 'x' },
    { x: 'k' },
    { x: 't' },
    { x: 'x', y: 'k' },
    { x: 't', y: 'x' },
    { x: 'k', y: 'k' },
    { x: 'x', y: 'x' },
    { x: 't', y: 'k' },
  ]) {
    const chart = await plot(data, options)
    expect(chart.rows).toBe(0)
    expect(await chart.toSvg()).toContain('no rows to draw')
    expect(await chart.toHtml()).toContain('</figure>')
  }
})

test('numbers of one value, of extreme size, and far apart have a chart', async () => {
  for (const list of [[5], [5, 5], [0.1], [1e308, -1e308], [5e-324, 0], [1e15, 1e15 + 2], [-3, -3.5]]) {
    const chart = await plot(
      await read(
        list.map(x => ({ x })),
        { x: 'float64' },
      ),
      { x: 'x' },
    )
    expect([list, sum(panelOf(chart, 'histogram').counts[0] ?? [])]).toEqual([list, list.length])
    expect(await chart.toSvg()).not.toMatch(/NaN|Infinity/)
  }
})

test('a misspelt column, a list, and a wrong number of bins are refused', async () => {
  const data = await tm.read(iris())
  await expect(plot(data, { x: 'petalLenght' })).rejects.toMatchObject({ code: 'chart.unknown-column', hint: 'did you mean petalLength?' })
  const lists = data.withColumns(r => ({ l: r.species.split('a') }))
  await expect(plot(lists, { x: 'l' })).rejects.toMatchObject({
    code: 'chart.type',
    message: 'column that no chart can show: l is list<string>',
  })
  await expect(plot(data, { x: 'petalLength', bins: 0 })).rejects.toMatchObject({ code: 'chart.argument' })
  await expect(plot(data, { x: 'species', aggregate: 'mean' })).rejects.toMatchObject({ code: 'chart.argument' })
  await expect(plot(Promise.resolve(data) as never, {})).rejects.toThrow('plot wants a table, not a promise: await it first')
})

test('charts of many rows get few rows from the engine', async () => {
  const big = await tm.sql(
    "select i % 1013 / 7.0 as a, sqrt(i) as b, 'k' || (i % 5000) as k, timestamp '2020-01-01' + interval 1 minute * i as t from range(600000) r(i)",
  )
  for (const options of [{ x: 'a' }, { x: 'k' }, { x: 'a', y: 'b' }, { x: 't', y: 'a' }, { x: 'k', y: 'a' }]) {
    const { relation, returned } = counted(big)
    const chart = await plot(relation, options)
    expect(chart.rows).toBe(600_000)
    expect([options, returned() < 4000]).toEqual([options, true])
  }
}, 120_000)

test('a chart that was cancelled ends with the reason', async () => {
  const big = await tm.sql('select i as a, sqrt(i) as b from range(50000000) r(i)')
  const stop = new AbortController()
  const made = plot(big, { x: 'a', y: 'b', signal: stop.signal })
  queueMicrotask(() => stop.abort(new Error('enough')))
  await expect(made).rejects.toThrow(/enough|cancel/)
  await expect(plot(big, { x: 'a', signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
}, 60_000)

test('the same table in another order gives the same bytes', async () => {
  const list = Array.from({ length: 3000 }, (_, index) => ({ a: (index * 7919) % 1009, k: `k${(index * index) % 7}` }))
  const data = await read(list, { a: 'float64', k: 'string' })
  const turned = await read(list.toReversed(), { a: 'float64', k: 'string' })
  for (const options of [{ x: 'a' }, { x: 'k' }, { x: 'k', y: 'a' }, { x: 'a', color: 'k' }])
    expect(await (await plot(data, options)).toHtml()).toBe(await (await plot(turned, options)).toHtml())
})

/** The same table, counting what its engine hands out. */
function counted(data: Dataset<object>): { readonly relation: Relation<object>; returned(): number } {
  let returned = 0
  const { engine } = data
  const watching: Engine = {
    ...engine,
    async *run(plan, options) {
      for await (const batch of engine.run(plan, options)) {
        returned += batch.rows
        yield batch
      }
    },
  }
  const relation = { plan: data.plan, schema: data.schema, engine: watching, derive: data.derive.bind(data) }
  return { relation: relation as unknown as Relation<object>, returned: () => returned }
}
