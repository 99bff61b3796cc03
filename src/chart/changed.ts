import { TidemillError } from '../errors/index.ts'

/** A value that was not there a query before: the data are no longer what they were. */
export function changed(column: string, value: unknown): TidemillError {
  return new TidemillError('chart.changed', `data that changed while a chart was made: ${column} has ${String(value)} now`, {
    details: { column },
    hint: 'read the table once more, or draw a copy that nobody writes to',
    retryable: true,
  })
}
