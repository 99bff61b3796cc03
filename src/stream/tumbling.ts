import { knownOptions, showingText } from '../errors/index.ts'
import { durationMicros, printDuration } from '../expr/index.ts'
import { misuse } from '../plan/index.ts'
import type { Duration } from '../schema/index.ts'
import type { Window } from './types.ts'

/**
 * Windows of one length that follow each other without a gap; a row is in exactly one. They begin at multiples of the length since 1970, UTC, moved by
 * `offset`: `tumbling('1d', { offset: '5h' })` begins at five.
 *
 * @example sensors.keyBy('machine').window(tumbling('5m')).agg(r => ({ mean: r.temperature.mean() }))
 * @throws stream.argument, expr.argument
 */
export function tumbling(size: Duration, options: { readonly offset?: Duration } = {}): Window {
  knownOptions('tumbling', options, ['offset'], 'stream.argument')
  const micros = durationMicros(size)
  const offset = options.offset === undefined ? 0 : durationMicros(options.offset)
  if (micros === 0) throw misuse('window of no length', "tumbling('1m')", 'stream.argument')
  if (offset >= micros)
    throw misuse(
      `offset of a window is not below its size: ${options.offset} of ${size}`,
      "tumbling('1d', { offset: '5h' })",
      'stream.argument',
    )
  return Object.freeze({
    kind: 'tumbling',
    size: micros,
    offset,
    ...showingText(() => `tumbling windows of ${printDuration(micros)}`),
  })
}
