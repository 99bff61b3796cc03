/** The product's main job, step by step. `npm start` runs it; `npm start -- --exit` checks its own figures and ends. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tidemill } from 'tidemill'
import { show } from 'tidemill/display'
import { clean } from './1-clean.ts'
import { aggregate } from './2-aggregate.ts'
import { learn } from './3-learn.ts'
import { parallelMean } from './4-parallel-mean.ts'
import { digest } from './digest.ts'

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
  const here = await digest(predicted)
  const again = await inNewProcess(modelPath)
  console.log(`predictions here ${here.slice(0, 16)}…, loaded in a new process ${again.slice(0, 16)}…: ${here === again ? 'the same to the bit' : 'DIFFERENT'}`)

  title('4. A mean on two workers')
  const tasks: string[] = []
  const stop = tm.onTask(({ phase, task, worker }) => phase === 'end' && tasks.push(`${task} on worker ${worker}`))
  const { scaled, mean } = await parallelMean(tm, join(folder, 'scaled.ndjson'))
  stop()
  console.log(`scaled: ${(await scaled.rows()).map(row => row.x).join(', ')}`)
  for (const task of tasks) console.log(`  ${task}`)
  const [answer] = await mean.rows()
  console.log(`mean: ${answer?.mean}`)

  if (check) {
    assert.equal(counts.before, counts.clean + counts.rejected)
    assert.equal(here, again)
    assert.equal(answer?.mean, 0.5)
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
