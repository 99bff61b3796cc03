/** `tidemill run --watch` as somebody sees it who follows the link in the terminal: a real program, a real browser. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../house/tree.ts'
import { openChromium } from './chromium.ts'

let browser: Browser
let folder: string
let child: ChildProcess
let said = ''

const program = (city: string, more = ''): string => `import { tidemill } from 'tidemill'
import { rows } from 'tidemill/connectors'
const tm = await tidemill({ typesFile: false, workers: 1 })
const table = await tm.read(rows([{ city: '${city}', price: 3 }, { city: '<img src=x onerror=alert(1)>', price: 2 }]))
await table.show()
;(await table.plot({ x: 'city', y: 'price' })).show()
await tm.close()
${more}
`

beforeAll(async () => {
  browser = await openChromium()
  folder = await mkdtemp(join(tmpdir(), 'tidemill-page-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(root, join(folder, 'node_modules/tidemill'))
  await writeFile(join(folder, 'report.mts'), program('Oslo'))
  child = spawn(process.execPath, ['--conditions=tidemill-source', join(root, 'src/cli/main.ts'), 'run', '--watch', 'report.mts'], {
    cwd: folder,
  })
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', bytes => {
      said += String(bytes)
      if (/ended with code 0/.test(said)) resolve()
    })
    child.once('close', () => reject(new Error(`it ended: ${said}`)))
  })
})
afterAll(async () => {
  child.kill('SIGINT')
  await once(child, 'close')
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

test('tables, charts and errors of the program are on the page, and follow each change; values are text; who has no link sees nothing', async () => {
  const link = /http:\S+#once=\S+/.exec(said)?.[0] ?? 'no link'
  const page = await (await browser.newContext()).newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('dialog', dialog => {
    complaints.push(`a script of the data ran: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(link)
  await page.getByRole('cell', { name: 'Oslo' }).first().waitFor()
  await page.locator('svg').first().waitFor()
  expect(await page.getByRole('status').textContent()).toBe('run 1: ended')
  expect(page.url()).not.toContain('once=')
  expect(await page.locator('img').count()).toBe(0)
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)).toEqual([])

  await writeFile(join(folder, 'report.mts'), program('Bergen', `throw new Error('that was all')`))
  await page.getByRole('cell', { name: 'Bergen' }).first().waitFor()
  expect(await page.getByRole('alert').textContent()).toContain('that was all')
  await expect.poll(() => page.getByRole('status').textContent()).toBe('run 2: ended with code 1')
  expect(await page.getByRole('cell', { name: 'Oslo' }).count()).toBe(0)
  expect(complaints).toEqual([])

  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(link)
  await expect.poll(() => stranger.getByRole('status').textContent()).toContain('used already')
  expect(await stranger.getByRole('cell').count()).toBe(0)
})
