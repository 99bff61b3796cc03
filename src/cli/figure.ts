/** A figure for people: four digits that count, no exponent up to a million. `--json` has all digits. */
export function shownNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 1_000 && size < 1e15) return String(Math.round(value))
  return String(Number(value.toPrecision(4)))
}
