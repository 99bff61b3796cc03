import { type Batch, type Column, concatColumns, sliceRows } from '../batch/index.ts'
import { type AnyModel, revive } from '../ml/index.ts'
import type { Scheduler } from '../time/index.ts'

type Predictor = (batch: Batch) => readonly Column[]

/** Between so many rows the server looks after other requests. */
const sliceOf = 4096
const predictors = new WeakMap<AnyModel, Predictor>()

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
    signal.throwIfAborted()
    slices.push(predictor(sliceRows(batch, from, from + sliceOf)))
    await new Promise<void>(resolve => void scheduler.after(0, resolve))
  }
  return (slices[0] ?? []).map((first, index) =>
    concatColumns(
      first.type,
      slices.map(slice => slice[index] as Column),
    ),
  )
}

function predictorOf(model: AnyModel): Predictor {
  const known = predictors.get(model)
  if (known !== undefined) return known
  const made = revive(model.state as Parameters<typeof revive>[0])
  predictors.set(model, made)
  return made
}
