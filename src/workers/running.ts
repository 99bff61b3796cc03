import type { TidemillError } from '../errors/index.ts'
import type { AnyFunction } from './load-function.ts'
import type { BatchWork } from './protocol.ts'
import { faultOf, type FaultyRows, goesOn } from './row-faults.ts'
import type { Fault } from './seams.ts'

/** One batch at work. */
export interface Running extends FaultyRows {
  readonly call: AnyFunction
  readonly work: BatchWork
  readonly faults: Fault[]
}

/** Fails, or writes the fault of some rows (from 0) down where the policy says so. */
export function take(running: Running, error: TidemillError, from: number, to: number = from): void {
  if (!goesOn(running.policy)) throw error
  running.faults.push(faultOf(running, error, from, to))
}
