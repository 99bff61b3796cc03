import { followAsTable, prepareFollow, rows } from '../connectors/index.ts'
import { TidemillError } from '../errors/index.ts'
import { durationMicros } from '../expr/index.ts'
import { type Plan, type Source, type Spec, verbs } from '../plan/index.ts'
import type { Schema, SchemaLike } from '../schema/index.ts'
import type { EventTime } from '../stream/index.ts'
import { type HostFunction, loadFunction } from '../workers/index.ts'
import { whatIs } from './check-arguments.ts'

/** Reads a description as a table's: `tm.read`, as a plan. */
export type ReadPlan = (source: Source<unknown>) => Promise<Plan>

/**
 * A source of a stream with all that a job needs to open it: the columns of files that are followed are learnt as a table's are.
 *
 * @throws stream.argument for a source that ends
 */
export async function streamSource(source: Spec, read: ReadPlan): Promise<Spec> {
  if (source.kind === 'follow') {
    const declared = (source.options as { readonly schema?: Schema }).schema
    return declared === undefined ? prepareFollow(source, (await read(followAsTable(source))).fields) : prepareFollow(source)
  }
  if (source.kind === 'generate' || source.kind === 'receive' || source.kind === 'replay') return source
  throw new TidemillError('stream.argument', `source ends: ${source.kind} (a stream needs follow, generate or replay)`, {
    hint:
      source.kind === 'ndjson'
        ? 'follow the file: tm.stream(ndjson.follow(path), ...), or replay it as a table'
        : 'replay its rows as a stream: await tm.replay(await tm.read(source), { rate: 100 })',
  })
}

/** The plan of a stream that begins at a source. @throws plan.unknown-column, plan.type, stream.argument */
export function streamPlan(spec: Spec, time: EventTime<never> | undefined): Plan {
  const { schema } = spec.options as { readonly schema: Schema }
  const scan = verbs.scan(spec, schema, undefined)
  if (time === undefined) return scan
  const { eventTime, lateness, idle } = checkTime(time)
  return verbs.eventTime(scan, { column: eventTime, latenessMs: msOf('lateness', lateness), idleMs: msOf('idle', idle) })
}

/** The rows of a stream's source as a table: what files hold now, what a function makes. @throws stream.unbounded, stream.unsupported */
export async function sourceTable(spec: Spec, read: ReadPlan): Promise<Plan> {
  if (spec.kind === 'follow') return read(followAsTable(spec) as Source<unknown>)
  if (spec.kind === 'generate') return read(await generated(spec))
  throw new TidemillError('stream.unsupported', `source without a table: ${spec.kind}`, { details: { kind: spec.kind } })
}

async function generated(spec: Spec): Promise<Source<unknown>> {
  const { fn, rows: count, schema } = spec.options as { readonly fn: HostFunction; readonly rows?: number; readonly schema: Schema }
  if (count === undefined)
    throw new TidemillError('stream.unbounded', 'table of rows that are generated without end', {
      hint: 'say how many: generate({ schema, rows: 1000 }, n => row)',
    })
  const row = await loadFunction(fn)
  const made = Array.from({ length: count }, (_, n): object => row(n) as object)
  return rows(made, { schema: schema as unknown as SchemaLike })
}

const defaults = { lateness: '0s', idle: '1m' }
const example = "{ eventTime: 'at', lateness: '10s' }"

function checkTime(time: unknown): { readonly eventTime: string; readonly lateness: string; readonly idle: string } {
  if (typeof time !== 'object' || time === null) throw wrong(`stream wants an object that names the event time, not ${whatIs(time)}`)
  const { eventTime, lateness = defaults.lateness, idle = defaults.idle, ...other } = time as Readonly<Record<string, unknown>>
  const [unknown] = Object.keys(other)
  if (unknown !== undefined) throw wrong(`unknown option of stream: ${unknown} (have eventTime, lateness, idle)`)
  if (typeof eventTime !== 'string') throw wrong(`eventTime wants the name of a column, not ${whatIs(eventTime)}`)
  for (const [name, value] of Object.entries({ lateness, idle }))
    if (typeof value !== 'string') throw wrong(`${name} wants a duration such as '10s', not ${whatIs(value)}`)
  return { eventTime, lateness: lateness as string, idle: idle as string }
}

function msOf(name: string, duration: string): number {
  const ms = durationMicros(duration) / 1000
  if (Number.isSafeInteger(ms)) return ms
  throw wrong(`${name} is no whole number of milliseconds: ${duration}`)
}

function wrong(message: string): TidemillError {
  return new TidemillError('stream.argument', message, { hint: `tm.stream(source, ${example})` })
}
