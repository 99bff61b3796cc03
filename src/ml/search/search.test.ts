import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tidemill, type Session } from '../../index.ts'
import { rows } from '../../connectors/index.ts'
import { iris } from '../../datasets/index.ts'
import {
  crossValidate,
  decisionTreeClassifier,
  givenFolds,
  gridSearch,
  kFold,
  linearRegression,
  logisticRegression,
  minMaxScaler,
  permutationImportance,
  pipeline,
  randomForestClassifier,
  randomForestRegressor,
  standardScaler,
} from '../index.ts'

let tm: Session
let folder: string
beforeAll(async () => {
  tm = await tidemill({ workers: 2, typesFile: false })
  folder = await mkdtemp(join(tmpdir(), 'tidemill-search-'))
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

const flowers = async () => (await tm.read(iris())).split(iris.articleSplit)
const grid = { trees: [5, 10], maxDepth: [1, 3, 20] }

test('the best candidate is the first of those with the best mean, and the table lists all', async () => {
  const { train, test: held } = await flowers()
  const search = await gridSearch(randomForestClassifier({ seed: 1 }), grid, { folds: 5, scoring: 'accuracy' }).fit(train, {
    target: 'species',
  })
  expect(search.candidates.map(candidate => candidate.params)).toEqual([
    { trees: 5, maxDepth: 1 },
    { trees: 5, maxDepth: 3 },
    { trees: 5, maxDepth: 20 },
    { trees: 10, maxDepth: 1 },
    { trees: 10, maxDepth: 3 },
    { trees: 10, maxDepth: 20 },
  ])
  const means = search.candidates.map(({ scores }) => scores.reduce((a, b) => a + b) / 5)
  expect(search.candidates.map(candidate => candidate.mean)).toEqual(means)
  expect(search.bestScore).toBe(Math.max(...means))
  expect(search.bestParams).toMatchObject(search.candidates[means.indexOf(Math.max(...means))]?.params ?? {})
  expect(search.candidates.every(({ scores }) => scores.length === 5)).toBe(true)
  expect(search.table().map(row => row['rank'])).toEqual(search.candidates.map(c => c.rank).toSorted((a, b) => a - b))
  expect((await search.best.evaluate(held)).accuracy).toBeGreaterThan(0.9)
})

test('a score of a fold is that of a model of the other folds on it', async () => {
  const list = Array.from({ length: 30 }, (_, i) => ({ x: i, z: (i * 7) % 5, y: i * 2 + ((i * 13) % 7) }))
  const data = await tm.read(rows(list))
  const fold = list.map((_, i) => i % 3)
  const { scores, outOfFold } = await crossValidate(linearRegression(), { folds: givenFolds(fold), scoring: ['mse', 'mae'] }, data, {
    target: 'y',
  })
  for (const [k, score] of (scores['mse'] ?? []).entries()) {
    const train = await tm.read(rows(list.filter((_, i) => fold[i] !== k)))
    const held = await tm.read(rows(list.filter((_, i) => fold[i] === k)))
    const model = await linearRegression().fit(train, { target: 'y' })
    const by = await model.evaluate(held)
    expect(score).toBeCloseTo(by.mse, 12)
    expect(scores['mae']?.[k]).toBeCloseTo(by.mae, 12)
    const predicted = (await model.transform(held).rows()).map(row => row.prediction)
    expect(Array.from(outOfFold.prediction).filter((_, i) => fold[i] === k)).toEqual(predicted)
  }
})

test('one worker, two workers and no threads at all choose the same to the bit', async () => {
  const { train } = await flowers()
  const bits = async (workers: number | 'none') => {
    const data = workers === 'none' ? Object.assign(Object.create(train) as typeof train, { pool: undefined }) : train
    const forest = gridSearch(randomForestClassifier({ seed: 3 }), grid, { folds: 4, scoring: 'logLoss' })
    const search = await forest.fit(data, { target: 'species', ...(workers === 'none' ? {} : { workers }) })
    return { scores: search.candidates.map(candidate => candidate.scores), model: search.best.toJson() }
  }
  const one = await bits(1)
  expect(await bits(2)).toEqual(one)
  expect(await bits('none')).toEqual(one)
})

test("maxFeatures 'auto' is read as 'sqrt', and the result says so", async () => {
  const { train } = await flowers()
  const search = await gridSearch(randomForestClassifier({ trees: 8 }), { maxFeatures: ['auto', 'sqrt'] }).fit(train, { target: 'species' })
  const [auto, sqrt] = search.candidates
  expect(auto?.scores).toEqual(sqrt?.scores)
  expect(search.notes).toEqual([expect.stringContaining("'auto' is read as 'sqrt'")])
})

test('parameters of the steps of a pipeline are searched, and the scaler learns from the training folds only', async () => {
  const list = Array.from({ length: 40 }, (_, i) => ({ x: i === 39 ? 1e6 : i, y: i % 2 === 0 ? 'even' : 'odd' }))
  const data = await tm.read(rows(list))
  const search = await gridSearch(
    pipeline({ scale: standardScaler(), fit: logisticRegression() }),
    { 'fit.c': [0.1, 10], 'scale.withMean': [true, false] },
    { folds: kFold({ folds: 4 }), scoring: 'logLoss' },
  ).fit(data, { target: 'y' })
  expect(search.candidates).toHaveLength(4)
  const alone = await crossValidate(
    pipeline({ scale: standardScaler(), fit: logisticRegression({ c: 0.1 }) }),
    { folds: kFold({ folds: 4 }), scoring: ['logLoss'] },
    data,
    { target: 'y' },
  )
  expect(search.candidates[0]?.scores).toEqual(alone.scores['logLoss'])
})

test('a search that was stopped goes on from its journal, with the same result', async () => {
  const { train } = await flowers()
  const path = join(folder, 'search.json')
  const estimator = randomForestClassifier({ seed: 5 })
  const whole = await gridSearch(estimator, grid).fit(train, { target: 'species' })
  const stop = new AbortController()
  const stopped = gridSearch(estimator, grid, {
    resume: path,
    progress: ({ done }) => {
      if (done === 10) stop.abort(new Error('enough'))
    },
  }).fit(train, { target: 'species', signal: stop.signal })
  await expect(stopped).rejects.toThrow('enough')
  const before = Object.keys((JSON.parse(await readFile(path, 'utf8')) as { scores: object }).scores).length
  expect(before).toBeGreaterThanOrEqual(10)
  expect(before).toBeLessThan(30)
  const tasks: string[] = []
  const deaf = tm.onTask(({ task, phase }) => phase === 'start' && task.startsWith('grid search') && tasks.push(task))
  const again = await gridSearch(estimator, grid, { resume: path }).fit(train, { target: 'species' })
  deaf()
  expect(tasks).toHaveLength(30 - before)
  expect(again.candidates).toEqual(whole.candidates)
  expect(again.best.toJson()).toEqual(whole.best.toJson())
})

test('a journal of another search, or a damaged one, is refused', async () => {
  const { train } = await flowers()
  const path = join(folder, 'other.json')
  await gridSearch(decisionTreeClassifier(), { maxDepth: [1, 2] }, { resume: path }).fit(train, { target: 'species' })
  const other = gridSearch(decisionTreeClassifier(), { maxDepth: [1, 3] }, { resume: path }).fit(train, { target: 'species' })
  await expect(other).rejects.toMatchObject({ code: 'ml.search', message: expect.stringContaining('another search') })
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('0.9', '0.8'))
  const damaged = gridSearch(decisionTreeClassifier(), { maxDepth: [1, 2] }, { resume: path }).fit(train, { target: 'species' })
  await expect(damaged).rejects.toMatchObject({ code: 'ml.search', message: expect.stringContaining('damaged search journal') })
})

test('a grid is checked before anything is learnt', async () => {
  expect(() => gridSearch(randomForestClassifier(), {})).toThrow('an empty grid')
  expect(() => gridSearch(randomForestClassifier(), { trees: [] })).toThrow('no values for trees')
  expect(() => gridSearch(randomForestClassifier(), { trees: [10, -1] })).toThrow('trees must be a whole number above 0, not -1')
  // @ts-expect-error -- no such parameter
  expect(() => gridSearch(randomForestClassifier(), { nEstimators: [1] })).toThrow('unknown parameter: nEstimators')
  // @ts-expect-error -- no score of a classifier
  expect(() => gridSearch(randomForestClassifier(), { trees: [1] }, { scoring: 'mse' })).toThrow(/unknown .*mse/)
  // @ts-expect-error -- a scaler predicts nothing
  expect(() => gridSearch(minMaxScaler(), { low: [0] })).toThrow('a transformer has no score')
})

test('a feature that says nothing has no importance, the one that decides has most', async () => {
  const list = Array.from({ length: 200 }, (_, i) => ({ decides: (i * 37) % 100, noise: (i * 61) % 7, y: ((i * 37) % 100) * 3 }))
  const data = await tm.read(rows(list))
  const model = await randomForestRegressor({ trees: 20, maxFeatures: 'all' }).fit(data, { target: 'y' })
  const found = await permutationImportance(model, data, { repeats: 4, seed: 9 })
  expect(found.map(({ feature }) => feature)).toEqual(['decides', 'noise'])
  expect(found[0]?.mean).toBeGreaterThan(1)
  expect(Math.abs(found[1]?.mean ?? 1)).toBeLessThan(0.05)
  expect(await permutationImportance(model, data, { repeats: 4, seed: 9, workers: 1 })).toEqual(found)
  expect(await permutationImportance(model, data, { repeats: 4, seed: 10 })).not.toEqual(found)
})
