import { type Batch, type Column, makeBatch } from '../batch/index.ts'
import { replaySpec } from '../connectors/index.ts'
import { streamRuntime } from '../engines/embedded/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Engine, Plan, Spec } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import type { EventTime } from '../stream/index.ts'
import { rowInstant } from '../time/index.ts'
import { whatIs } from './check-arguments.ts'

/** Adds a column that says when each row happened: row order at a rate. */
export interface Stamp<N extends string = string> {
  /** The name of the column, of type timestamp. */
  readonly stamp: N
  /** The time of the first row. Default: 1970-01-01, UTC. */
  readonly start?: Date
  /** Rows to a second of event time. Default: `rate`, or 1. */
  readonly perSecond?: number
}
/** What `tm.replay` takes besides the table. */
export interface ReplayOptions {
  /** Rows a second. Default: as fast as they are taken. */
  readonly rate?: number
  readonly lateness?: EventTime<never>['lateness']
  readonly idle?: EventTime<never>['idle']
  readonly signal?: AbortSignal
}
interface Given extends ReplayOptions {
  readonly eventTime?: string | Stamp
}

/** A table made ready to be replayed: the source of its stream, what is known of its time, and the table of the same rows. */
export interface Replayed {
  readonly spec: Spec
  readonly time: EventTime<never> | undefined
  /** Read anew: the table must not have changed. */
  table(): Promise<Plan>
}

/**
 * Writes the rows of a table where a job finds them again after a failure, in their order.
 *
 * @param folder where the file goes; it is named by its content, so the same rows are there once
 * @throws stream.argument
 */
export async function replayed(plan: Plan, engine: Engine, folder: string, options: Given): Promise<Replayed> {
  const { rate, eventTime, lateness, idle, signal } = checkReplay(options)
  const closed = plan.open ? await engine.learn(plan) : plan
  const { writeReplay } = await streamRuntime()
  const { path, hash, rows } = await writeReplay(folder, closed.fields, engine.run(closed, { signal }), signal)
  const stamp = typeof eventTime === 'object' ? stampOf(eventTime, rate, closed.fields) : undefined
  const schema: Schema =
    stamp === undefined ? closed.fields : [...closed.fields, { name: stamp.column, type: 'timestamp', nullable: false }]
  const column = stamp?.column ?? (eventTime as string | undefined)
  const given = Object.fromEntries(Object.entries({ lateness, idle }).filter(([, value]) => value !== undefined))
  return {
    spec: replaySpec({ path, hash }, { schema, rows, rate, stamp }),
    time: column === undefined ? undefined : ({ eventTime: column, ...given } as EventTime<never>),
    async table() {
      if (stamp === undefined) return closed
      const staged = await engine.stage(stamped(engine.run(closed), schema, stamp), schema)
      return staged.plan
    },
  }
}

type StampSpec = { readonly column: string; readonly start: number; readonly perSecond: number }

function stampOf({ stamp, start, perSecond }: Stamp, rate: number | undefined, fields: Schema): StampSpec {
  if (fields.some(field => field.name === stamp)) throw wrong(`the table has a column ${stamp}: name it as eventTime, or stamp another`)
  return { column: stamp, start: (start?.getTime() ?? 0) * 1000, perSecond: perSecond ?? rate ?? 1 }
}

/** The rows with their times, as the replay's reader adds them. */
async function* stamped(batches: AsyncIterable<Batch>, schema: Schema, { start, perSecond }: StampSpec): AsyncGenerator<Batch> {
  let row = 0
  for await (const batch of batches) {
    const data = new BigInt64Array(batch.rows)
    for (let i = 0; i < batch.rows; i++) data[i] = rowInstant(start, perSecond, row++)
    const times: Column = { type: 'timestamp', length: batch.rows, data }
    yield makeBatch(schema, [...batch.columns, times], batch.rows)
  }
}

function checkReplay(options: unknown): Given {
  if (typeof options !== 'object' || options === null) throw wrong(`replay wants an object of options, not ${whatIs(options)}`)
  const known = ['rate', 'eventTime', 'lateness', 'idle', 'signal']
  const unknown = Object.keys(options).find(name => !known.includes(name))
  if (unknown !== undefined) throw wrong(`unknown option of replay: ${unknown} (have ${known.join(', ')})`)
  const { eventTime, lateness, idle } = options as Given
  const stamp = typeof eventTime === 'object' && eventTime !== null ? eventTime.stamp : undefined
  if (eventTime !== undefined && typeof eventTime !== 'string' && typeof stamp !== 'string')
    throw wrong(`eventTime of replay wants the name of a column or { stamp: name }, not ${whatIs(eventTime)}`)
  if (eventTime === undefined && (lateness ?? idle) !== undefined) throw wrong('lateness and idle of replay need an eventTime')
  return options as Given
}

function wrong(message: string): TidemillError {
  return new TidemillError('stream.argument', message, {
    hint: "tm.replay(houses, { rate: 500, eventTime: 'at' }), or { rate: 500, eventTime: { stamp: 'at' } } for row order at the rate",
  })
}
