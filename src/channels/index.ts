/** Floor 0: names and payloads for node:diagnostics_channel. Rooms publish, observers listen; no room imports an observer. */
import { channel, type Channel } from 'node:diagnostics_channel'

/** How far a long operation is. Unknown numbers are left out. */
export interface ProgressEvent {
  readonly run: string
  /** What is being done: `reading housing.csv`. */
  readonly label: string
  readonly rows?: number
  readonly bytes?: number
  /** 0 to 1. */
  readonly fraction?: number
  readonly done?: boolean
}
/** One piece of work on a worker thread. */
export interface TaskEvent {
  readonly run: string
  readonly task: string
  readonly worker: number
  readonly phase: 'start' | 'end' | 'error'
  readonly rows?: number
  readonly ms?: number
}
/** One statement an engine ran. */
export interface QueryEvent {
  readonly run: string
  readonly engine: string
  readonly sql: string
  readonly phase: 'start' | 'end' | 'error'
  readonly ms?: number
}

/** A row that a function of the user failed on and that was left out. */
export interface FaultEvent {
  readonly run: string
  /** The function, with where it was written. */
  readonly step: string
  /** In the input of the step, from 1; of a function of batches the first and last row of the batch. */
  readonly row: number
  readonly last: number
  readonly message: string
}

/** A value that the program showed: a description, a chart, any value. */
export interface ShownEvent {
  readonly value: unknown
}

export const channels = {
  progress: channel('tidemill:progress') as Channel<ProgressEvent>,
  task: channel('tidemill:task') as Channel<TaskEvent>,
  query: channel('tidemill:query') as Channel<QueryEvent>,
  fault: channel('tidemill:fault') as Channel<FaultEvent>,
  shown: channel('tidemill:shown') as Channel<ShownEvent>,
} as const

/** Listens to a channel; gives back the function that stops listening. */
export function listen<E>(to: Channel<E>, hear: (event: E) => void): () => void {
  const listener = (event: unknown): void => hear(event as E)
  to.subscribe(listener)
  return () => void to.unsubscribe(listener)
}
