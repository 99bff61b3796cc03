/** Mistakes in learning and choosing, each answered in words that tell what to do. Programs here have no types, as JavaScript has none. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tidemill } from 'tidemill'
import { rows } from 'tidemill/connectors'
import * as charts from 'tidemill/chart'
import * as ml from 'tidemill/ml'
import { failure } from './house/failure.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- the compiler would refuse these calls; JavaScript does not
type Untyped = any
const { linearRegression, logisticRegression, standardScaler, kFold } = ml as Record<string, Untyped>
const { randomForestClassifier, decisionTreeClassifier, decisionTreeRegressor, pipeline, columns } = ml as Record<string, Untyped>
const { gridSearch, crossValidate, permutationImportance } = ml as Record<string, Untyped>

let tm: Untyped
let folder: string
let houses: Untyped
let people: Untyped
let price: Untyped
let risk: Untyped

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-bad-learning-'))
  tm = await tidemill({ folder, typesFile: false })
  const table = (make: (row: number) => object): Untyped => tm.read(rows(Array.from({ length: 60 }, (_, row) => make(row))))
  houses = await table(row => ({ rooms: row % 7, age: (row * 13) % 29, weight: 1 + (row % 3), price: ((row % 7) * 10 + row * row) % 37 }))
  people = await table(row => ({ age: row, calls: (row * 7) % 5, churned: row % 4 === 0 ? 'yes' : 'no' }))
  price = await linearRegression().fit(houses, { target: 'price', columns: ['rooms', 'age'] })
  risk = await decisionTreeClassifier().fit(people, { target: 'churned' })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

/** `code: message`. */
const told = async (work: () => unknown): Promise<string> => {
  const { code, message } = await failure(work)
  return `${code}: ${message}`
}

describe('fit', () => {
  test('an option with a slip in its name is refused: it would be left out without a word', async () => {
    const fit = (options: unknown) => told(() => linearRegression().fit(houses, options))
    expect(await fit({ target: 'price', weigth: 'weight' })).toBe(
      'ml.param: unknown option of fit: weigth (have target, weight, columns, workers, signal)',
    )
    expect(await fit('price')).toBe('ml.param: fit wants an object of options, not "price"')
    expect(await fit(null)).toBe('ml.param: fit wants an object of options, not null')
    expect(await fit({ target: 'price', columns: 'rooms' })).toBe('ml.param: columns must be a list of names, not "rooms"')
    expect(await fit({ target: 'price', weight: 'price' })).toBe('ml.param: the weight cannot be the target: price')
    expect(await fit({ target: 'price', signal: 'stop' })).toBe('ml.param: signal must be an AbortSignal, not "stop"')
  })

  test('a scaler that is given a target says that it takes none, and does not scale it', async () => {
    expect(await told(() => standardScaler().fit(houses, { target: 'price' }))).toBe(
      'ml.param: unknown option of fit: target (have weight, columns, workers, signal)',
    )
  })

  test('parameters that are no object are refused when the estimator is made', async () => {
    expect(await told(() => randomForestClassifier(100))).toBe('ml.param: randomForestClassifier wants an object of parameters, not 100')
    expect(await told(() => linearRegression(null))).toBe('ml.param: linearRegression wants an object of parameters, not null')
    expect(await told(() => linearRegression().with())).toBe('ml.param: linearRegression wants an object of parameters, not undefined')
    expect(await told(() => pipeline({ fit: linearRegression() }).with(3))).toBe('ml.param: pipeline wants an object of parameters, not 3')
    expect(await told(() => pipeline())).toBe('ml.steps: pipeline wants an object of steps, not undefined')
    expect(await told(() => pipeline([linearRegression()]))).toBe('ml.steps: pipeline wants an object of steps, not an array')
    expect(await told(() => columns())).toBe('ml.steps: columns wants an object of parts, not undefined')
  })
})

describe('choosing', () => {
  test('a model, a function or nothing where an estimator is wanted is told so', async () => {
    const grid = { intercept: [true, false] }
    expect(await told(() => gridSearch(price, grid))).toBe('ml.param: gridSearch wants an estimator, not a fitted model (linearRegression)')
    expect(await told(() => gridSearch(linearRegression, grid))).toBe('ml.param: gridSearch wants an estimator, not a function')
    expect(await told(() => gridSearch(gridSearch(linearRegression(), grid), grid))).toBe(
      'ml.param: gridSearch wants an estimator, not a grid search',
    )
    expect((await failure(() => gridSearch(linearRegression, grid))).hint).toContain('call it')
    expect(await told(() => crossValidate(price, { scoring: ['mse'] }, houses, { target: 'price' }))).toBe(
      'ml.param: crossValidate wants an estimator, not a fitted model (linearRegression)',
    )
    expect(await told(() => crossValidate(standardScaler(), { scoring: ['mse'] }, houses, {}))).toBe('ml.param: a transformer has no score')
  })

  test('a grid that is none, options with a slip and folds that are none are told', async () => {
    const search = (grid: unknown, options?: unknown) => told(() => gridSearch(linearRegression(), grid, options))
    expect(await search(undefined)).toBe('ml.search: gridSearch wants an object of lists, not undefined')
    expect(await search([{ intercept: [true] }])).toBe('ml.search: gridSearch wants an object of lists, not an array')
    expect(await search({ intercept: true })).toBe('ml.search: the grid has no values for intercept: true')
    expect(await search({ intercept: [] })).toBe('ml.search: the grid has no values for intercept: an empty array')
    expect(await search({ intercept: [true] }, { cv: 3 })).toBe(
      'ml.param: unknown option of gridSearch: cv (have folds, scoring, resume, progress)',
    )
    for (const folds of ['5', null, {}, [0, 1]])
      expect(await search({ intercept: [true] }, { folds }), JSON.stringify(folds)).toMatch(
        /^ml\.folds: folds must be a number or kFold\(\), stratifiedKFold\(\) or givenFolds\(\), not /,
      )
    expect(await search({ intercept: [true] }, { resume: true })).toBe('ml.search: resume must be a path, not true')
    expect(await told(() => kFold({ fold: 3 }))).toBe('ml.folds: unknown option of kFold: fold (have folds, shuffle, seed)')
  })

  test('a class that is too rare for the folds is named by its label', async () => {
    const rare = await tm.read(rows(Array.from({ length: 40 }, (_, row) => ({ x: row, label: row < 2 ? 'rare' : 'often' }))))
    const wanted = 'ml.folds: fewer rows than folds: class rare has 2 rows, 5 folds'
    expect(await told(() => gridSearch(decisionTreeClassifier(), { maxDepth: [2] }).fit(rare, { target: 'label' }))).toBe(wanted)
    expect(await told(() => crossValidate(decisionTreeClassifier(), { scoring: ['f1'] }, rare, { target: 'label' }))).toBe(wanted)
  })

  test('a search in which no candidate has a score chooses none', async () => {
    // Folds in the order of the rows: each holds out one class only, and a ROC curve needs two.
    const sorted = await tm.read(rows(Array.from({ length: 40 }, (_, row) => ({ x: row, label: row < 20 ? 'a' : 'b' }))))
    const search = gridSearch(decisionTreeClassifier(), { maxDepth: [2, 3] }, { folds: kFold({ folds: 4 }), scoring: 'rocAuc' })
    const error = await failure(() => search.fit(sorted, { target: 'label' }))
    expect(`${error.code}: ${error.message}`).toBe('ml.search: no candidate has a score: rocAuc is no number on some fold of each')
    expect(error.hint).toContain('stratifiedKFold')
  })

  test('Ctrl-C in the middle of a search ends it, and the fits that were told of are kept', async () => {
    const journal = join(folder, 'search.json')
    const program = join(import.meta.dirname, 'fixtures/slow-search.ts')
    const child = spawn(process.execPath, ['--conditions=tidemill-source', program, folder, journal])
    const [told] = (await once(child.stdout, 'data')) as [Buffer]
    child.kill('SIGINT')
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    expect(code ?? signal).toBe('SIGINT')
    expect(told.toString()).toMatch(/^1\/15\n/)
    const { scores } = JSON.parse(await readFile(journal, 'utf8')) as { scores: Record<string, unknown> }
    expect(Object.keys(scores)).toContain('0/0')
    expect((await readdir(folder)).filter(name => name.startsWith('search') || name.includes('.part'))).toEqual(['search.json'])
  })

  test('however learning is stopped, the error is the same and names the reason', async () => {
    const forest = randomForestClassifier({ trees: 20_000 })
    const stopped = async (work: (signal: AbortSignal) => Promise<unknown>, before = false): Promise<string> => {
      const control = new AbortController()
      if (before) control.abort(new Error('enough'))
      const going = failure(() => work(control.signal))
      setImmediate(() => control.abort(new Error('enough')))
      const { code, cause } = await going
      return `${code}: ${(cause as Error).message}`
    }
    const search = gridSearch(forest, { maxDepth: [2, 3] })
    for (const before of [true, false])
      for (const work of [
        (signal: AbortSignal) => forest.fit(people, { target: 'churned', signal }),
        (signal: AbortSignal) => search.fit(people, { target: 'churned', signal }),
        (signal: AbortSignal) => crossValidate(forest, { scoring: ['f1'] }, people, { target: 'churned', signal }),
        (signal: AbortSignal) => permutationImportance(risk, people, { repeats: 20_000, signal }),
      ])
        expect(await stopped(work, before), String(work)).toBe('ml.cancelled: enough')
  })

  test('cross-validation says what it lacks', async () => {
    const cross = (...rest: unknown[]) => told(() => crossValidate(linearRegression(), ...rest))
    expect(await cross({ scoring: 'mse' }, houses, { target: 'price' })).toBe('ml.param: scoring must be a list of names, not "mse"')
    expect(await cross({}, houses, { target: 'price' })).toBe('ml.param: scoring must be a list of names, not undefined')
    expect(await cross({ scoring: [] }, houses, { target: 'price' })).toBe('ml.param: scoring must be a list of names, not an empty array')
    expect(await cross(houses, { target: 'price' })).toBe('ml.param: crossValidate wants an object of options, not a table')
    expect(await cross(undefined, houses, { target: 'price' })).toBe('ml.param: crossValidate wants an object of options, not undefined')
    expect(await cross({ scoring: ['mse'] }, houses)).toMatch(/^ml\.unknown-target: no target was named/)
    expect(await cross({ scoring: ['mse'] }, tm.read(rows([{ x: 1 }])), { target: 'x' })).toBe(
      'ml.no-table: crossValidate wants a table, not a promise: await it first',
    )
    expect(await told(() => gridSearch(linearRegression(), { intercept: [true] }).fit(undefined))).toMatch(
      /^ml\.no-table: fit wants a table/,
    )
  })

  test('importance wants a fitted model, and threads that are some', async () => {
    const importance = (...rest: unknown[]) => told(() => permutationImportance(...rest))
    const estimator = linearRegression()
    const search = await gridSearch(estimator, { intercept: [true] }).fit(houses, { target: 'price' })
    const wants = 'ml.param: permutationImportance wants a fitted model, not'
    expect(await importance(estimator, houses)).toBe(`${wants} an estimator (linearRegression)`)
    expect(await importance(Promise.resolve(price), houses)).toBe(`${wants} a promise: await it first`)
    expect(await importance(undefined, houses)).toBe(`${wants} undefined`)
    expect(await importance(search, houses)).toBe(`${wants} the result of a search`)
    expect((await failure(() => permutationImportance(search, houses))).hint).toContain('search.best')
    expect(await importance(price, houses, { workers: 0 })).toBe('ml.param: workers must be a whole number above 0, not 0')
    expect(await importance(price, houses, { seed: 0.5 })).toBe('ml.param: seed must be a whole number, not 0.5')
    expect(await importance(price, houses, { repeat: 2 })).toBe(
      'ml.param: unknown option of permutationImportance: repeat (have scoring, repeats, seed, workers, signal)',
    )
  })
})

describe('a fitted model', () => {
  test('predict says what it wants for one row', async () => {
    const predict = (row?: unknown) => told(() => price.predict(row))
    expect(await predict()).toBe('ml.missing-feature: predict wants a row, not undefined')
    expect(await predict(null)).toBe('ml.missing-feature: predict wants a row, not null')
    expect(await predict([{ rooms: 1, age: 2 }])).toBe('ml.missing-feature: predict wants a row, not an array')
    expect(await predict(houses)).toBe('ml.missing-feature: predict wants a row, not a table')
    expect((await failure(() => price.predict(houses))).hint).toContain('transform')
    expect(await predict({ rooms: 1, age: '2' })).toBe('ml.not-numeric: features of the wrong type: age (string, not a number)')
  })

  test('a classifier has no label for a number that is none', async () => {
    expect(await told(() => risk.predict({ age: Number.NaN, calls: 1 }))).toBe(
      'ml.missing-feature: missing feature: age (NaN) (have age, calls)',
    )
    expect(price.predict({ rooms: Number.NaN, age: 1 })).toEqual({ prediction: Number.NaN })
  })

  test('evaluate and importance look at the types of the columns before they read', async () => {
    const text = await tm.read(rows([{ rooms: 'many', age: 1, price: 3 }]))
    expect(await told(() => price.evaluate(text))).toBe('ml.not-numeric: columns that are no numbers: rooms (string)')
    expect(await told(() => permutationImportance(price, text))).toBe('ml.not-numeric: columns that are no numbers: rooms (string)')
    const lacks = await tm.read(rows([{ rooms: 1, price: 3 }]))
    expect(await told(() => permutationImportance(price, lacks))).toBe('ml.missing-feature: missing feature: age (have rooms, price)')
  })

  test('labels of another type than those it has learnt are refused, not counted as wrong', async () => {
    const numbers = await tm.read(
      rows([{ age: 1, calls: 1, churned: 1 }], { schema: { age: 'float64', calls: 'float64', churned: 'int64' } }),
    )
    const flags = await tm.read(rows([{ age: 1, calls: 1, churned: true }]))
    const message = (type: string) => `ml.no-labels: target churned is ${type}, the model has learnt labels of text`
    expect(await told(() => risk.evaluate(numbers))).toBe(message('int64'))
    expect(await told(() => risk.evaluate(flags))).toBe(message('boolean'))
    expect(await told(() => permutationImportance(risk, flags))).toBe(message('boolean'))
    const coded = await decisionTreeClassifier().fit(
      numbers.union(
        await tm.read(rows([{ age: 9, calls: 1, churned: 0 }], { schema: { age: 'float64', calls: 'float64', churned: 'int64' } })),
      ),
      { target: 'churned' },
    )
    expect(await told(() => coded.evaluate(people))).toBe(
      'ml.no-labels: target churned is string, the model has learnt labels of whole numbers',
    )
    expect((await coded.evaluate(numbers)).accuracy).toBe(1)
  })

  test('a model that stopped before it was done says so, also inside of a pipeline', async () => {
    const hasty = pipeline({ scale: standardScaler(), fit: logisticRegression({ maxIterations: 1 }) })
    const model = await hasty.fit(people, { target: 'churned' })
    expect(inspect(model)).toMatch(/note +logisticRegression did not settle in 1 iterations: scale the features, or raise maxIterations/)
    expect(inspect(await hasty.with({ 'fit.maxIterations': 1000 }).fit(people, { target: 'churned' }))).not.toContain('settle')
  })

  test('paths and names that are none are told', async () => {
    expect(await told(() => price.save())).toBe('ml.param: save wants a path, not undefined')
    expect(await told(() => price.toSelect())).toBe('ml.param: toSelect wants the name of a table, not undefined')
    expect(await told(() => ml.loadModel(undefined as never))).toBe('ml.param: loadModel wants a path, not undefined')
  })
})

describe('metrics', () => {
  const { mse, accuracy, f1, rocAuc, logLoss } = ml as Record<string, Untyped>

  test('what is no list, an option with a slip, an average that does not exist are refused', async () => {
    expect(await told(() => mse([1]))).toBe('ml.metric: prediction must be a list, not undefined')
    expect(await told(() => accuracy('abc', 'abd'))).toBe('ml.metric: truth must be a list, not "abc"')
    expect(await told(() => logLoss([0, 1]))).toBe('ml.metric: probabilities must be a list, not undefined')
    expect(await told(() => mse([1, 2], [1, 3], { weight: [1, 5] }))).toBe('ml.metric: unknown option of a metric: weight (have weights)')
    expect(await told(() => mse([1, 2], [1, 3], [1, 5]))).toBe('ml.metric: a metric wants an object of options, not an array')
    expect(await told(() => f1([0, 1, 2], [0, 1, 1], { average: 'makro' }))).toBe(
      'ml.metric: unknown average: makro (have binary, macro, micro, weighted)',
    )
    expect(
      await told(() =>
        rocAuc(
          ['a', 'b'],
          [
            [1, 0],
            [0, 1],
          ],
          { positive: 'c' },
        ),
      ),
    ).toBe('ml.metric: unknown positive label: c (have a, b)')
    expect(await told(() => rocAuc(['a', 'b'], [[1, 0], [1]]))).toBe('ml.metric: lengths that differ: 2 probabilities in row 0, 1 in row 1')
  })

  test('the probabilities of a table can be scored as they come', async () => {
    const found = await risk.transform(people).rows()
    const truth = found.map((row: Untyped) => row.churned)
    const lists = found.map((row: Untyped) => row.probabilities)
    const second = lists.map((list: number[]) => list[1])
    expect(rocAuc(truth, lists)).toBe(rocAuc(truth, second))
    expect(logLoss(truth, lists)).toBeCloseTo(logLoss(truth, second), 12)
    expect(
      logLoss(
        ['a', 'b', 'c'],
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0.5, 0.5],
        ],
      ),
    ).toBeCloseTo(Math.log(2) / 3, 12)
  })
})

describe('charts and reports', () => {
  const { plot, report, searchChart, confusionChart, importanceChart, compareChart, residualChart } = charts as Record<string, Untyped>

  test('a chart of something else says what it wants and where it comes from', async () => {
    const wants = (chart: string, what: string) => `chart.argument: ${chart} wants ${what}, not `
    const figures = await risk.evaluate(people)
    expect(await told(() => confusionChart(figures))).toContain(wants('confusionChart', '{ labels, counts }'))
    expect((await failure(() => confusionChart(figures))).hint).toContain('.confusion')
    expect(await told(() => confusionChart(risk.evaluate(people)))).toContain('a promise: await it first')
    expect(await told(() => importanceChart(risk.importance))).toContain(wants('importanceChart', 'a list of { feature, mean }'))
    expect(await told(() => searchChart(gridSearch(linearRegression(), { intercept: [true] })))).toContain(
      wants('searchChart', 'a list of { scores }'),
    )
    expect(await told(() => compareChart({ linear: 1 }))).toContain(wants('compareChart', 'a list of { name, value }'))
    expect(await told(() => residualChart(price, houses))).toContain(wants('residualChart', '{ actual, predicted }'))
    expect(await told(() => plot(houses, { x: 'rooms', colour: 'age' }))).toBe(
      'chart.argument: unknown option of plot: colour (have x, y, color, facet, type, aggregate, bins, sort, top, bars, xScale, yScale, timeZone, title, signal)',
    )
  })

  test('a report without sections, or with a slip in a name, is told so', async () => {
    expect(await told(() => report())).toBe('chart.argument: report wants an object, not undefined')
    expect(await told(() => report({ title: 'Houses' }))).toBe('chart.argument: sections of a report must be a list, not undefined')
    expect(await told(() => report({ sections: [] }))).toBe('chart.argument: title of a report must be a text, not undefined')
    expect(await told(() => report({ title: 'Houses', items: [] }))).toContain('unknown option of report: items (have title')
    const facts = { title: 'Houses', sections: [], facts: { rows: 3 } }
    expect(await told(() => report(facts))).toContain('facts of a report must be a list of [name, value], not an object (rows)')
    expect(await told(() => report({ title: 'Houses', sections: [] }).save())).toBe(
      'chart.argument: save of a report wants a path, not undefined',
    )
    expect(await told(() => report({ title: 'Houses', sections: [{ chart: plot(houses, { x: 'rooms' }) }] }))).toContain('holds no chart')
  })

  test('the chart of a search whose score is an error marks the least', async () => {
    const search = await gridSearch(decisionTreeRegressor(), { maxDepth: [1, 6] }).fit(houses, { target: 'price' })
    const marked = searchChart(search.candidates).panels[0].bars[0]
    expect(search.scoring).toBe('mse')
    expect(marked).toMatchObject({ marked: true, value: Math.min(...search.candidates.map((one: Untyped) => one.mean)) })
  })
})

describe('the registry and runs', () => {
  test('an option with a slip in its name is refused', async () => {
    expect(await told(() => tm.models.register('price', price, { desc: 'all columns' }))).toBe(
      'models.argument: unknown option of register: desc (have run, description, tags, metrics, signal)',
    )
    expect(await told(() => tm.runs.list({ experimnt: 'price' }))).toBe(
      'models.argument: unknown option of list: experimnt (have experiment, limit, kind, name)',
    )
  })

  test('the result of a search is no model, and its best is named', async () => {
    const search = await gridSearch(linearRegression(), { intercept: [true] }).fit(houses, { target: 'price' })
    expect((await failure(() => tm.models.register('price', search))).hint).toContain('search.best')
  })

  test('metrics that nobody awaited are not logged as none', async () => {
    const log = (values: () => unknown) => told(() => tm.experiment('price').run((run: Untyped) => run.log(values())))
    expect(await log(() => price.evaluate(houses))).toBe('models.argument: log wants an object of metrics, not a promise: await it first')
    expect(await log(() => new Map([['mse', 1]]))).toBe('models.argument: log wants an object of metrics, not a Map')
  })
})
