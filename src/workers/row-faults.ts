/** Faults of rows: what fails the run, and what is only written down. */
import { type Batch, jsonRowsOf, sliceRows } from '../batch/index.ts'
import { printCallSite, TidemillError } from '../errors/index.ts'
import { TooLate } from './call-rows.ts'
import { messageOf } from './protocol.ts'
import type { Fault, FaultPolicy, HostFunction } from './seams.ts'

/** The rows of one batch, as faults see them. */
export interface FaultyRows {
  readonly fn: HostFunction
  readonly batch: Batch
  /** Number of its first row in the whole input, from 1. */
  readonly firstRow: number
  readonly policy?: FaultPolicy | undefined
}

/** `crowding at 2-aggregate.ts:20:6` */
export function named(fn: HostFunction): string {
  const site = printCallSite(fn.at)
  return site === undefined ? fn.name : `${fn.name} at ${site}`
}

/** True when rows with faults are left out. */
export function goesOn(policy: FaultPolicy | undefined): boolean {
  return policy !== undefined && policy.onError !== 'fail'
}

/** The error of a function that threw, or took too long, on rows of a batch (counted from 0). */
export function rowError(of: FaultyRows, thrown: unknown, from: number, to: number = from): TidemillError {
  if (thrown instanceof TidemillError) return thrown
  const { fn, firstRow, policy } = of
  const [row, last] = [firstRow + from, firstRow + to]
  const where = to > from ? `rows ${row} to ${last}` : `row ${row}`
  const values = policy?.showValues === true ? jsonOf(of, from, to) : undefined
  const shown = values === undefined ? '' : `: ${values.length > 2_000 ? `${values.slice(0, 2_000)}…` : values}`
  if (thrown instanceof TooLate) return lateError(of, where, row, shown)
  return new TidemillError(
    'workers.function-failed',
    `function ${named(fn)} failed at ${where}: ${messageOf(thrown)}${shown === '' ? '' : ` (values${shown})`}`,
    {
      details: { function: fn.name, row, ...(values === undefined ? {} : { values: values.slice(0, 100_000) }) },
      cause: thrown,
    },
  )
}

function lateError({ fn, policy }: FaultyRows, where: string, row: number, shown: string): TidemillError {
  const ms = policy?.timeoutMs ?? 0
  return new TidemillError('workers.deadline', `function ${named(fn)} was not done after ${printMs(ms)} with ${where}${shown}`, {
    details: { function: fn.name, row, timeoutMs: ms },
    hint: "give it longer, { timeout: '1m' }, or leave such rows out: { onError: 'skip' }",
  })
}

function printMs(ms: number): string {
  return ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`
}

/** An error of rows as what is written down of it. Values are taken along where they are kept. */
export function faultOf(of: FaultyRows, error: TidemillError, from: number, to: number = from): Fault {
  const { code, message } = error
  return {
    row: of.firstRow + from,
    last: of.firstRow + to,
    code: code === 'workers.misfit' || code === 'workers.deadline' ? code : 'workers.function-failed',
    message,
    values: of.policy?.onError === 'quarantine' ? jsonOf(of, from, to) : undefined,
  }
}

function jsonOf({ batch }: FaultyRows, from: number, to: number): string {
  const rows = jsonRowsOf(sliceRows(batch, from, to + 1))
  return JSON.stringify(to > from ? rows : rows[0])
}
