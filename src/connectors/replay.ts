/** Rows of a table as the source of a stream. */
import type { Batch } from '../batch/index.ts'
import { showingText, TidemillError } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import { checkRate } from './check-rate.ts'

/** Where the rows are: in a file that the engine wrote for it, or in memory. */
export type ReplayRows = { readonly path: string; readonly hash: string } | { readonly batches: readonly Batch[] }

export interface ReplaySpec {
  /** Of all columns that come out, with that of `stamp`. */
  readonly schema: Schema
  readonly rows: number
  /** Rows a second; default as fast as possible. */
  readonly rate?: number | undefined
  /** Adds a column of times: row `n`, counted from 0, has `start` (microseconds since 1970) and n / `perSecond`; see `rowInstant`. */
  readonly stamp?: { readonly column: string; readonly start: number; readonly perSecond: number } | undefined
}

/**
 * Rows of a table, one after the other, as `tm.replay` describes them.
 *
 * @throws connectors.option for a rate that is no positive number
 */
export function replaySpec<R>(from: ReplayRows, spec: ReplaySpec): Source<R> {
  checkRate('replay', spec.rate)
  if (spec.stamp !== undefined) checkRate('stamp', spec.stamp.perSecond)
  if (spec.stamp !== undefined && !spec.schema.some(field => field.name === spec.stamp?.column))
    throw new TidemillError('connectors.option', `column of times is not in the schema: ${spec.stamp.column}`)
  const given = Object.fromEntries(Object.entries({ ...from, ...spec }).filter(([, value]) => value !== undefined))
  return Object.freeze({
    kind: 'replay',
    options: Object.freeze(given),
    ...showingText(() => `replay of ${spec.rows} rows${spec.rate === undefined ? '' : ` at ${spec.rate} a second`}`),
  })
}
