/** The dashboard as somebody sees it who follows the link in the terminal: a real server, a real browser, axe on every page. */
import axe, { type AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openChromium } from './chromium.ts'
import { type House, openHouse, token } from './house.ts'
import { keepOddJobs, longName, markup } from './odd-jobs.ts'

let browser: Browser
let house: House
let context: BrowserContext
let page: Page
/** The cookie of a browser that is signed in. */
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>
/** What the browser complained of: scripts and styles against the policy of the page, errors, requests to others. */
let complaints: string[]

beforeAll(async () => {
  browser = await openChromium()
  house = await openHouse()
  const visit = await browser.newPage()
  await visit.goto(house.link())
  await visit.waitForURL(`${house.url}/`)
  signedIn = await visit.context().storageState()
  await visit.close()
})
afterAll(async () => {
  await browser?.close()
  await house?.close()
})
beforeEach(async () => {
  complaints = []
  await newVisitor({ storageState: signedIn })
})
afterEach(async () => {
  await context.close()
  if (complaints.length > 0) throw new Error(`the browser complained: ${complaints.join('; ')}`)
})

function watch(one: Page): void {
  one.on('console', message => {
    // A refusal that the page itself tells in words is written down by the browser too.
    if (message.type() === 'error' && !/status of 401/.test(message.text())) complaints.push(message.text())
  })
  one.on('pageerror', error => complaints.push(String(error)))
  one.on('request', request => {
    if (!request.url().startsWith(house.url)) complaints.push(`asked ${request.url()}`)
  })
}

/** A browser without memory, but for what is given. */
async function newVisitor(options: { readonly storageState?: typeof signedIn } = {}): Promise<void> {
  await context?.close()
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light', reducedMotion: 'reduce', ...options })
  page = await context.newPage()
  watch(page)
}

/** Opens an address, and waits for words that come with its data. */
async function open(path: string, words: string): Promise<void> {
  await page.goto(`${house.url}${path}`)
  await page.getByRole('main').getByText(words).first().waitFor()
}

/** Rules of axe that a page breaks, with the elements. */
async function breaches(on: Page): Promise<readonly string[]> {
  await on.evaluate(axe.source)
  const { violations } = (await on.evaluate('axe.run()')) as AxeResults
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)
}

/** The number in the tile of a label. */
const tile = (label: string) => page.locator('.tile', { has: page.getByText(label, { exact: true }) }).locator('.v')

/** Addresses, and words that are there once their data are. */
const pages = (): readonly (readonly [path: string, words: string])[] => [
  ['/', 'This machine'],
  ['/streams', house.job],
  [`/streams/${house.job}`, 'exactly once'],
  [`/streams/${house.job}?step=window&graph=watermark&table=rate`, 'as of'],
  [`/streams/${house.job}?table=graph`, 'Watermark'],
  [`/streams/${house.job}#stop`, 'exactly once'],
  ['/runs', 'finished'],
  [`/runs/${house.run}`, 'linearRegression'],
  ['/kept', 'by-region'],
  [`/kept/${house.kept[0]}`, 'aggregate by region'],
  [`/kept/${house.kept[1]}`, 'Phases on 1 workers'],
  ['/models', 'champion v1'],
  ['/models/price', 'the first'],
  ['/#keys', 'This machine'],
]

test('the link in the terminal signs in, watches a stream move and finds the run', async () => {
  await newVisitor()
  await page.goto(house.link())
  await page.waitForURL(`${house.url}/`)
  await page.getByRole('link', { name: house.job }).first().click()
  await page.waitForURL(`${house.url}/streams/${house.job}`)
  await page.getByText('live', { exact: true }).waitFor()
  const read = page.locator('.tile', { has: page.getByText('Out', { exact: true }) }).locator('.d')
  const first = await read.textContent()
  await expect.poll(() => read.textContent(), { timeout: 15_000 }).not.toBe(first)
  for (const chart of ['Rows/s', 'Latency', 'Lag']) await page.getByRole('img', { name: new RegExp(`^${chart}.*now`) }).waitFor()
  await page.getByRole('link', { name: 'Experiments' }).click()
  await page.getByRole('link', { name: 'price' }).last().click()
  await page.waitForURL(`${house.url}/runs/${house.run}`)
  await page.getByText('linearRegression').waitFor()
  await page.getByText('rooms, age').first().waitFor()
})

test('what a table and a MapReduce job gave is found again: rows, plan, figures, functions', async () => {
  await open('/', 'This machine')
  await page.getByRole('link', { name: 'Kept runs' }).click()
  await page.getByRole('link', { name: 'by-region' }).click()
  await page.waitForURL(`${house.url}/kept/${house.kept[0]}`)
  const first = page.getByRole('region', { name: 'First rows' })
  await first.waitFor()
  // Markup in data is text.
  expect(await first.locator('tbody tr').first().textContent()).toBe('<b>r0</b>114')
  await page.getByRole('region', { name: 'Plan' }).getByText('aggregate by region').waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'words' }).click()
  await page.getByRole('heading', { name: 'reduce' }).waitFor()
  expect(await page.getByRole('region', { name: 'First rows' }).locator('tbody tr').allTextContents()).toEqual(['a2', 'b2', 'c1'])
  expect(await page.getByRole('region', { name: 'Phases' }).locator('tbody tr').first().textContent()).toMatch(/^map1/)
  await open('/kept/by-region-20200101T000000000-00000000', 'unknown kept run')
  complaints = complaints.filter(text => !/status of 404/.test(text))
})

test('the code of the link is gone from the address and the history, and no other browser can use it', async () => {
  await newVisitor()
  const link = house.link()
  await page.goto(link)
  await page.waitForURL(`${house.url}/`)
  await page.goBack()
  expect(page.url()).not.toContain('once=')
  const other = await (await browser.newContext()).newPage()
  await other.goto(link)
  const refusal = other.getByRole('alert')
  await refusal.waitFor()
  expect(await refusal.textContent()).toMatch(/security\.once.*used already/)
  expect(other.url()).not.toContain('once=')
  await other.getByLabel(/Link, its code/).fill(house.link())
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.waitForURL(`${house.url}/`)
  await other.context().close()
})

test('who is not signed in is led to sign in, by a token too, and then to the page that was asked for', async () => {
  await newVisitor()
  await page.goto(`${house.url}/models/price?x=1`)
  await page.waitForURL(/\/sign-in\?next=/)
  await page.getByLabel(/Link, its code/).fill(token)
  await page.keyboard.press('Enter')
  await page.waitForURL(`${house.url}/models/price?x=1`)
  await page.getByText('champion v1').first().waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${house.url}/sign-in`)
  await page.goto(`${house.url}/models`)
  await page.waitForURL(/\/sign-in\?next=/)
})

test('without the server the figures stay, with their time, and move again once it is back', async () => {
  await open(`/streams/${house.job}`, 'exactly once')
  await page.getByText('live', { exact: true }).waitFor()
  await house.leave()
  const note = page.getByRole('alert')
  await note.waitFor()
  expect(await note.textContent()).toMatch(/Lost contact with the server at \d\d:\d\d:\d\d\. Figures below are of \d\d:\d\d:\d\d/)
  await page.getByText('lost contact', { exact: true }).waitFor()
  expect(await tile('In').textContent()).toMatch(/\d/)
  await house.comeBack()
  await page.getByRole('button', { name: 'Retry now' }).click()
  await page.getByText('live', { exact: true }).waitFor()
  expect(await note.count()).toBe(0)
  // What the browser says of the server that was away is what this is about.
  complaints = complaints.filter(text => !/ERR_|Failed to load resource/.test(text))
})

test('the address is the state: what is selected comes back by the link, and Back undoes it', async () => {
  await open(`/streams/${house.job}`, 'exactly once')
  const step = page.locator('.node', { hasText: 'window' })
  await step.click()
  await page.waitForURL(/step=window/)
  await page.getByRole('link', { name: 'Rows', exact: true }).click()
  await page.waitForURL(/graph=rate/)
  const address = page.url()
  await page.goBack()
  await expect.poll(() => page.getByRole('link', { name: 'Backpressure' }).getAttribute('aria-current')).toBe('true')
  await page.goto(address)
  await step.waitFor()
  expect(await step.getAttribute('aria-current')).toBe('true')
  expect(await page.getByRole('link', { name: 'Rows', exact: true }).getAttribute('aria-current')).toBe('true')
})

test('keys lead from room to room and from step to step', async () => {
  await open('/', 'This machine')
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.waitForURL(`${house.url}/streams`)
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  expect(page.url()).toBe(`${house.url}/streams`)
  await page.goto(`${house.url}/streams/${house.job}`)
  await page.locator('.node').first().focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.waitForURL(/step=/)
  const steps = await page.locator('.node').evaluateAll(all => all.map(one => one.getAttribute('tabindex')))
  expect(steps.filter(index => index === '0')).toHaveLength(1)
})

test('an address of no page says which pages there are', async () => {
  await open('/', 'This machine')
  await page.evaluate("history.pushState(null, '', '/nothing'); dispatchEvent(new PopStateEvent('popstate'))")
  await page.getByText('no page has the address /nothing').waitFor()
  expect(await breaches(page)).toEqual([])
  await page.getByRole('main').getByRole('link', { name: 'streams' }).click()
  await page.waitForURL(`${house.url}/streams`)
})

test('a job that does not exist is told by name, with those that do', async () => {
  await open('/', 'This machine')
  await page.goto(`${house.url}/streams/price-alert`)
  const told = page.getByRole('alert')
  await told.waitFor()
  expect(await told.textContent()).toMatch(/stream\.unknown-job.*price-alert\b/)
  expect(await breaches(page)).toEqual([])
  complaints = complaints.filter(text => !/status of 404/.test(text))
})

test('a chart is a table when it is asked to be', async () => {
  await open(`/streams/${house.job}`, 'exactly once')
  await page.getByRole('button', { name: /Rows.s.*table/ }).click()
  await page.waitForURL(/table=rate/)
  const table = page.getByRole('region', { name: 'Rows/s' }).getByRole('table')
  expect(await table.getByRole('columnheader').allTextContents()).toEqual(['At', 'read', 'written'])
  expect(await table.getByRole('row').count()).toBeGreaterThan(1)
})

test('light and dark follow the system, and the choice is remembered', async () => {
  const canvas = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor')
  await open('/', 'This machine')
  const light = await canvas()
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await canvas()
  expect(dark).not.toBe(light)
  await page.getByRole('button', { name: 'Light or dark' }).click()
  expect(await canvas()).toBe(light)
  await page.reload()
  await page.locator('h1').waitFor()
  expect(await canvas()).toBe(light)
})

test('what has nothing in it says how to make the first thing', async () => {
  const bare = await openHouse({ empty: true })
  try {
    const visitor = await (await browser.newContext()).newPage()
    await visitor.goto(bare.link())
    await visitor.waitForURL(`${bare.url}/`)
    await visitor.getByText('No stream has run').waitFor()
    expect(await visitor.getByText('tidemill train').count()).toBe(2)
    await visitor.getByText('idle', { exact: true }).waitFor()
    expect(await breaches(visitor)).toEqual([])
    await visitor.context().close()
  } finally {
    await bare.close()
  }
})

test.each([1440, 360])(
  'words of any length and kind stay words, and inside a page of %i pixels',
  async width => {
    const odd = await openHouse({ empty: true })
    try {
      await keepOddJobs(odd.workspace)
      const visitor = await (await browser.newContext({ viewport: { width, height: 800 } })).newPage()
      await visitor.goto(odd.link())
      await visitor.waitForURL(`${odd.url}/`)
      for (const [path, words] of [
        ['/', 'failed:'],
        ['/streams', longName],
        [`/streams/${longName}`, '水车 ☃'],
        ['/streams/broken', 'stream.function-failed'],
        ['/streams/begun', 'No figures yet'],
        ['/streams/forty', 'step-39'],
      ] as const) {
        await visitor.goto(`${odd.url}${path}`)
        await visitor.getByRole('main').getByText(words).first().waitFor()
        expect(await visitor.evaluate('document.documentElement.scrollWidth - innerWidth'), path).toBeLessThanOrEqual(0)
        expect(await visitor.locator('main img').count(), path).toBe(0)
        expect(await breaches(visitor), path).toEqual([])
      }
      await visitor.goto(`${odd.url}/streams/broken`)
      expect(await visitor.locator('.error').textContent()).toContain(markup)
      expect(await visitor.title()).toContain('broken')
      await visitor.context().close()
    } finally {
      await odd.close()
    }
  },
  60_000,
)

test.each(['light', 'dark'] as const)(
  'axe finds nothing on any page, %s',
  async colorScheme => {
    await page.goto(`${house.url}/sign-in`)
    await page.emulateMedia({ colorScheme })
    await page.locator('h1').waitFor()
    expect(await breaches(page), '/sign-in').toEqual([])
    for (const [path, words] of pages()) {
      await open(path, words)
      expect(await breaches(page), path).toEqual([])
    }
  },
  120_000,
)

test('no page is wider than a small telephone', async () => {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(`${house.url}/sign-in`)
  const wider = (): Promise<number> => page.evaluate('document.documentElement.scrollWidth - innerWidth')
  expect(await wider(), '/sign-in').toBeLessThanOrEqual(0)
  for (const [path, words] of pages()) {
    await open(path, words)
    expect(await wider(), path).toBeLessThanOrEqual(0)
  }
  await page.goto(`${house.url}/`)
  await page.getByRole('button', { name: 'Rooms' }).click()
  await page.getByRole('link', { name: 'Models' }).click()
  await page.waitForURL(`${house.url}/models`)
}, 120_000)

test('a job is stopped from its page after a question, and the page says that it ended', async () => {
  await open(`/streams/${house.job}`, 'exactly once')
  await page.getByRole('button', { name: 'Stop' }).click()
  const dialog = page.getByRole('dialog', { name: `Stop ${house.job}?` })
  await dialog.getByRole('button', { name: 'Leave it running' }).click()
  expect(page.url()).toBe(`${house.url}/streams/${house.job}`)
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await dialog.getByRole('button', { name: 'Stop the job' }).click()
  await page.getByText('done', { exact: true }).waitFor()
  await page.locator('.head').getByText('stopped').waitFor()
  // A rate of its last second would be no rate of now.
  expect(await page.locator('.tile').first().textContent()).toMatch(/^In[\d,.]+( k)?rows in all/)
  expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0)
})
