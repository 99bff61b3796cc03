/** Rows that a function makes, as the source of a stream. */
import { callSite, knownOptions, showingText, TidemillError } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import { type GivenRow, type Row, type SchemaLike, schemaOf } from '../schema/index.ts'
import { carve } from '../workers/index.ts'
import { isSchema, shown } from './check-options.ts'
import { checkRate } from './check-rate.ts'

export interface GenerateOptions<S> {
  readonly schema: S
  /** How many rows; default without end. */
  readonly rows?: number
  /** Rows a second; default as fast as possible. */
  readonly rate?: number
}

/**
 * Rows made of their number, counted from 0. The same number must give the same row: after a failure rows are made again.
 *
 * The function runs on a thread of the job, so it can use imports and constants of its file, but no variable of the function around it.
 *
 * @example
 * const readings = generate({ schema: { at: 'timestamp', value: 'float64' }, rate: 100 }, n => ({ at: new Date(n * 10), value: Math.sin(n / 100) }))
 * @throws connectors.option
 * @throws workers.captured when the function uses a name of an enclosing function
 */
export function generate<const S extends SchemaLike>(options: GenerateOptions<S>, row: (n: number) => GivenRow<Row<S>>): Source<Row<S>> {
  knownOptions('generate', options, ['schema', 'rows', 'rate'], 'connectors.option')
  if (typeof row !== 'function') throw new TidemillError('connectors.option', `generate wants a function n => row, not ${shown(row)}`)
  const { schema, rows, rate } = options
  if (!isSchema(schema))
    throw new TidemillError('connectors.option', `generate wants the columns of its rows in schema, not ${shown(schema)}`, {
      hint: "generate({ schema: { at: 'timestamp', value: 'float64' } }, n => ({ at: new Date(n), value: n }))",
    })
  checkRate('generate', rate)
  if (rows !== undefined && !(Number.isSafeInteger(rows) && rows >= 0))
    throw new TidemillError('connectors.option', `rows must be a whole number, not ${shown(rows)}`, { details: { option: 'rows' } })
  const fn = carve(row, callSite(), { name: 'generate' })
  const given = Object.fromEntries(Object.entries({ rows, rate }).filter(([, value]) => value !== undefined))
  return Object.freeze({
    kind: 'generate',
    options: Object.freeze({ schema: schemaOf(schema), ...given, fn }),
    ...showingText(() => `${rows ?? 'endless'} generated rows`),
  })
}
