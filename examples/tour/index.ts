/** The product's main job, step by step. `npm start` runs it; `npm start -- --exit` checks its own figures and ends. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tidemill } from 'tidemill'
import { describeValue, renderPage, show } from 'tidemill/display'
import { clean } from './1-clean.ts'
import { aggregate } from './2-aggregate.ts'
import { learn } from './3-learn.ts'
import { parallelMean } from './4-parallel-mean.ts'
import { digest } from './digest.ts'
import { meanFigure } from './figure.ts'

const check = process.argv.includes('--exit')
const folder = await mkdtemp(join(tmpdir(), 'tidemill-tour-'))
const tm = await tidemill({ workers: 2 })

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
  const tasks: string[] = []
  const stop = tm.onTask(({ phase, task, worker }) => phase === 'end' && tasks.push(`${task} on worker ${worker}`))
  const { scaled, mean } = await parallelMean(tm, join(folder, 'scaled.ndjson'))
  stop()
  console.log(`scaled: ${(await scaled.rows()).map(row => row.x).join(', ')}`)
  for (const task of tasks) console.log(`  ${task}`)
  const [answer] = await mean.rows()
  const values = (await scaled.rows()).map(row => row.x)
  console.log(`mean: ${answer?.mean}`)
  const figure = meanFigure(values, answer?.mean ?? Number.NaN)
  show(figure)
  await writeFile(join(folder, 'mean.html'), renderPage('C7', describeValue(figure)))

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
    console.log('\nself-check passed')
  } else console.log('\nTry next: npx tidemill YOUR.csv · npx tidemill doctor · README.md')
} finally {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
}

function title(text: string): void {
  console.log(`\n${text}\n`)
}

/** Loads the saved model in another process and predicts there. */
async function inNewProcess(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, join(import.meta.dirname, 'reload.ts'), path])
  return stdout.trim()
}
