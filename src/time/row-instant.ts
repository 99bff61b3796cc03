/**
 * The instant of a row when rows come at a rate: `start` and row / perSecond, in microseconds since 1970. What a replay gives its rows, and a table of the same rows too.
 *
 * @param row counted from 0
 */
export function rowInstant(start: number, perSecond: number, row: number): bigint {
  return BigInt(start + Math.floor((row * 1_000_000) / perSecond))
}
