/**
 * The product's main job, step by step. `npm start` runs it and keeps the dashboard open until Ctrl-C, if there is a terminal to press it in;
 * `npm start -- --exit` checks its own figures and ends.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tidemill } from 'tidemill'
import { describeValue, renderPage, show } from 'tidemill/display'
import type { JobMetrics } from 'tidemill/stream'
import { clean } from './1-clean.ts'
import { aggregate } from './2-aggregate.ts'
import { learn } from './3-learn.ts'
import { parallelMean } from './4-parallel-mean.ts'
import { chooseForest } from './5-choose-forest.ts'
import { forestPrices } from './6-forest-prices.ts'
import { register } from './7-registry.ts'
import { writeReport } from './8-report.ts'
import { serve } from './9-serve.ts'
import { streamListings } from './10-stream.ts'
import { double } from './11-double.ts'
import { dashboard } from './12-dashboard.ts'
import { digest } from './digest.ts'
import { meanFigure } from './figure.ts'
import { watch } from './watch.ts'

const check = process.argv.includes('--exit')
const stay = !check && process.stdout.isTTY
const folder = await mkdtemp(join(tmpdir(), 'tidemill-tour-'))
const tm = await tidemill({ workspace: join(folder, 'workspace') })
const begun = performance.now()
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Ctrl-C before the end: what was begun is of no use to anybody. */
const leave = (): never => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(130)
}
for (const name of endings) process.on(name, leave)

try {
  title('1. Read, check, set aside what fails')
  const { blocks, report, counts } = await clean(tm)
  await blocks.show({ rows: 5 })
  show(report)
  show(counts)

  title('2. Group, call a TypeScript function on workers, join, write Parquet, read it back')
  const { districts, written, back } = await aggregate(tm, blocks, join(folder, 'districts'))
  await districts.show({ rows: 8 })
  console.log(`wrote ${written.rows} rows to ${written.files.length} files by coast, read back ${await back.count()}`)

  title('3. Learn: a price model')
  const modelPath = join(folder, 'price')
  const { errors, model, predicted } = await learn(tm, modelPath)
  show(Object.entries(errors).map(([on, { rows, mse, r2 }]) => ({ on, rows, mse, r2 })))
  console.log(`as SQL: ${model.toSql('duckdb').slice(0, 100)}…`)
  const rowByRow = digest((await predicted.rows()).map(row => model.predict(row).prediction))
  const again = await inNewProcess(modelPath)
  const same = rowByRow === again ? 'the same to the bit' : 'DIFFERENT'
  console.log(`hold-out predictions, row by row here and as SQL in a new process: ${rowByRow.slice(0, 16)}… ${again.slice(0, 16)}… ${same}`)

  title('4. A mean on two workers')
  const pair = await tidemill({ workers: 2 })
  const tasks: string[] = []
  const stop = pair.onTask(({ phase, task, worker }) => phase === 'end' && tasks.push(`${task} on worker ${worker}`))
  const { scaled, mean } = await parallelMean(pair, join(folder, 'scaled.ndjson'))
  stop()
  console.log(`scaled: ${(await scaled.rows()).map(row => row.x).join(', ')}`)
  for (const task of tasks) console.log(`  ${task}`)
  const [answer] = await mean.rows()
  const values = (await scaled.rows()).map(row => row.x)
  console.log(`mean: ${answer?.mean}`)
  const figure = meanFigure(values, answer?.mean ?? Number.NaN)
  show(figure)
  await writeFile(join(folder, 'mean.html'), renderPage('C7', describeValue(figure)))
  await pair.close()

  title('5. Choose a random forest: 30 candidates, 5 folds')
  const started = performance.now()
  const flowers = await chooseForest(tm, undefined, (done, of) => done % 50 === 0 && console.log(`  ${done} of ${of} fits`))
  show(flowers.found)
  for (const [on, { accuracy, rows }] of Object.entries(flowers.scores))
    console.log(`hold-out accuracy, ${on}: ${accuracy.toFixed(4)} of ${rows} rows`)
  const bits = (found: typeof flowers): string =>
    digest([...found.found.candidates.flatMap(one => one.scores), ...Object.values(found.found.best.importance ?? {})])
  const alone = await chooseForest(tm, 1)
  const sameBits = bits(flowers) === bits(alone)
  console.log(
    `two searches on ${tm.pool.size} workers, two more on one: ${sameBits ? 'the same bits' : 'DIFFERENT BITS'}, in ${seconds(started)}`,
  )

  title('6. A forest for the prices')
  const prices = await forestPrices(tm)
  show(prices.search)
  show([
    { model: 'linear', 'hold-out mse': errors['hold-out'].mse, r2: errors['hold-out'].r2 },
    { model: 'random forest', 'hold-out mse': prices.errors.mse, r2: prices.errors.r2 },
  ])
  show(prices.importance.map(({ feature, mean }) => ({ feature, 'loss of r2 when shuffled': mean })))

  title('7. Register, promote, take back, load in a new process')
  const { back: champ, history } = await register(tm, {
    linear: { model, errors: errors['hold-out'] },
    forest: { model: prices.model, errors: prices.errors },
    flowers: flowers.found.best,
  })
  show(history.map(({ alias, action, from, to, reason }) => ({ alias, action, from, to, reason })))
  const predictedHere = digest((await prices.model.transform(predicted.drop('prediction')).rows()).map(row => row.prediction))
  const reloaded = await inNewProcess('price@champion', join(folder, 'workspace'))
  console.log(
    `price@champion is version ${champ.number}; its predictions here and in a new process: ${predictedHere === reloaded ? 'the same to the bit' : 'DIFFERENT'}`,
  )

  title('8. A report')
  const page = join(folder, 'report.html')
  const { bytes, reasons } = await writeReport(
    tm,
    page,
    {
      found: flowers.found,
      accuracy: flowers.scores["the articles' rows"].accuracy,
      confusion: flowers.scores['a stratified split'].confusion,
    },
    {
      errors: { linear: errors['hold-out'], forest: prices.errors },
      importance: prices.importance,
      predicted: await prices.model.transform(prices.test).select('medHouseVal', 'prediction').rows(),
    },
  )
  for (const reason of reasons) console.log(`  ${reason}`)
  console.log(`one HTML page of ${Math.round(bytes / 1024)} kB`)

  title('9. Serve')
  const served = await serve(tm)
  console.log(`POST ${served.url}/v2/models/price@champion/infer, version ${served.version}`)
  console.log(
    `without the token: ${served.refused}; over HTTP ${served.overHttp.slice(0, 2).join(', ')}, in the table ${served.inTable.slice(0, 2).join(', ')}`,
  )

  title('10. Replay the hold-out as a stream: score, warn, write windows exactly once')
  const listings = await streamListings(tm, join(folder, 'districts-live'))
  console.log(listings.plan)
  show(
    listings.live
      .slice(0, 5)
      .map(({ windowStart, district, listings: n, asked, worth }) => ({ windowStart, district, listings: n, asked, worth })),
  )
  const rates = ({ metrics }: { metrics: JobMetrics }): string =>
    `${Math.round(metrics.rowsPerSecond)} rows/s, latency ${metrics.latencyMs.p50?.toFixed(1)} ms, at most ${metrics.latencyMs.p99?.toFixed(1)} ms for 99 of 100`
  console.log(
    `${listings.live.length} windows written by the stream, ${listings.asTable.length} by the same plan over a table; ${rates(listings)}`,
  )

  title('11. A spout and a bolt')
  const doubled = await double(tm, join(folder, 'doubled'))
  console.log(`${doubled.sums?.rows} numbers out, sum ${doubled.sums?.sum}; ${rates(doubled)}`)

  title('12. A page to watch it')
  const live = await dashboard(tm, join(folder, 'workspace'))
  const seen = await watch(live.url, live.link(), 'market')
  console.log(`signed in by a one-time link; the page shows ${seen.runs} runs and ${seen.models} models`)
  console.log(`the stream market moved from ${seen.first} to ${seen.last} rows while it was watched`)
  console.log(`all twelve steps in ${seconds(begun)}`)
  if (stay) {
    console.log(`\nOpen ${live.link()}\nThe stream goes on until Ctrl-C.`)
    for (const name of endings) process.off(name, leave)
    await Promise.race(endings.map(name => once(process, name)))
  }
  await live.close()

  if (check) {
    assert.deepEqual(counts, { before: 20_655, clean: 20_575, rejected: 80 })
    assert.deepEqual(
      await back.sort('district', 'coast').rows(),
      await districts.select('district', 'blocks', 'crowded', 'price', 'p90', 'coast').sort('district', 'coast').rows(),
    )
    const mse = (on: keyof typeof errors): string => errors[on].mse.toFixed(4)
    assert.deepEqual([mse('fitted and scored on all rows'), mse('training part'), mse('hold-out')], ['0.5243', '0.5179', '0.5559'])
    assert.equal(errors['hold-out'].r2.toFixed(4), '0.5758')
    assert.equal(rowByRow, again)
    assert.deepEqual(values, [0, 0.25, 0.5, 0.75, 1])
    assert.equal(answer?.mean, 0.5)
    assert.equal(new Set(tasks.filter(task => task.startsWith('map')).map(task => task.slice(-1))).size, 2)
    assert.equal(flowers.scores["the articles' rows"].accuracy, 1)
    assert.equal(flowers.found.candidates.length, 30)
    assert.ok(flowers.scores['a stratified split'].accuracy > 0.9)
    assert.ok(sameBits)
    assert.ok(prices.errors.mse < 0.26 && prices.errors.mse > 0.24, `mse of the forest: ${prices.errors.mse}`)
    assert.equal(champ.number, 2)
    assert.deepEqual(history.map(({ action, from, to }) => [action, from, to]).toReversed(), [
      ['promote', undefined, 2],
      ['promote', 2, 1],
      ['rollback', 1, 2],
    ])
    assert.equal(predictedHere, reloaded)
    assert.equal(served.refused, 401)
    assert.equal(served.version, '2')
    assert.deepEqual(served.overHttp, served.inTable)
    const rounded = (rows: typeof listings.live): unknown =>
      rows.map(row => ({ ...row, asked: row.asked.toFixed(9), worth: row.worth.toFixed(9) }))
    assert.deepEqual(rounded(listings.live), rounded(listings.asTable))
    assert.equal(
      listings.live.reduce((sum, row) => sum + row.listings, 0),
      4_128,
    )
    assert.deepEqual(doubled.sums, { rows: 10_000, sum: 99_990_000 })
    assert.ok(seen.last > seen.first)
    assert.equal(seen.withoutCookie, 401)
    assert.equal(seen.runs, 2)
    console.log('\nself-check passed')
  } else console.log(`\nThe report is ${page}\nTry next: npx tidemill YOUR.csv · npx tidemill doctor · README.md`)
} finally {
  await tm.close()
  // A person may want to look at the report.
  if (check) await rm(folder, { recursive: true, force: true })
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`
}

function title(text: string): void {
  console.log(`\n${text}\n`)
}

/** Loads a model in another process and predicts there. */
async function inNewProcess(...reference: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...process.execArgv,
    join(import.meta.dirname, 'reload.ts'),
    ...reference,
  ])
  return stdout.trim()
}
