import { progressReporter } from '../display/index.ts'
import { tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { printJson } from './output.ts'
import { sourceOf } from './source-of.ts'
import { textWords } from './text-words.ts'
import { checkPlaces, keep } from './train-keep.ts'
import { learn } from './train-learn.ts'
import { planTraining } from './train-plan.ts'
import { printLearnt, printPlan, type Training } from './train-print.ts'
import { trainReport } from './train-report.ts'
import { type TrainOptions, trainRequest, usage } from './train-request.ts'
import { trainTable } from './train-table.ts'
import { inCommandWords } from './train-words.ts'

/** Learns a model from a file: says what it takes the columns for, judges the model by rows it has not seen, and keeps it. */
export async function train(files: readonly string[], options: TrainOptions): Promise<void> {
  const request = trainRequest(options)
  const [file = '', ...more] = files
  if (more.length > 0)
    throw usage(
      `more than one file: ${files.slice(0, 3).join(' ')}${files.length > 3 ? ' ...' : ''}`,
      'files of the same columns are read as one by a folder or a pattern in quotes',
    )
  const started = systemClock.monotonic()
  const json = options.json === true
  const source = await sourceOf(file, textWords(options))
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: options.quiet === true || json })
  const { signal, release } = interruptSignal()
  const tm = await tidemill({ workspace: request.workspace, ...(request.workers === undefined ? {} : { workers: request.workers }) })
  try {
    await checkPlaces(tm, options)
    // What is read into the engine goes with the session.
    const table = await trainTable(tm, source, request, signal)
    const plan = await planTraining(table, request, signal)
    const training: Training = { file, request, table, plan }
    if (!json) printPlan(training)
    const kept = await keep(tm, options, training, () => learn(plan, plan.model, request, signal), signal)
    const seconds = (systemClock.monotonic() - started) / 1000
    if (json) printJson(trainReport(training, kept, seconds))
    else printLearnt(training, kept, seconds)
  } catch (error) {
    throw inCommandWords(error)
  } finally {
    stop()
    release()
    await tm.close()
  }
}
