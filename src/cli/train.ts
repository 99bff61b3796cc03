import type { CachedDataset, Dataset } from '../dataset/index.ts'
import { progressReporter } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { profile } from '../quality/index.ts'
import { fieldNamed, type OpenRow } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { printJson } from './output.ts'
import { sourceOf } from './source-of.ts'
import { checkNames, type TrainColumns, trainColumns } from './train-columns.ts'
import { checkPlaces, keep } from './train-keep.ts'
import { learn, type TrainParts } from './train-learn.ts'
import { trainModel } from './train-model.ts'
import { printLearnt, printPlan, type TrainPlan } from './train-print.ts'
import { reportJson } from './train-report.ts'
import { type TrainOptions, type TrainRequest, trainRequest } from './train-request.ts'
import { labelled, readTable } from './train-table.ts'
import { type Target, trainTarget } from './train-target.ts'

/** Learns a model from a file, says what it did, and keeps it. */
export async function train(files: readonly string[], options: TrainOptions): Promise<void> {
  const request = trainRequest(options)
  const [file = '', ...more] = files
  if (more.length > 0)
    throw new TidemillError('cli.usage', `more than one file: ${files.slice(0, 3).join(' ')}${files.length > 3 ? ' ...' : ''}`)
  const source = await sourceOf(file)
  const started = systemClock.monotonic()
  const json = options.json === true
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: options.quiet === true || json })
  const { signal, release } = interruptSignal()
  const tm = await tidemill({ workspace: options.workspace, ...(request.workers === undefined ? {} : { workers: request.workers }) })
  try {
    const data = await tm.read(source)
    checkNames(data.schema, request)
    await checkPlaces(tm, options)
    await using table = await readTable(tm, source, data, request, signal)
    await using chosen = await planned(table, request, signal)
    const plan: TrainPlan = { file, request, ...chosen.plan, read: table }
    if (!json) printPlan(plan)
    const kept = await keep(
      tm,
      options,
      plan,
      chosen.parts,
      run => told(run, () => learn(chosen.parts, plan.model, request, signal), plan),
      signal,
    )
    const seconds = (systemClock.monotonic() - started) / 1000
    if (json) printJson(reportJson(plan, kept, seconds))
    else printLearnt(plan, kept, seconds)
  } catch (error) {
    throw inWords(error)
  } finally {
    stop()
    release()
    await tm.close()
  }
}
