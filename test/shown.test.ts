import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { col, column, expectThat, profile, schemaOf, tidemill, TidemillError } from 'tidemill'
import { alerts, csv, ndjson, parquet, rows } from 'tidemill/connectors'
import { californiaHousing } from 'tidemill/datasets'
import { describeValue, jupyterDisplay, renderHtml, renderJson, renderTerminal } from 'tidemill/display'
import { plot, report } from 'tidemill/chart'
import {
  columns,
  crossValidate,
  decisionTreeClassifier,
  decisionTreeRegressor,
  givenFolds,
  gridSearch,
  imputer,
  kFold,
  linearRegression,
  logisticRegression,
  minMaxScaler,
  oneHotEncoder,
  pipeline,
  randomForestClassifier,
  randomForestRegressor,
  standardScaler,
  stratifiedKFold,
} from 'tidemill/ml'
import { shuffle, topology, tumbling } from 'tidemill/stream'
import { driver } from 'tidemill/testing'

test('every value a user can hold describes itself, and all renderers show it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-shown-'))
  const tm = await tidemill({ folder, typesFile: false })
  try {
    const table = await tm.read(
      rows([
        { x: 1, y: 2 },
        { x: 2, y: 4.5 },
        { x: 3, y: 6 },
      ]),
    )
    const model = await pipeline({ scale: standardScaler(), fit: linearRegression() }).fit(table, { target: 'y' })
    const [batch] = await Array.fromAsync(table.batches())
    const search = gridSearch(linearRegression(), { intercept: [true, false] }, { folds: 3 })
    const found = await search.fit(table, { target: 'y' })
    const forest = await randomForestRegressor({ trees: 2 }).fit(table, { target: 'y' })
    const run = await tm.experiment('shown').run(async going => {
      going.log(await forest.evaluate(table))
      return forest
    })
    const version = await tm.models.register('shown', forest)
    await tm.models.promote('shown', 'champion', version, { reason: 'the only one' })
    const stream = await tm.replay(table, { eventTime: { stamp: 'at' } })
    const windows = stream.keyBy('x').window(tumbling('1m'))
    const counts = windows.agg(r => ({ mean: r.y.mean() }))
    const chart = await plot(table, { x: 'x', y: 'y' })
    const values: Record<string, unknown> = {
      session: tm,
      dataset: table,
      grouped: table.groupBy('x'),
      expression: col('x').add(1),
      source: californiaHousing(),
      'csv file': csv('a.csv'),
      'ndjson file': ndjson('a.ndjson'),
      'parquet file': parquet('a.parquet'),
      rows: rows([{ x: 1 }]),
      estimator: linearRegression(),
      pipeline: pipeline({ scale: standardScaler() }),
      model,
      check: column('x').notNull(),
      report: await expectThat(table, [column('x').notNull()]),
      profile: await profile(table),
      explanation: await table.explain(),
      batch,
      written: await table.write(csv(join(folder, 'o.csv'))),
      error: new TidemillError('cli.usage', 'a mistake', { hint: 'a cure' }),
      'min-max scaler': minMaxScaler(),
      imputer: imputer(),
      encoder: oneHotEncoder(),
      columns: columns({ scale: { of: ['x'], use: standardScaler() } }),
      'logistic regression': logisticRegression(),
      'tree classifier': decisionTreeClassifier(),
      'tree regressor': decisionTreeRegressor(),
      'forest classifier': randomForestClassifier(),
      'forest regressor': randomForestRegressor(),
      forest,
      'folds in order': kFold(),
      'stratified folds': stratifiedKFold({ shuffle: true }),
      'given folds': givenFolds([0, 1, 0]),
      search,
      'search result': found,
      'cross result': await crossValidate(linearRegression(), { folds: 3, scoring: ['mse', 'mae'] }, table, { target: 'y' }),
      registry: tm.models,
      version,
      models: await tm.models.list(),
      versions: await tm.models.versions('shown'),
      history: await tm.models.history('shown'),
      experiment: tm.experiment('shown'),
      runs: tm.runs,
      run,
      'list of runs': await tm.runs.list(),
      points: await tm.runs.points(run.id, 'mse'),
      jobs: tm.jobs,
      'followed file': ndjson.follow('a.ndjson'),
      'alert sink': alerts.console(),
      stream,
      'keyed stream': stream.keyBy('x'),
      window: tumbling('1m'),
      'windowed stream': windows,
      'rows of windows': counts,
      outlet: counts.to(ndjson('out/')),
      'explanation of a stream': await counts.explain(),
      grouping: shuffle('lines'),
      topology: topology('t').spout('lines', { emits: { line: 'string' } }, () => ({ next: () => [{ line: 'a' }] })),
      driver: await driver(counts),
      chart,
      'chart report': report({ title: 'Shown', sections: [{ chart }, { text: 'a line' }] }),
    }
    const dumb: string[] = []
    for (const [name, value] of Object.entries(values)) {
      const description = describeValue(value)
      for (const text of [renderTerminal(description, { width: 80, color: false }), renderHtml(description), renderJson(description)])
        expect(text.length, name).toBeGreaterThan(5)
      expect(renderTerminal(description, { width: 80, color: false }), name).not.toMatch(/\[object|function |undefined/)
      if (!(Symbol.for('tidemill.describe') in (value as object))) dumb.push(`${name} does not describe itself`)
      const notebook = (value as { [jupyterDisplay]?(): unknown })[jupyterDisplay]
      const bundle = (await notebook?.call(value)) as Record<string, unknown> | undefined
      if (typeof bundle?.['text/plain'] !== 'string') dumb.push(`${name} shows nothing in a notebook`)
      // An error has its stack there, an expression its SQL.
      if (!(value instanceof Error) && /describe|\[Function|~learn|Symbol\(/.test(inspect(value)))
        dumb.push(`${name} shows its insides on the console: ${inspect(value)}`)
    }
    expect(dumb.join('|')).toBe('')
    // Plain values, too.
    for (const value of [await table.rows(), schemaOf({ a: 'int64' }), await model.evaluate(table), new Map([['a', 1]]), 3, null])
      expect(renderTerminal(describeValue(value), { width: 80, color: false }).length).toBeGreaterThan(0)
  } finally {
    await tm.close()
    await rm(folder, { recursive: true, force: true })
  }
})
