import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csv, lines } from '../connectors/index.ts'
import { tidemill } from '../session/index.ts'

const main = join(import.meta.dirname, 'main.ts')
let folder: string
let counted: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-cli-runs-'))
  await writeFile(join(folder, 'sales.csv'), 'region,amount\nnorth,1\nsouth,2\nnorth,3\n')
  await using tm = await tidemill({ workers: 1, folder: join(folder, '.tidemill'), typesFile: false })
  const sales = await tm.read(csv(join(folder, 'sales.csv')))
  const byRegion = sales
    .groupBy('region')
    .agg(r => ({ total: r.amount.sum() }))
    .sort('region')
  for (let i = 0; i < 3; i++) await byRegion.rows({ keep: 'by-region' })
  const counts = await tm.mapReduce(lines(join(folder, 'sales.csv')), {
    *map(line, { counter }) {
      counter('lines')
      yield [line.length, 1] as const
    },
    reduce: (length, all) => ({ length, n: [...all].length }),
    keep: 'lengths',
  })
  counted = counts.report.run
  await tm.experiment('price').run(run => void run.log({ mse: 2 }))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Answer {
  readonly code: number
  readonly out: string
  readonly err: string
}
function runs(...args: readonly string[]): Promise<Answer> {
  return new Promise(resolve => {
    execFile(process.execPath, ['--conditions=tidemill-source', main, 'runs', ...args], { cwd: folder }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })
}
const data = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await runs(...args, '--json')).out)
const namesOf = (list: unknown): string[] => (list as readonly { readonly name: string }[]).map(run => run.name)

test('runs of tables, MapReduce jobs and experiments are one list, the newest first', async () => {
  expect((await runs()).out).toMatch(/by-region-\S+ │ query +│ by-region │ finished/)
  expect(namesOf(await data('list'))).toEqual(['price', 'lengths', 'by-region', 'by-region', 'by-region'])
  expect(await data('list', '--kind', 'mapreduce')).toMatchObject([{ id: counted, kind: 'mapreduce', status: 'finished', rows: 2 }])
  expect(namesOf(await data('list', '--name', 'by-region', '--limit', '2'))).toEqual(['by-region', 'by-region'])
  expect(namesOf(await data('list', '--kind', 'experiment'))).toEqual(['price'])
})

test('a run is shown by its name or id, with its first rows, its report and what of its inputs changed', async () => {
  const shown = (await runs('show', 'by-region')).out
  expect(shown).toMatch(/aggregate by region/)
  expect(shown).toMatch(/north +│ +4/)
  expect(shown).not.toContain('no longer what they were')
  expect((await runs('show', counted)).out).toMatch(/map-reduce on 1 workers[\s\S]*counters[\s\S]*lines +4/)
  expect(await data('show', counted)).toMatchObject({ kind: 'mapreduce', job: { report: { counters: { lines: 4 } } }, changed: [] })
  await writeFile(join(folder, 'sales.csv'), 'region,amount\nnorth,1\nsouth,2\nnorth,4\n')
  expect((await runs('show', 'by-region')).out).toMatch(/no longer what they were[\s\S]*sales\.csv +content/)
})

test('runs are removed by id, all or none, and pruned by age or number', async () => {
  const [newest, second] = (await data('list', '--name', 'by-region')) as readonly { readonly id: string }[]
  const id = second?.id ?? ''
  expect(await runs('remove', id, 'nothing')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no kept run of this id or name: nothing'),
  })
  expect((await runs('remove', id)).out).toBe('removed 1 run\n')
  expect((await runs('prune', '--older-than', '1h')).out).toBe('removed 0 runs\n')
  expect(await data('prune', '--last', '1', '--name', 'by-region')).toMatchObject({ removed: [expect.stringMatching(/^by-region-/)] })
  expect(await data('list', '--name', 'by-region')).toMatchObject([{ id: newest?.id }])
})

test('a damaged run is listed as such and can be removed', async () => {
  await writeFile(join(folder, '.tidemill/kept', counted, 'run.json'), '{}')
  expect(await data('list', '--name', 'lengths')).toMatchObject([{ id: counted, status: 'damaged' }])
  expect(await runs('show', counted)).toMatchObject({ code: 1, err: expect.stringContaining('runs.damaged') })
  expect((await runs('remove', counted)).code).toBe(0)
  expect(await data('list', '--name', 'lengths')).toEqual([])
})

test('a wrong command line ends with 2, a thing that is not there with 1, and both say what there is', async () => {
  expect(await runs('lits')).toMatchObject({ code: 2, err: expect.stringContaining('have list, show, remove, prune') })
  expect(await runs('prune')).toMatchObject({ code: 2, err: expect.stringContaining('nothing says which runs go') })
  expect(await runs('prune', '--older-than', 'soon')).toMatchObject({ code: 2, err: expect.stringContaining('not soon') })
  expect(await runs('list', '--kind', 'querry')).toMatchObject({
    code: 2,
    err: expect.stringContaining('have query, mapreduce, experiment'),
  })
  expect(await runs('show', 'x', '--limit', '3')).toMatchObject({ code: 2, err: expect.stringContaining('--limit') })
  expect(await runs('show', 'by-regio')).toMatchObject({ code: 1, err: expect.stringMatching(/have by-region[\s\S]*by-region/) })
  expect(await runs('--workspace', 'nowhere')).toMatchObject({ code: 1, err: expect.stringContaining('no workspace: nowhere') })
})
