import { type Batch, type Column, concatColumns, sliceRows } from '../batch/index.ts'
import { type AnyModel, revive } from '../ml/index.ts'
import type { Scheduler } from '../time/index.ts'

type Predictor = (batch: Batch) => readonly Column[]

/** Between so many rows the server looks after other requests. */
const sliceOf = 4096
const predictors = new WeakMap<AnyModel, Predictor>()
/** The end of the last slice that stands in line. */
const lines = new WeakMap<Scheduler, Promise<void>>()

/**
 * The columns a model adds to these rows, by position of `model.adds`: the same as in a plan, to the bit. Ends early when the signal is aborted.
 */
export async function predict(
  model: AnyModel,
  batch: Batch,
  { scheduler, signal }: { readonly scheduler: Scheduler; readonly signal: AbortSignal },
): Promise<readonly Column[]> {
  const predictor = predictorOf(model)
  if (batch.rows <= sliceOf) return predictor(batch)
  const slices: (readonly Column[])[] = []
  for (let from = 0; from < batch.rows; from += sliceOf) {
    const slice = await inTurn(scheduler, () => {
      signal.throwIfAborted()
      return predictor(sliceRows(batch, from, from + sliceOf))
    })
    slices.push(slice)
  }
  return (slices[0] ?? []).map((first, index) =>
    concatColumns(
      first.type,
      slices.map(slice => slice[index] as Column),
    ),
  )
}

/**
 * One slice at a time, whatever request it is of. Were each to wait on a timer of its own, that of one would be due while another works, and with some long
 * predictions at once timers alone would run, and nobody be heard until all had ended.
 */
function inTurn<T>(scheduler: Scheduler, work: () => T): Promise<T> {
  const done = (lines.get(scheduler) ?? Promise.resolve()).then(work)
  const pause = (): Promise<void> => new Promise<void>(resolve => void scheduler.after(0, resolve))
  lines.set(scheduler, done.then(pause, pause))
  return done
}

function predictorOf(model: AnyModel): Predictor {
  const known = predictors.get(model)
  if (known !== undefined) return known
  const made = revive(model.state as Parameters<typeof revive>[0])
  predictors.set(model, made)
  return made
}
