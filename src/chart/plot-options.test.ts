import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows as rowsSource } from '../connectors/index.ts'
import type { Dataset } from '../dataset/index.ts'
import { iris } from '../datasets/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { type Chart, correlationChart, plot } from './index.ts'
import { nameOrder } from './survey.ts'
import type { Panel } from './types.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

function panelsOf<S extends Panel['shape']>(chart: Chart, shape: S): readonly (Panel & { readonly shape: S })[] {
  expect(chart.panels.map(panel => panel.shape)).toEqual(chart.panels.map(() => shape))
  return chart.panels as readonly (Panel & { readonly shape: S })[]
}
const read = (list: readonly object[], schema: Readonly<Record<string, string>>): Promise<Dataset<object>> =>
  tm.read(rowsSource(list as never, { schema: schema as never })) as Promise<Dataset<object>>
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

test('a table draws itself, and its columns are known to the compiler', async () => {
  const flowers = await tm.read(iris())
  const chart = await flowers.plot({ x: 'petalLength', y: 'petalWidth', color: 'species' })
  expect([chart.type, chart.reason]).toEqual(['scatter', 'two numbers: a point for each row'])
  // @ts-expect-error no such column
  await expect(flowers.plot({ x: 'petalLenght' })).rejects.toMatchObject({ code: 'chart.unknown-column' })
})

test('small multiples have a panel for each value, in order, with the same axes, and hold every row', async () => {
  const flowers = await tm.read(iris())
  const chart = await flowers.plot({ x: 'petalLength', facet: 'species' })
  const panels = panelsOf(chart, 'histogram')
  expect(panels.map(panel => panel.title)).toEqual(['setosa', 'versicolor', 'virginica'])
  expect(panels.map(panel => sum(panel.counts[0] ?? []))).toEqual([50, 50, 50])
  expect(new Set(panels.map(panel => JSON.stringify([panel.edges, panel.y.domain]))).size).toBe(1)
  expect(panels[0]?.rule?.at).toBeCloseTo(1.462, 9)
  const svg = await chart.toSvg()
  for (const name of ['setosa', 'versicolor', 'virginica']) expect(svg).toContain(`>${name}</text>`)
})

test('whole numbers make small multiples in their order, and the rarest are brought together', async () => {
  const list = Array.from({ length: 300 }, (_, index) => ({ year: 1990 + (index % 15), v: index }))
  const data = await read(list, { year: 'int64', v: 'float64' })
  const chart = await plot(data, { x: 'v', facet: 'year' })
  expect(chart.panels.map(panel => panel.title)).toEqual([...Array.from({ length: 11 }, (_, index) => `${1990 + index}`), '4 others'])
  expect(sum(panelsOf(chart, 'histogram').flatMap(panel => panel.counts[0] ?? []))).toBe(300)
  expect(chart.notes).toContain('year has 15 values: the 11 most frequent are shown, the others together')
})

test('boxes of a facet are those of its rows alone, the others too', async () => {
  const list = Array.from({ length: 260 }, (_, index) => ({ f: `f${index % 13}`, k: index % 2 === 0 ? 'a' : 'b', v: index }))
  const data = await read(list, { f: 'string', k: 'string', v: 'float64' })
  const panels = panelsOf(await plot(data, { x: 'k', y: 'v', facet: 'f' }), 'box')
  const known = new Set(panels.slice(0, -1).map(panel => panel.title))
  for (const panel of panels)
    for (const box of panel.boxes) {
      const own = list.filter(row => (known.has(row.f) ? row.f : '2 others') === panel.title && row.k === panel.x.categories?.[box.at])
      const values = own.map(row => row.v)
      expect([box.count, box.min, box.max, box.low, box.high]).toEqual([
        own.length,
        Math.min(...values),
        Math.max(...values),
        Math.min(...values),
        Math.max(...values),
      ])
    }
})

test.each(['bar', 'line', 'area', 'scatter', 'heat'] as const)('a %s has small multiples that hold the rows of each', async type => {
  const list = Array.from({ length: 40 }, (_, index) => ({ f: index % 4 === 0 ? 'one' : 'three', x: index % 10, y: 1 }))
  const data = await read(list, { f: 'string', x: 'int64', y: 'float64' })
  const chart = await plot(data, {
    x: 'x',
    y: 'y',
    type,
    facet: 'f',
    ...(type === 'scatter' || type === 'heat' ? {} : { aggregate: 'sum' }),
  })
  const totals = chart.panels.map(panel => {
    if (panel.shape === 'bar') return sum(panel.bars.map(bar => bar.value))
    if (panel.shape === 'line' || panel.shape === 'area') return sum(panel.lines.flatMap(line => line.y))
    if (panel.shape === 'scatter') return panel.points.x.length
    return panel.shape === 'heat' ? sum(panel.cells.map(cell => cell.rows)) : 0
  })
  expect([chart.panels.map(panel => panel.title), totals]).toEqual([
    ['one', 'three'],
    [10, 30],
  ])
  expect(await chart.toHtml()).toContain('tm-facets')
})

test('a facet of many values is refused with what to do', async () => {
  const data = await read([{ x: 1.5, t: new Date(0) }], { x: 'float64', t: 'timestamp' })
  await expect(plot(data, { x: 'x', facet: 't' })).rejects.toMatchObject({
    code: 'chart.type',
    hint: 'a column of periods: withColumns(r => ({ year: r.t.year() }))',
  })
  await expect(plot(data, { x: 'x', facet: 'x' })).rejects.toThrow('facet that has too many values: x is float64')
})

test('bars of several colours are stacked where values can be added, and stand side by side where not', async () => {
  const list = ['a', 'b'].flatMap(k => ['p', 'q'].map((c, index) => ({ k, c, v: index + 1 })))
  const data = await read(list, { k: 'string', c: 'string', v: 'float64' })
  const [added] = panelsOf(await plot(data, { x: 'k', y: 'v', color: 'c', aggregate: 'sum' }), 'bar')
  const [means] = panelsOf(await plot(data, { x: 'k', y: 'v', color: 'c', aggregate: 'mean' }), 'bar')
  const [asked] = panelsOf(await plot(data, { x: 'k', color: 'c', bars: 'grouped' }), 'bar')
  expect([added?.grouped, means?.grouped, asked?.grouped]).toEqual([undefined, true, true])
  await expect(plot(data, { x: 'k', y: 'v', color: 'c', aggregate: 'mean', bars: 'stacked' })).rejects.toThrow(
    'stacked bars of what cannot be added: mean (have count, sum)',
  )
  await expect(plot(data, { x: 'k', bars: 'grouped' })).rejects.toThrow('bars of a bar without bars of several colours')
})

test('the top of a sum is the greatest by the sum, the others are one bar', async () => {
  const list = Array.from({ length: 20 }, (_, index) => ({ k: `k${index}`, v: index })).concat(
    Array.from({ length: 5 }, () => ({ k: 'k0', v: 0 })),
  )
  const data = await read(list, { k: 'string', v: 'float64' })
  const chart = await plot(data, { x: 'k', y: 'v', aggregate: 'sum', top: 3 })
  const [panel] = panelsOf(chart, 'bar')
  expect(panel?.x.categories).toEqual(['k19', 'k18', 'k17', '17 others'])
  expect(panel?.bars.map(bar => bar.value)).toEqual([19, 18, 17, sum(list.map(row => row.v)) - 54])
  expect(chart.notes).toEqual(['k has 20 values: the 3 greatest by sum of v are shown, the others together'])
})

test('categories stand by name when asked to, numbers among them by size', async () => {
  const list = ['10', '9', '9', '100'].map(k => ({ k }))
  const [panel] = panelsOf(await plot(await read(list, { k: 'string' }), { x: 'k', sort: 'name' }), 'bar')
  expect([panel?.x.categories, panel?.bars.map(bar => bar.value)]).toEqual([
    ['9', '10', '100'],
    [2, 1, 1],
  ])
  const names = ['b', '', 'a', 'ab', '\u{1F600}', '\uFFFD']
  expect(nameOrder(names).map(at => names[at])).toEqual(['', 'a', 'ab', 'b', '\uFFFD', '\u{1F600}'])
})

test('a log scale cuts by factors and says what it cannot show', async () => {
  const list = [0, -1, ...Array.from({ length: 60 }, (_, index) => 10 ** (index % 6))].map(x => ({ x }))
  const chart = await plot(await read(list, { x: 'float64' }), { x: 'x', xScale: 'log', bins: 5 })
  const [panel] = panelsOf(chart, 'histogram')
  expect(panel?.edges).toEqual([1, 10, 100, 1000, 10_000, 100_000])
  expect(sum(panel?.counts[0] ?? [])).toBe(60)
  expect(chart.notes).toEqual(['2 rows where x is not above zero (or NaN or infinite): the axis is logarithmic, they are left out'])
  const svg = await chart.toSvg()
  for (const tick of ['1', '10', '100', '1000', '10k']) expect(svg).toContain(`>${tick}</text>`)
  await expect(plot(await read(list, { x: 'float64' }), { x: 'x', type: 'bar', xScale: 'log' })).rejects.toThrow(
    'log scale of x of a bar, which begins at zero',
  )
  await expect(plot(await tm.read(iris()), { x: 'species', xScale: 'log' })).rejects.toThrow('log scale of what is no number: species is')
})

test('a line over many rows keeps its peaks as a band, from the engine', async () => {
  const data = await tm.sql('select i as x, case when i = 54321 then 1000.0 else i % 10 end as y from range(200000) r(i)')
  const chart = await plot(data, { x: 'x', y: 'y', type: 'line' })
  const [line] = panelsOf(chart, 'line')[0]?.lines ?? []
  expect(Math.max(...(line?.high ?? []))).toBe(1000)
  expect(Math.min(...(line?.low ?? []))).toBe(0)
  expect(line?.x.length).toBeLessThan(500)
  expect(chart.notes.at(-1)).toBe('the band goes from the least to the greatest value')
})

test('periods are cut by the clock of the zone that is asked for; a wall clock is never shifted', async () => {
  // 23:30 in UTC is the next day in Shanghai.
  const list = Array.from({ length: 3 }, (_, index) => ({ at: new Date(Date.UTC(2026, 0, 1 + index, 23, 30)) }))
  const data = await read(list, { at: 'timestamp' })
  const days = async (timeZone?: string): Promise<readonly [string | undefined, string | undefined]> => {
    const chart = await plot(data, { x: 'at', type: 'bar', bins: undefined, timeZone })
    return [chart.panels[0]?.x.categories?.[0], chart.notes[0]]
  }
  expect(await days()).toEqual(
    ['2026-01-01 23:30', 'a bar for each hour, UTC'].map((text, at) => (at === 0 ? expect.stringMatching(/^2026-01-01 23/) : text)),
  )
  expect((await days('Asia/Shanghai'))[0]).toMatch(/^2026-01-02 07/)
  expect((await days('Asia/Shanghai'))[1]).toMatch(/, Asia\/Shanghai$/)
  const walls = await tm.sql("select timestamp '2026-01-01 23:30:00' as at, 1.0 as v")
  const chart = await plot(walls, { x: 'at', y: 'v' })
  expect(panelsOf(chart, 'line')[0]?.lines[0]?.x).toEqual([Date.UTC(2026, 0, 1, 23, 30)])
  await expect(plot(walls, { x: 'at', y: 'v', timeZone: 'Asia/Shanghai' })).rejects.toThrow('timeZone of a chart without instants')
})

test.each([
  [{ x: 'v', sort: 'up' }, 'unknown sort: up (have value, name)'],
  [{ x: 'v', top: 0 }, 'top are a whole number from 1 to 100, not 0'],
  [{ x: 'v', top: 5 }, 'top of a histogram without a category'],
  [{ x: 'v', sort: 'name' }, 'sort of a histogram without categories along an axis'],
  [{ x: 'v', yScale: 'ln' }, 'unknown yScale: ln (have linear, log)'],
  [{ x: 'v', timeZone: 'UTC' }, 'timeZone of a chart without instants: UTC'],
])('%j is refused: %s', async (options, message) => {
  await expect(plot(await read([{ v: 1 }], { v: 'float64' }), options as never)).rejects.toThrow(message)
})

test('small multiples of many rows get few rows from the engine', async () => {
  const generated = await tm.sql(
    "select sqrt(i) as b, 'k' || (i % 7) as k, i % 5 as f, timestamptz '2020-01-01' + interval 1 minute * i as t from range(200000) r(i)",
  )
  await using big = await generated.cache()
  let returned = 0
  const { engine } = big
  const watching = {
    ...engine,
    async *run(...args: Parameters<typeof engine.run>) {
      for await (const batch of engine.run(...args)) {
        returned += batch.rows
        yield batch
      }
    },
  }
  const relation = { plan: big.plan, schema: big.schema, engine: watching, derive: big.derive.bind(big) } as unknown as typeof big
  const box = await plot(relation, { x: 'k', y: 'b', facet: 'f' })
  expect(sum(panelsOf(box, 'box').flatMap(panel => panel.boxes.map(one => one.count)))).toBe(200_000)
  await plot(relation, { x: 't', y: 'b', facet: 'f' })
  expect(returned).toBeLessThan(5_000)
}, 60_000)

test('correlations of all numbers are a heat map from -1 to 1', async () => {
  const list = Array.from({ length: 50 }, (_, index) => ({ a: index, b: -2 * index + 5, c: (index * index) % 17, still: 1, k: 'text' }))
  const data = await read(list, { a: 'int64', b: 'float64', c: 'float64', still: 'int64', k: 'string' })
  const chart = await correlationChart(data)
  const [panel] = panelsOf(chart, 'heat')
  const value = (x: number, y: number): number | undefined => panel?.cells.find(cell => cell.x === x && cell.y === y)?.value
  expect(panel?.x.categories).toEqual(['a', 'b', 'c', 'still'])
  expect(value(0, 1)).toBeCloseTo(-1, 12)
  expect([value(1, 0), value(2, 2), value(0, 3)]).toEqual([value(0, 1), 1, undefined])
  expect(chart.notes[0]).toMatch(/^3 pairs have no correlation/)
  expect(await chart.toSvg({ theme: 'light' })).toContain('−1 to −0.6')
  await expect(correlationChart(data, { columns: ['a', 'k'] as never })).rejects.toThrow('correlation of what is no number: k')
  await expect(correlationChart(data, { columns: ['a'] as never })).rejects.toThrow('correlations are of 2 to 24 columns, not 1')
})
