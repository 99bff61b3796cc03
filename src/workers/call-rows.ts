/** Calls a function for each row of a batch, in order; promises overlap. What fails goes where the policy says. */
import { systemScheduler } from '../time/index.ts'
import type { Place } from './deadline.ts'

/** Stands in the place of what a row would have given. */
export const leftOut: unique symbol = Symbol('left out')

export interface RowCalls {
  readonly rows: readonly object[]
  call(row: object): unknown
  /** Promises in flight. */
  readonly concurrency: number
  /** Takes the fault of a row, or throws. */
  fault(row: number, error: unknown): void
  readonly place: Place | undefined
  /** Milliseconds a promise may take. */
  readonly timeoutMs: number | undefined
  /** Rows that are not tried. */
  readonly without: ReadonlySet<number>
}

/** What a row gave, row for row; `leftOut` for those that gave nothing. */
export async function callRows(calls: RowCalls): Promise<unknown[]> {
  const { rows, call, place, without, fault } = calls
  const values: unknown[] = new Array(rows.length)
  let next = 0
  let pending: unknown
  const told = place !== undefined || without.size > 0
  while (next < rows.length && pending === undefined) {
    try {
      for (; next < rows.length; next++) {
        if (told) {
          if (without.has(next)) {
            values[next] = leftOut
            continue
          }
          place?.at(next)
        }
        const value = call(rows[next] as object)
        if (isPromise(value)) {
          pending = value
          break
        }
        values[next] = value
      }
    } catch (error) {
      fault(next, error)
      values[next++] = leftOut
    }
  }
  if (pending !== undefined) await inLanes(calls, values, next, pending)
  return values
}

/** The rows from one on whose call gave a promise; what stands before it in the answer is nothing. */
export async function callRowsFrom(calls: RowCalls, from: number, pending: unknown): Promise<unknown[]> {
  const values: unknown[] = new Array(calls.rows.length)
  await inLanes(calls, values, from, pending)
  return values
}

/** From the first promise on: so many rows at a time. */
async function inLanes(calls: RowCalls, values: unknown[], from: number, pending: unknown): Promise<void> {
  const { rows, call, place, without, timeoutMs, concurrency } = calls
  const open = new Set<number>()
  let next = from
  let stopped = false
  const wait = (): void => {
    const [oldest = next] = open
    place?.awaiting(oldest)
  }
  const lane = async (first?: { readonly row: number; readonly value: unknown }): Promise<void> => {
    for (let turn = first; !stopped; turn = undefined) {
      const row = turn?.row ?? next++
      if (row >= rows.length) return
      values[row] = leftOut
      if (without.has(row)) continue
      open.add(row)
      try {
        if (turn === undefined) place?.at(row)
        const value = turn === undefined ? call(rows[row] as object) : turn.value
        wait()
        values[row] = await (timeoutMs === undefined ? value : inTime(value, timeoutMs))
      } catch (error) {
        try {
          calls.fault(row, error)
        } catch (fatal) {
          stopped = true
          throw fatal
        }
      } finally {
        open.delete(row)
        wait()
      }
    }
  }
  const lanes = [lane({ row: next++, value: pending })]
  for (let i = 1; i < Math.max(1, Math.floor(concurrency)); i++) lanes.push(lane())
  await Promise.all(lanes)
}

/** What a promise that took too long fails with. */
export class TooLate extends Error {
  override readonly name = 'TooLate'
}

/** A value in time. What comes later is let go. */
export async function inTime(value: unknown, timeoutMs: number): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>()
  const cancel = systemScheduler.after(timeoutMs, () => reject(new TooLate()))
  try {
    return await Promise.race([value, promise])
  } finally {
    cancel()
  }
}

/** True for what can be awaited. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
