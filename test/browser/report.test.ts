/** A report with every kind of chart, as somebody sees it who opens the file: no request, no complaint, nothing that axe finds; light, dark, narrow, on paper. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe, { type AxeResults } from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compareChart, type Chart, confusionChart, plot, report } from '../../src/chart/index.ts'
import { californiaHousing, iris } from '../../src/datasets/index.ts'
import { column, expectThat, profile } from '../../src/quality/index.ts'
import { tidemill } from '../../src/session/index.ts'
import { openChromium } from './chromium.ts'

let browser: Browser
let folder: string
let path: string
let charts: readonly Chart[]

beforeAll(async () => {
  browser = await openChromium()
  folder = await mkdtemp(join(tmpdir(), 'tidemill-report-'))
  await using tm = await tidemill()
  const [flowers, houses] = [await tm.read(iris()), await tm.read(californiaHousing())]
  const days = await tm.sql(
    "select timestamptz '2026-01-01' + interval 1 hour * i as at, sin(i / 200.0) as v, 'r' || (i % 3) as r from range(4000) r(i)",
  )
  charts = [
    await plot(houses, { x: 'medInc' }),
    await plot(houses, { x: 'medInc', y: 'medHouseVal' }),
    await plot(houses, { x: 'population', xScale: 'log' }),
    await plot(flowers, { x: 'species' }),
    await plot(flowers, { x: 'species', y: 'petalWidth', color: 'species', aggregate: 'mean' }),
    await plot(flowers, { x: 'petalLength', y: 'petalWidth', color: 'species' }),
    await plot(flowers, { x: 'species', y: 'sepalLength' }),
    await plot(flowers, { x: 'petalLength', facet: 'species' }),
    await plot(days, { x: 'at', y: 'v' }),
    await plot(days, { x: 'at', y: 'v', color: 'r', facet: 'r' }),
    await plot(days, { x: 'at', color: 'r', type: 'area' }),
    compareChart([
      { name: 'a', value: 1 },
      { name: 'b', value: 2 },
    ]),
    confusionChart({
      labels: ['yes', 'no'],
      counts: [
        [8, 2],
        [1, 9],
      ],
    }),
  ]
  const checked = await expectThat(flowers, [column('species').notNull()])
  path = join(folder, 'report.html')
  await report([
    '# Everything\n\nA **report** with `all` kinds.\n\n## Part\n\n- one\n- two\n\n[a link](https://example.org)\n\n> said\n\n```\ncode\n```',
    {
      figures: [
        ['rows', 20640],
        ['columns', 9],
      ],
    },
    ...charts,
    { title: 'Beside', beside: [{ text: 'left' }, { note: 'right' }, { warning: 'careful' }] },
    { title: 'Quality', value: checked },
    { title: 'Profile', value: await profile(flowers) },
    {
      title: 'Values',
      values: [
        ['a', 1],
        ['b', null],
      ],
    },
    (await flowers.describe().rows()) as object[],
  ]).save(path)
  for (const [index, chart] of charts.entries()) await chart.save(join(folder, `${index}.html`))
})
afterAll(async () => {
  await browser?.close()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

async function look(
  file: string,
  options: { readonly colorScheme: 'light' | 'dark'; readonly width: number; readonly shot?: string },
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: options.width, height: 900 },
    colorScheme: options.colorScheme,
    bypassCSP: true,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('request', request => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) complaints.push(`asked ${request.url()}`)
  })
  try {
    await page.goto(pathToFileURL(file).href)
    const wide = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
    await page.evaluate(axe.source)
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults
    const told = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(node => node.html.slice(0, 200))
          .slice(0, 3)
          .join(' | ')}`,
    )
    expect([file, options, told, complaints, wide]).toEqual([file, options, [], [], false])
    const folderOfShots = process.env['TIDEMILL_SHOTS']
    if (folderOfShots !== undefined && options.shot !== undefined)
      await page.screenshot({ path: join(folderOfShots, `${options.shot}.png`), fullPage: true })
  } finally {
    await context.close()
  }
}

test.each(['light', 'dark'] as const)(
  'a report with every kind of chart is well formed for everybody (%s, wide and narrow)',
  async colorScheme => {
    await look(path, { colorScheme, width: 1200, shot: `report-${colorScheme}` })
    await look(path, { colorScheme, width: 360, shot: `narrow-${colorScheme}` })
  },
)

test('each chart is a page of its own that axe has nothing to say about', async () => {
  for (const index of charts.keys()) await look(join(folder, `${index}.html`), { colorScheme: 'light', width: 700 })
}, 180_000)

test('marks say their figures when a pointer rests on them', async () => {
  const page = await browser.newPage()
  await page.goto(pathToFileURL(join(folder, '3.html')).href)
  const tips = await page.locator('.tm-wide rect title').allTextContents()
  expect(tips).toContain('setosa\nrows: 50')
  await page.close()
})

test('a report prints without its lists of links and tables that are shut', async () => {
  const page = await browser.newPage()
  await page.goto(pathToFileURL(path).href)
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('details').first().isVisible()).toBe(false)
  const pdf = await page.pdf({ format: 'A4' })
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  await page.close()
})
