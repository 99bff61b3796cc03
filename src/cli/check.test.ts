import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const main = join(import.meta.dirname, 'main.ts')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-check-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(root, join(folder, 'node_modules/tidemill'))
  const lines = Array.from({ length: 40 }, (_, i) => `${i + 1},${['Oslo', 'Bergen'][i % 2]},${(i * 7) % 13}.5`)
  await writeFile(join(folder, 'orders.csv'), `id,city,amount\n${lines.join('\n')}\n`)
  await writeFile(join(folder, 'bad.csv'), `id,city,amount\n${[...lines, '40,Paris,3.5', '41,,900'].join('\n')}\n`)
  await writeFile(join(folder, 'warm.csv'), `id,city,amount\n${[...lines, '41,Oslo,900.5'].join('\n')}\n`)
  await writeFile(
    join(folder, 'agreed.ts'),
    "import { column, contract } from 'tidemill'\nexport const agreed = contract({ name: 'cities', version: '3', checks: [column('city').in('places', 'name')] })\n",
  )
  await writeFile(join(folder, 'places.csv'), 'name,people\nOslo,1\nBergen,2\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Done {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}
const tidemill = (...args: string[]): Promise<Done> =>
  new Promise(resolve => {
    execFile(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })

test('a file without a contract gets one suggested, which it meets, and which tells bad data from good', async () => {
  const shown = await tidemill('check', 'orders.csv')
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('40 different values in 40 rows')])
  const suggested = await tidemill('check', 'orders.csv', '--suggest')
  await writeFile(join(folder, 'contract.json'), suggested.stdout)
  const good = await tidemill('check', 'orders.csv', '--contract', 'contract.json', '--json')
  expect([good.code, JSON.parse(good.stdout)]).toMatchObject([0, { passed: true, warnings: 0, score: 1, contract: { name: 'orders' } }])
  const bad = await tidemill('check', 'bad.csv', '--contract', 'contract.json', '--html', 'report.html', '--failed', 'failed.parquet')
  expect(bad.code).toBe(1)
  expect(bad.stdout).toMatch(/id unique +│ NO/)
  expect(bad.stdout).toContain('Paris')
  expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Paris')
  expect((await tidemill('head', 'failed.parquet')).stdout).toContain('id unique')
}, 60_000)

test('warnings fail with --strict only', async () => {
  const loose = await tidemill('check', 'warm.csv', '--contract', 'contract.json')
  expect([loose.code, loose.stdout]).toEqual([0, expect.stringContaining('no check failed, 1 warning')])
  expect((await tidemill('check', 'warm.csv', '--contract', 'contract.json', '--strict')).code).toBe(1)
}, 60_000)

test('a contract of a program names its tables, and the figures are kept', async () => {
  const args = ['check', 'bad.csv', '--contract', 'agreed.ts', '--with', 'places=places.csv', '--history', '--json'] as const
  const done = await tidemill(...args)
  expect([done.code, JSON.parse(done.stdout)]).toMatchObject([1, { contract: { name: 'cities', version: '3' }, checks: [{ failed: 1 }] }])
  expect(await readdir(join(folder, '.tidemill/quality/cities'))).toHaveLength(1)
  const typescript = await tidemill('check', 'places.csv', '--typescript')
  expect(typescript.stdout).toContain("import { column, contract, rowCount } from 'tidemill'")
}, 60_000)

test('a wrong command line is code 2, a file that cannot be read code 1', async () => {
  const codes = await Promise.all([
    tidemill('check', 'orders.csv', '--strict'),
    tidemill('check', 'orders.csv', '--contract', 'contract.json', '--with', 'x'),
    tidemill('check', 'orders.csv', '--contract', 'none.json'),
    tidemill('check', 'none.csv', '--contract', 'contract.json'),
  ])
  expect(codes.map(done => [done.code, done.stdout])).toEqual([
    [2, ''],
    [2, ''],
    [1, ''],
    [1, ''],
  ])
}, 60_000)
