import { TidemillError } from '../errors/index.ts'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds in a text such as `10s` or `1d`. @throws quality.check */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  if (amount === undefined || unit === undefined)
    throw new TidemillError('quality.check', `not a duration: ${JSON.stringify(text)} (write 250ms, 10s, 5m, 1h or 7d)`)
  return Number(amount) * (units[unit] as number)
}
