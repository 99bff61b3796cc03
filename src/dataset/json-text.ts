/** A row as JSON: a bigint as text, since JSON numbers lose digits; bytes as base64; NaN and the infinities as null. */
export function jsonText(row: object): string {
  return JSON.stringify(row, plain)
}

/** JSON has no name for these values. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}
