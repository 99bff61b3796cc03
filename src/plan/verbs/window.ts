import type { CallSite } from '../../errors/index.ts'
import { defer } from '../defer.ts'
import { fieldFrom } from '../fields.ts'
import type { AggregateNode, Named, Plan, TumblingWindow } from '../nodes.ts'
import { needDistinct, problem } from '../problem.ts'
import { needAppend, needEventTime } from '../stream-facts.ts'
import { namedColumns, nameOf, type ColumnPick } from './select.ts'
import type { Schema } from '../../schema/index.ts'

export interface WindowArgs {
  readonly keys: readonly ColumnPick[]
  readonly aggs: readonly Named[]
  readonly window: TumblingWindow
}
export interface RunningArgs {
  readonly keys: readonly ColumnPick[]
  readonly aggs: readonly Named[]
  /** Microseconds of event time after which a key that was not touched is forgotten. */
  readonly ttl: number
}

/** What a window adds to its rows. */
export const windowFields: Schema = Object.freeze([
  { name: 'windowStart', type: 'timestamp', nullable: false },
  { name: 'windowEnd', type: 'timestamp', nullable: false },
]) as Schema

/**
 * One row for each combination of the keys and each window of event time that has rows: the keys, windowStart, windowEnd, the aggregates. A window is from
 * its start up to, but without, its end; windows begin at multiples of their size since 1970, moved by the offset.
 *
 * @throws plan.unknown-column, plan.duplicate-column, stream.argument without event time, over rows that may be corrected, or with a wrong size
 */
export function window(input: Plan, args: WindowArgs, at?: CallSite): Plan {
  const { keys, aggs, window: how } = args
  checkWindow(how, at)
  needDistinct(
    [...keys.map(nameOf), ...windowFields.map(field => field.name), ...aggs.map(agg => agg.name)],
    at,
    'keys, windowStart and windowEnd are in the result already: give the other another name',
  )
  if (input.open) return defer('window', [input], args, [], at)
  needAppend(input, 'a window', at)
  needEventTime(input, 'a window', at)
  return streamed(input, { keys, aggs, between: windowFields }, at, { window: how })
}

/**
 * Running totals: for each batch of rows one row per key that was in it, in place of the key's earlier row.
 *
 * @throws plan.unknown-column, plan.duplicate-column, stream.argument without event time or over rows that may be corrected
 */
export function running(input: Plan, args: RunningArgs, at?: CallSite): Plan {
  const { keys, aggs, ttl } = args
  needSpan('ttl', ttl, at)
  if (aggs.length === 0) throw problem('plan.argument', 'agg needs an aggregate', at)
  needDistinct([...keys.map(nameOf), ...aggs.map(agg => agg.name)], at, 'a key is in the result already: give the aggregate another name')
  if (input.open) return defer('running', [input], args, [], at)
  needAppend(input, 'a running aggregate', at)
  needEventTime(input, 'a time to live', at)
  return streamed(input, { keys, aggs, between: [] }, at, { running: { ttl } })
}

interface Parts {
  readonly keys: readonly ColumnPick[]
  readonly aggs: readonly Named[]
  readonly between: Schema
}

function streamed(
  input: Plan,
  { keys, aggs, between }: Parts,
  at: CallSite | undefined,
  how: Pick<AggregateNode, 'window' | 'running'>,
): AggregateNode {
  const named = namedColumns(input, keys, at)
  const fields = [...named.map(key => fieldFrom(key.name, key.expr)), ...between, ...aggs.map(agg => fieldFrom(agg.name, agg.expr))]
  return { node: 'aggregate', input, keys: named, aggs, fields, open: false, at, ...how }
}

function checkWindow({ size, offset, allowed }: TumblingWindow, at: CallSite | undefined): void {
  needSpan('size of a window', size, at)
  if (!(Number.isSafeInteger(offset) && Math.abs(offset) < size))
    throw problem('stream.argument', `offset of a window is not below its size: ${offset} microseconds of ${size}`, at)
  if (!(Number.isSafeInteger(allowed) && allowed >= 0))
    throw problem('stream.argument', `lateness of a window is no whole number of microseconds: ${allowed}`, at)
}

/** @throws stream.argument when it is no whole number of microseconds above 0 */
export function needSpan(name: string, micros: number, at: CallSite | undefined): void {
  if (!(Number.isSafeInteger(micros) && micros > 0))
    throw problem('stream.argument', `${name} is no duration above 0: ${micros} microseconds`, at)
}
