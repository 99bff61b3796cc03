import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { iris } from '../datasets/index.ts'
import { describeValue, renderTerminal } from '../display/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { makeChart } from './chart.ts'
import { confusionChart, plot } from './index.ts'
import type { Chart, ChartData } from './types.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

interface Found {
  readonly attributes: ArrayLike<{ readonly name: string; readonly value: string }>
  readonly localName: string
  readonly textContent: string
  getAttribute(name: string): string | null
}
const all = (html: string, selector: string): readonly Found[] => {
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`) as unknown as {
    readonly document: { querySelectorAll(selector: string): Iterable<Found> }
  }
  return [...document.querySelectorAll(selector)]
}
const evil = `<img src=x onerror=alert(1)>"'&</text><script>alert(2)</script>`

async function evilCharts(): Promise<readonly Chart[]> {
  const list = Array.from({ length: 12 }, (_, index) => ({
    [evil]: `${evil}${index % 3}`,
    n: index * 1.5,
    at: new Date(index * 9e7),
    m: index,
  }))
  const data = await tm.read(rows(list, { schema: { [evil]: 'string', n: 'float64', at: 'timestamp', m: 'float64' } }))
  const made = await Promise.all([
    plot(data, { x: evil }),
    plot(data, { x: evil, y: 'n', title: evil }),
    plot(data, { x: evil, y: evil }),
    plot(data, { x: 'n', y: 'm', color: evil }),
    plot(data, { x: 'n', color: evil }),
    plot(data, { x: 'at', y: 'n', color: evil }),
    plot(data, { x: 'at', y: evil }),
  ])
  return [
    ...made,
    confusionChart({
      labels: [evil, 'b'],
      counts: [
        [1, 2],
        [3, 4],
      ],
      title: evil,
    }),
  ]
}

test('bars are as many as categories, in the drawing and in the table', async () => {
  const chart = await plot(await tm.read(iris()), { x: 'species' })
  const svg = await chart.toSvg()
  expect(all(svg, 'g[fill="var(--q4)"] rect')).toHaveLength(3)
  expect(all(svg, 'text').map(text => text.textContent)).toEqual(expect.arrayContaining(['setosa', 'versicolor', 'virginica', '50']))
  const page = await chart.toHtml()
  expect(all(page, 'tbody tr')).toHaveLength(3)
  expect(all(page, 'tbody th').map(cell => cell.textContent)).toEqual(['setosa', 'versicolor', 'virginica'])
})

test('names from the data are text, never elements', async () => {
  for (const chart of await evilCharts())
    for (const html of [await chart.toSvg(), await chart.toHtml()]) {
      expect(all(html, 'img, script, foreignObject, a, iframe, object')).toEqual([])
      const handlers = all(html, '*').flatMap(element => Array.from(element.attributes).filter(({ name }) => name.startsWith('on')))
      expect(handlers).toEqual([])
      expect(html).not.toContain('<img')
      expect(html).not.toContain('<script')
    }
})

test('a drawing loads nothing and runs nothing', async () => {
  for (const chart of await evilCharts()) {
    const html = await chart.toHtml()
    expect(html).not.toMatch(/https?:|\bsrc\s*=\s*["']|href|url\(|@import/)
    expect((await chart.toSvg()).replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|url\(|@import/)
  }
})

test('screen readers get one sentence instead of the drawing', async () => {
  const chart = await plot(await tm.read(iris()), { x: 'species', y: 'sepalLength', aggregate: 'mean' })
  expect(chart.summary).toBe(
    'mean of sepalLength by species. Bars of mean of sepalLength for 3 categories of species; greatest value 6.588 (virginica), least 5.006 (setosa).',
  )
  const page = await chart.toHtml()
  expect(all(page, '[role="img"]').map(element => element.getAttribute('aria-label'))).toEqual([chart.summary])
  expect(all(page, 'svg').map(svg => svg.getAttribute('aria-hidden'))).toEqual(['true', 'true'])
  // Labels on groups without a role: what Plot writes, and checkers refuse.
  expect(all(page, 'svg [aria-label], svg [aria-description]')).toEqual([])
})

test('colours follow the page, or are plain for programs without CSS', async () => {
  const chart = await plot(await tm.read(iris()), { x: 'petalLength', y: 'petalWidth', color: 'species' })
  const [auto, light, dark] = [await chart.toSvg(), await chart.toSvg({ theme: 'light' }), await chart.toSvg({ theme: 'dark' })]
  expect(auto).toContain('--c1:light-dark(#3a60c6,#3b80ff)')
  for (const plain of [light, dark]) expect(plain).not.toMatch(/var\(|<style|light-dark/)
  expect(light).toContain('#3a60c6')
  expect(dark).toContain('#3b80ff')
})

test('the same chart gives the same bytes', async () => {
  for (const [a, b] of (await evilCharts()).map((chart, index, list) => [chart, list[index]] as const))
    expect(await a.toHtml()).toBe(await b?.toHtml())
  const [first, second] = [await evilCharts(), await evilCharts()]
  for (const [index, chart] of first.entries()) expect(await chart.toSvg()).toBe(await second[index]?.toSvg())
})

test('points and cells have no digits that nobody sees', async () => {
  const chart = await plot(await tm.read(iris()), { x: 'petalLength', y: 'petalWidth' })
  expect(await chart.toSvg()).not.toMatch(/="[^"]*\d\.\d{3,}/)
})

test('a chart is plain frozen data', async () => {
  const chart = await plot(await tm.read(iris()), { x: 'species' })
  const { toSvg, toHtml, summary, ...data } = chart
  expect([typeof toSvg, typeof toHtml, typeof summary]).toEqual(['function', 'function', 'string'])
  const copy = makeChart(JSON.parse(JSON.stringify(data)) as ChartData)
  expect(await copy.toHtml()).toBe(await chart.toHtml())
  expect(Object.isFrozen(chart.panels[0])).toBe(true)
})

test('a chart shows itself in the terminal', async () => {
  const flowers = await tm.read(iris())
  const text = async (options: object): Promise<string> => renderTerminal(describeValue(await plot(flowers, options)), { width: 80 })
  expect(await text({ x: 'species' })).toMatch(/setosa │█+ +50\n/)
  expect(await text({ x: 'species', y: 'sepalLength' })).toContain('virginica')
  expect(await text({ x: 'petalLength', y: 'petalWidth', type: 'heat' })).toMatch(/│.*[░▒▓█]/)
  expect(await text({ x: 'petalLength', y: 'petalWidth' })).toContain('two numbers: a point for each row')
})

test('a width nobody can draw in is refused', async () => {
  const chart = await plot(await tm.read(iris()), { x: 'species' })
  await expect(chart.toSvg({ width: 10 })).rejects.toMatchObject({ code: 'chart.argument' })
  expect(await chart.toSvg({ width: 300 })).toContain('width="300"')
})
