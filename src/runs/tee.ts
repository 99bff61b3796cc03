import { type Batch, sliceRows } from '../batch/index.ts'
import type { Engine, Plan } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import { firstCells, mostCells } from './first-cells.ts'
import type { WrittenRows } from './keep-run.ts'

/** The first rows of a run, put aside with the engine while they go by. */
export interface Tee {
  /** Resolves when the batch was taken, so that its reader may do with it what it likes. */
  add(batch: Batch): Promise<void>
  /** Writes what was put aside as a Parquet file; undefined when its columns never became known. */
  write(path: string): Promise<WrittenRows | undefined>
  /** Gives back what it holds. */
  drop(): Promise<void>
}

/** Puts aside up to so many rows of a plan. The engine holds them, so that memory stays bounded. */
export function tee(engine: Engine, plan: Plan, most: number): Tee {
  let staging: ReturnType<Engine['stage']> | undefined
  let columns: Schema = plan.fields
  let [rows, whole, ended] = [0, true, false]
  const first: (string | null)[][] = []
  let asked = Promise.withResolvers<void>()
  let give: ((batch: Batch | undefined) => void) | undefined

  async function* feed(): AsyncGenerator<Batch> {
    for (;;) {
      const { promise, resolve } = Promise.withResolvers<Batch | undefined>()
      give = resolve
      asked.resolve()
      const batch = await promise
      if (batch === undefined) return
      yield batch
    }
  }
  const begin = (): ReturnType<Engine['stage']> => {
    staging ??= engine.stage(feed(), columns)
    // Told by whoever waits for it.
    staging.catch(() => undefined)
    return staging
  }
  const end = async (): ReturnType<Engine['stage']> => {
    const going = begin()
    if (!ended) {
      ended = true
      await Promise.race([asked.promise, going])
      give?.(undefined)
    }
    return going
  }
  return {
    async add(batch) {
      const left = most - rows
      if (batch.rows > left) whole = false
      if (left <= 0 || batch.rows === 0) return
      if (staging === undefined) columns = batch.fields
      const going = begin()
      await Promise.race([asked.promise, going])
      asked = Promise.withResolvers<void>()
      const part = batch.rows > left ? sliceRows(batch, 0, left) : batch
      rows += part.rows
      // Before it is given away: its reader may do with it what it likes.
      first.push(...firstCells(part, mostCells - first.length))
      give?.(part)
      await Promise.race([asked.promise, going])
    },
    async write(path) {
      if (columns.length === 0) return undefined
      const staged = await end()
      await engine.write(staged.plan, { kind: 'parquet', options: { path, mode: 'fail' } })
      return { rows, whole, columns, first }
    },
    async drop() {
      if (staging === undefined) return
      // One that failed holds nothing, and was told where its rows were wanted.
      const staged = await end().catch(() => undefined)
      await staged?.[Symbol.asyncDispose]()
    },
  }
}
