/** What travels between the pool and its threads. */
import type { Batch } from '../batch/index.ts'
import { type ErrorCode, errorCodes, TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import type { BatchTask, Fault, FaultPolicy, HostFunction } from './seams.ts'

export interface BatchWork {
  readonly kind: 'batch'
  readonly mode: BatchTask['mode']
  readonly concurrency: number
  readonly batch: Batch
  /** Number of the batch's first row in the whole input, counted from 1. */
  readonly firstRow: number
  readonly schema?: Schema | undefined
  /** True when `schema` was learnt: then a row with another column is a misfit, while a declared schema picks what it names. */
  readonly learnt: boolean
  readonly policy?: FaultPolicy | undefined
  /** Where the thread is, over shared memory: see `deadline.ts`. */
  readonly cells?: Int32Array | undefined
  /** Rows, by their numbers, that were given up already. */
  readonly without?: readonly number[] | undefined
}
export interface CallWork {
  readonly kind: 'call'
  readonly argument: unknown
}
export type Work = BatchWork | CallWork

export interface Request {
  readonly id: number
  /** The hash alone where the thread has the function already, as its `with` may be large. */
  readonly fn: HostFunction | string
  readonly work: Work
}
export interface BatchAnswer {
  readonly batch?: Batch | undefined
  /** The columns found, when the work came without. */
  readonly schema?: Schema | undefined
  /** Rows that were left out. */
  readonly faults?: readonly Fault[] | undefined
}
export interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: WireError
}

export interface WireError {
  readonly code: ErrorCode
  readonly message: string
  readonly details: object
  readonly hint?: string | undefined
  readonly retryable: boolean
  readonly cause?: { readonly name: string; readonly message: string; readonly stack?: string | undefined } | undefined
}

/** An error as data that can be cloned. */
export function errorToWire(error: TidemillError): WireError {
  const { cause } = error
  return {
    ...error.toJSON(),
    details: cloneable(error.details),
    cause:
      cause === undefined
        ? undefined
        : { name: nameOf(cause), message: messageOf(cause), stack: cause instanceof Error ? cause.stack : undefined },
  }
}

/** The error again; its cause keeps the stack of the thread. */
export function errorFromWire({ code, message, details, hint, retryable, cause }: WireError): TidemillError {
  return new TidemillError(code, message, {
    details: { ...details },
    retryable,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause: rebuild(cause) }),
  })
}

/** True for our error class, also in another copy of the package, which the user's own module may have imported. */
export function isOurs(error: unknown): error is TidemillError {
  return (
    error instanceof Error && error.name === 'TidemillError' && 'code' in error && String(error.code) in errorCodes && 'toJSON' in error
  )
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  try {
    return String(thrown)
  } catch {
    return 'something that cannot be printed'
  }
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown
}

function rebuild(cause: NonNullable<WireError['cause']>): Error {
  const error = new Error(cause.message)
  error.name = cause.name
  if (cause.stack !== undefined) error.stack = cause.stack
  return error
}

function cloneable(details: object): object {
  try {
    return structuredClone(details)
  } catch {
    return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, typeof value === 'number' ? value : messageOf(value)]))
  }
}
