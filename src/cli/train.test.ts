/** From a file to a model and its predictions, as typed in a shell: real processes over the tables that ship. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModel } from '../ml/index.ts'
import { openWorkspace } from '../models/index.ts'
import { printFailure } from './failure.ts'
import { predict } from './predict.ts'
import { train } from './train.ts'
import type { TrainOptions } from './train-request.ts'

const datasets = join(import.meta.dirname, '../../datasets')
const main = join(import.meta.dirname, 'main.ts')
const iris = join(datasets, 'iris.csv')
const german = join(datasets, 'german_credit.csv')
const california = join(datasets, 'california_missing.csv.gz')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-train-'))
  const rows = (count: number, row: (i: number) => readonly unknown[]): string =>
    Array.from({ length: count }, (_, i) => `${row(i).join(',')}\n`).join('')
  await file('one.csv', `a,y\n${rows(30, i => [i, 'yes'])}`)
  await file('same.csv', `a,y\n${rows(30, i => [i * i, 5.5])}`)
  await file('few.csv', `a,y\n${rows(6, i => [i, i % 2])}`)
  await file('infinite.csv', `a,y\n${rows(30, i => [i === 4 ? 'Infinity' : i * 1.5, i * 2.5])}`)
  await file('ids.csv', `name,y\n${rows(30, i => [`n${i}`, i % 2])}`)
  await file('rare.csv', `a,y\n${rows(40, i => [i * 1.5, i === 0 ? 'rare' : i % 2 === 0 ? 'a' : 'b'])}`)
  await file('cut.csv.gz', (await readFile(california)).subarray(0, 3_000))
  // Rows without a target, NaN and NULL in a number, NULL in a text; and columns that would do harm.
  await file(
    'gaps.csv',
    `id,name,day,flat,a,b,y\n${rows(60, i => [i + 1, `n${i}`, `2026-01-0${(i % 9) + 1}`, 7, i === 1 ? 'NaN' : i % 7 === 0 ? '' : i * 1.5, i % 4 === 0 ? '' : ['x', 'y', 'z'][i % 3], i % 9 === 0 ? '' : i % 3 === 0 ? 'no' : 'yes'])}`,
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Said {
  readonly out: string
  readonly err: string
  readonly exit: number | null
}

async function tidemill(...args: readonly string[]): Promise<Said> {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder })
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>])
  return { out, err, exit }
}
async function json<T>(...args: readonly string[]): Promise<T> {
  const { out, err, exit } = await tidemill(...args, '--json')
  expect([exit, err]).toEqual([0, ''])
  return JSON.parse(out) as T
}
/** What the command line says of work in this process. */
async function failure(work: Promise<void>): Promise<ReturnType<typeof printFailure>> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeDefined()
  return printFailure(error)
}
const file = (name: string, content: string | Uint8Array): Promise<void> => writeFile(join(folder, name), content)

interface Report {
  readonly target: { readonly task: string; readonly missing: number; readonly note?: string }
  readonly split: { readonly training: number; readonly heldOut: number }
  readonly metrics: Readonly<Record<'heldOut' | 'baseline' | 'training', Readonly<Record<string, number>>>>
  readonly search?: { readonly best: object; readonly candidates: readonly Readonly<Record<string, number>>[] }
  readonly importance: { readonly columns: readonly { readonly feature: string }[] }
  readonly registered?: { readonly name: string; readonly version: number; readonly run: string }
}
interface Answer {
  readonly total: number
  readonly notes: readonly string[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

test('a table of flowers becomes a saved model, and another process predicts every row with it', async () => {
  const report = await json<Report>('train', iris, '--target', 'species', '--out', 'flowers')
  expect(report.split).toMatchObject({ training: 120, heldOut: 30 })
  const { heldOut, baseline, training } = report.metrics
  expect(baseline['accuracy']).toBeCloseTo(1 / 3, 10)
  expect(heldOut['accuracy']).toBeGreaterThan(0.9)
  expect(training['accuracy']).toBe(1)
  expect(report.importance.columns.map(column => column.feature).toSorted()).toEqual([
    'petal_length',
    'petal_width',
    'sepal_length',
    'sepal_width',
  ])

  const said = await tidemill('predict', 'flowers', iris, '--out', 'flowers.csv')
  expect(said).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^folder flowers: randomForestClassifier for species\nflowers\.csv: 150 rows written\n$/),
  })
  const [head = '', ...lines] = (await readFile(join(folder, 'flowers.csv'), 'utf8')).trim().split('\n')
  expect(head).toBe(
    'sepal_length,sepal_width,petal_length,petal_width,species,prediction,probability=setosa,probability=versicolor,probability=virginica',
  )
  expect(lines).toHaveLength(150)
  const model = await loadModel(join(folder, 'flowers'))
  for (const line of lines) {
    const [sepal_length, sepal_width, petal_length, petal_width, , prediction, ...shares] = line.split(',')
    const row = { sepal_length, sepal_width, petal_length, petal_width }
    const numbers = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]))
    expect(model.predict(numbers)).toEqual({ prediction, probabilities: shares.map(Number) })
  }
})

test('a model is chosen by cross-validation and registered with its run: what was asked, which rows, which figures', async () => {
  const grid = ['--grid', 'trees=5,10', '--grid', 'maxDepth=3,6', '--folds', '3', '--scoring', 'rocAuc']
  const report = await json<Report>('train', german, '--target', 'class', ...grid, '--register', 'credit', '--workspace', 'registry')
  expect(report.target).toMatchObject({
    task: 'classes',
    note: expect.stringContaining('2 whole numbers are taken for classes; --regress'),
  })
  const means = report.search?.candidates.map(candidate => candidate['rocAuc'] as number) ?? []
  expect(means).toHaveLength(4)
  expect(means).toEqual(means.toSorted((a, b) => b - a))
  const [first] = report.search?.candidates ?? []
  expect(report.search?.best).toEqual({ trees: first?.['trees'], maxDepth: first?.['maxDepth'] })
  expect(report.metrics.heldOut['rocAuc']).toBeGreaterThan(0.65)
  expect(report.metrics.baseline).toMatchObject({ accuracy: 0.7, rocAuc: 0.5 })

  const workspace = await openWorkspace(join(folder, 'registry'), { existing: true })
  try {
    const version = await workspace.models.find('credit')
    expect(version).toMatchObject({ number: 1, target: 'class', rows: 800, run: report.registered?.run })
    expect(version.metrics).toMatchObject({ rocAuc: report.metrics.heldOut['rocAuc'] })
    expect(version.metrics).not.toHaveProperty('rows')
    const run = await workspace.runs.get(version.run ?? '')
    expect(run).toMatchObject({
      experiment: 'credit',
      status: 'finished',
      params: { target: 'class', model: 'randomForestClassifier', 'split seed': 42 },
    })
    expect(run.metrics).toMatchObject({ rocAuc: report.metrics.heldOut['rocAuc'], 'baseline.accuracy': 0.7 })
    expect(Object.fromEntries(run.data.map(({ name, rows }) => [name, rows]))).toEqual({ training: 800, 'held-out': 200 })
  } finally {
    await workspace.close()
  }
  const at = ['--workspace', 'registry']
  const answer = await json<Answer>('predict', 'credit@1', german, '--rows', '2', ...at)
  expect(answer.total).toBe(1000)
  expect(answer.rows.map(row => typeof row['prediction'])).toEqual(['number', 'number'])
  expect((await tidemill('predict', 'credit@7', german, ...at)).err).toContain('error: unknown version: credit@7 (have 1)')
  expect((await tidemill('predict', 'credit@best', german, ...at)).err).toMatch(/^error: unknown alias: /)
  expect((await tidemill('predict', 'credt', german, ...at)).err).toContain(
    'error: unknown model: credt (have credit)\nhint: did you mean credit?',
  )
}, 180_000)

test('NULLs, text and numbers are prepared, and what is typed next is told', async () => {
  const { out, exit, err } = await tidemill('train', california, '--target', 'median_house_value', '--model', 'linear', '--out', 'price')
  expect([exit, err]).toEqual([0, ''])
  expect(out).toContain('20640 rows, 10 columns')
  expect(out).toContain('NULLs become the median (here total_bedrooms: 207); scaled to mean 0 and deviation 1')
  expect(out).toContain('a column of 0 and 1 for each of 5 categories')
  expect(out).toContain('16512 rows to learn from, 4128 held out')
  expect(out).toMatch(/HELD OUT \(4128 rows\) │ baseline on them │ training \(16512 rows\)/)
  const [, heldOut, baseline] = /│ r2 +│ +(\S+) │ +(\S+) │/.exec(out) ?? []
  expect(Number(heldOut)).toBeGreaterThan(0.6)
  expect(Math.abs(Number(baseline))).toBeLessThan(0.01)
  expect(out).toContain(`next\n  tidemill predict price ${california}\n  tidemill serve --model price=price\n`)
  const said = await tidemill('predict', 'price', california, '--rows', '2')
  expect(said.out).toContain('note: NULLs filled as the model learnt to: total_bedrooms 207')
  expect(said.out).toContain('2 of 20640 rows')
}, 180_000)

test('rows without a target, gaps and columns that would do harm are told of', async () => {
  const { out, exit } = await tidemill('train', 'gaps.csv', '--target', 'y', '--model', 'tree')
  expect(exit).toBe(0)
  expect(out).toContain('7 rows without a value of y left out')
  // Of the rows that are left: eight without a value, and NaN.
  expect(out).toContain('1 number: NULLs become the median (here a: 9)')
  for (const left of ['id (like an id', 'name (like an id: 53', 'day (date', 'flat (the same value in every row)'])
    expect(out).toContain(left)
  expect(out).toContain('--out FOLDER saves it')
  const named = await json<{ features: { numbers: readonly { name: string }[] } }>(
    'train',
    'gaps.csv',
    '--target',
    'y',
    '--columns',
    'id,flat',
  )
  expect(named.features.numbers.map(column => column.name)).toEqual(['id', 'flat'])
}, 180_000)

test('one worker and two learn the same model to the bit', async () => {
  for (const workers of ['1', '2'])
    await json('train', iris, '--target', 'species', '--grid', 'trees=10,20', '--workers', workers, '--out', `workers-${workers}`)
  const manifest = (workers: string): Promise<string> => readFile(join(folder, `workers-${workers}`, 'model.json'), 'utf8')
  expect(await manifest('1')).toBe(await manifest('2'))
}, 180_000)

test.each([
  [['one.csv'], 2, 'no target was named'],
  [['one.csv', '--target', 'why'], 1, 'unknown target: why (have a, y)'],
  [['one.csv', '--target', 'y'], 1, 'target y has one class only: yes'],
  [['one.csv', '--target', 'y', '--regress'], 1, 'target y is text, so no number can be predicted'],
  [['same.csv', '--target', 'y'], 1, 'target y is the same in every row: 5.5'],
  [['few.csv', '--target', 'y'], 1, 'too few rows to learn from: 6 (at least 10'],
  [['infinite.csv', '--target', 'y'], 1, 'columns with infinite values: a (1)'],
  [['ids.csv', '--target', 'y'], 1, 'no column is left to learn from: name (like an id'],
  [['cut.csv.gz', '--target', 'y'], 1, 'damaged gzip file'],
  [['gaps.csv', '--target', 'y', '--columns', 'a,day'], 1, 'columns that cannot be learnt from: day (date'],
  [['gaps.csv', '--target', 'y', '--drop', 'flatt'], 2, 'unknown column: flatt (have id, name'],
  [['gaps.csv', '--target', 'y', '--model', 'linear'], 2, '--model linear cannot predict classes (have logistic, tree, forest)'],
  [
    ['gaps.csv', '--target', 'y', '--model', 'forrest'],
    2,
    'unknown model: forrest (have linear, logistic, tree, forest)\nhint: did you mean forest?',
  ],
  [['gaps.csv', '--target', 'y', '--param', 'tres=3'], 2, 'randomForestClassifier: unknown parameter: tres (have trees, '],
  [['gaps.csv', '--target', 'y', '--param', 'trees=many'], 2, 'randomForestClassifier: trees must be a whole number above 0, not "many"'],
  [['gaps.csv', '--target', 'y', '--grid', 'trees=1,2', '--scoring', 'mse'], 2, 'unknown scoring: mse (a classifier has accuracy, '],
  [['rare.csv', '--target', 'y', '--grid', 'trees=1,2'], 1, 'fewer rows than folds'],
  [['gaps.csv', '--target', 'y', '--test', '1.5'], 2, '--test must be a share between 0 and 1, not 1.5'],
  [['gaps.csv', '--target', 'y', '--register', 'a b'], 2, 'bad model name: "a b"'],
  [['gaps.csv', '--target', 'y', '--out', 'src'], 1, 'folder exists and holds no model: src (holds '],
] as const)('train %j ends with %i and says %j', async ([name, ...options], exit, message) => {
  // In this process: starting sixty would take most of the time.
  const given: Record<string, unknown> = { ...defaults }
  for (let at = 0; at < options.length; at++) {
    const option = (options[at] as string).slice(2)
    if (option === 'regress') given[option] = true
    else given[option] = many.includes(option) ? [options[++at]] : options[++at]
  }
  const said = await failure(train([join(folder, name)], given as unknown as TrainOptions))
  expect(said.text).toContain(`error: ${message}`)
  expect(said.exit).toBe(exit)
})
const many = ['param', 'grid']
const defaults = { model: 'forest', folds: '5', test: '0.2', seed: '42', workspace: '.tidemill', json: true }

test('a model that is there is replaced only when told to', async () => {
  await json('train', iris, '--target', 'species', '--model', 'tree', '--out', 'kept')
  const before = await readFile(join(folder, 'kept/model.json'), 'utf8')
  const again = ['train', iris, '--target', 'petal_width', '--model', 'tree', '--out', 'kept']
  expect(await tidemill(...again)).toMatchObject({ exit: 1, err: expect.stringContaining('folder exists and holds a model: kept') })
  expect(await readFile(join(folder, 'kept/model.json'), 'utf8')).toBe(before)
  await json(...again, '--replace')
  expect((await loadModel(join(folder, 'kept'))).target).toBe('petal_width')
}, 180_000)

test('what predict cannot do is one clear line', async () => {
  await json('train', 'gaps.csv', '--target', 'y', '--model', 'tree', '--out', 'gaps')
  await cp(join(folder, 'gaps'), join(folder, 'damaged'), { recursive: true })
  const [tensor = ''] = (await readdir(join(folder, 'damaged'))).filter(name => name.endsWith('.bin'))
  await file(join('damaged', tensor), 'cut')
  await file('lacks.csv', 'a\n1\n')
  await file('wrong.csv', 'a,b\n1,x\nmany,y\n')
  await file('done.csv', 'a,b,prediction\n1,x,yes\n')
  const said: readonly (readonly [model: string, file: string, out: string | undefined, message: RegExp])[] = [
    ['gaps', 'lacks.csv', undefined, /^error: missing column: b \(have a\)$/m],
    ['gaps', 'wrong.csv', undefined, /^error: .*"many"/m],
    ['gaps', 'done.csv', undefined, /^error: the file has a column that the model writes: prediction$/m],
    ['gaps', 'nowhere.csv', undefined, /^error: no such file: .*nowhere\.csv$/m],
    ['gaps', 'gaps.csv', 'x.xlsx', /^error: no writer for .*x\.xlsx/m],
    ['gaps', 'gaps.csv', 'lacks.csv', /^error: output is there already: .*lacks\.csv\nhint: name another file, or add --replace$/m],
    ['no/such', 'gaps.csv', undefined, /^error: no model folder: .*no\/such$/m],
    ['damaged', 'gaps.csv', undefined, /^error: damaged model file: .*damaged\/.*\.bin \(it has 3 bytes, not \d+\)$/m],
    ['gaps.csv', 'gaps', undefined, /^error: a file is no model: .*gaps\.csv$/m],
  ]
  for (const [model, data, out, message] of said) {
    const options = {
      rows: '2',
      workspace: join(folder, '.tidemill'),
      json: true,
      ...(out === undefined ? {} : { out: join(folder, out) }),
    }
    expect((await failure(predict(join(folder, model), join(folder, data), options))).text).toMatch(message)
  }
  // A word that means nothing leaves no workspace behind.
  expect(await tidemill('predict', 'nothing', 'gaps.csv')).toMatchObject({
    exit: 1,
    err: expect.stringContaining('error: unknown model: nothing (no folder of this name, and no registry at .tidemill)\n'),
  })
  await expect(access(join(folder, '.tidemill/workspace.json'))).rejects.toThrow('ENOENT')
  expect(await readFile(join(folder, 'lacks.csv'), 'utf8')).toBe('a\n1\n')
}, 180_000)

test('categories never seen and codes that look like numbers are read as the model learnt them', async () => {
  const shops = ['1.50', '7', 'A1']
  await file('shops.csv', `shop,sales\n${Array.from({ length: 60 }, (_, i) => `${shops[i % 3]},${(i % 3) * 10 + (i % 2)}.5\n`).join('')}`)
  await json('train', 'shops.csv', '--target', 'sales', '--model', 'tree', '--out', 'shops')
  // All texts of this file are numbers, so by itself it would be read as a column of them, and 1.50 as 1.5.
  await file('later.csv', 'shop\n1.50\n7\n8\n8\n')
  const { rows, notes } = await json<Answer>('predict', 'shops', 'later.csv')
  expect(rows.map(row => row['shop'])).toEqual(['1.50', '7', '8', '8'])
  expect(rows[0]?.['prediction']).toBeCloseTo(1, 0)
  expect(rows[1]?.['prediction']).toBeCloseTo(11, 0)
  expect(notes).toEqual(['unseen category of shop, counted as none of those the model knows: 8 (2 rows); it knows 1.50, 7, A1'])
}, 180_000)

test('Ctrl-C ends the learning and leaves nothing behind', async () => {
  const args = ['train', german, '--target', 'class', '--grid', 'trees=400,500,600,700', '--out', 'never']
  const child = spawn(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder })
  const err = text(child.stderr)
  for await (const bytes of child.stdout) if (String(bytes).includes('held out')) break
  child.kill('SIGINT')
  const [exit] = (await once(child, 'close')) as [number | null]
  expect(exit).toBe(130)
  expect(await err).toMatch(/stopped\n$/)
  await expect(access(join(folder, 'never'))).rejects.toThrow('ENOENT')
})
