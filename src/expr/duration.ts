import { problem } from './problem.ts'

const units: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000, d: 86_400_000_000 }

/** Microseconds as the largest whole unit: `10s`, `90m`, `250ms`; below a millisecond as `5us`. */
export function printDuration(micros: number): string {
  const unit = Object.entries(units)
    .toReversed()
    .find(([, size]) => micros % size === 0)
  if (unit === undefined) return `${micros}us`
  return `${micros / unit[1]}${micros === 0 ? 's' : unit[0]}`
}

/** `'10s'` in microseconds. */
export function durationMicros(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(us|ms|s|m|h|d)$/.exec(text) ?? []
  const micros = Number(amount) * (units[unit] ?? Number.NaN)
  if (Number.isSafeInteger(micros)) return micros
  throw problem('expr.argument', `no duration: ${JSON.stringify(text)} (such as '250ms', '10s', '5m', '1h', '7d')`)
}
