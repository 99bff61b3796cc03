import type { CallSite } from '../../errors/index.ts'
import type { Schema } from '../../schema/index.ts'
import type { HostFunction } from '../../workers/index.ts'
import type { Plan } from '../nodes.ts'
import { problem } from '../problem.ts'
import { needAppend, needEventTime } from '../stream-facts.ts'
import { namedColumns, type ColumnPick } from './select.ts'
import { needSpan } from './window.ts'

export interface ProcessArgs {
  readonly keys: readonly ColumnPick[]
  /** A module whose `fn` gives `{ state, event, timer? }`. */
  readonly fn: HostFunction
  /** The columns of the rows it emits. */
  readonly fields: Schema
  /** Microseconds of event time after which a key that was not touched is forgotten. */
  readonly ttl: number
}

/**
 * The user's own state per key of a stream.
 *
 * @throws plan.unknown-column, plan.open-schema, stream.argument without event time or over rows that may be corrected
 */
export function process(input: Plan, args: ProcessArgs, at?: CallSite): Plan {
  const { keys, fn, fields, ttl } = args
  if (input.open) throw problem('plan.open-schema', 'process needs to know the columns of its rows', at)
  if (fields.length === 0) throw problem('plan.argument', 'process needs the columns of the rows it gives', at)
  needSpan('ttl', ttl, at)
  needAppend(input, 'process', at)
  needEventTime(input, 'process', at)
  return { node: 'process', input, keys: namedColumns(input, keys, at), fn, ttl, fields, open: false, at }
}
