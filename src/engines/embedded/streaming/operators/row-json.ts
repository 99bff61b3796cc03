/** A row as JSON bytes, for dead letters: bigints as text, bytes as base64, NaN and the infinities as null. */
export function rowJson(row: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(row, plain) ?? 'null')
}

/** JSON has no name for these values. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}
