import { mapOf, setOwn } from '../../../../schema/index.ts'

/** A copy of plain data in all its depth, so that what is done to one does not touch the other. What is no plain data stays what it is. */
export function copyPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyPlain)
  if (value instanceof Uint8Array) return value.slice()
  const made: unknown = Object.getPrototypeOf(value)
  // Days, decimals and instants of rows are never changed; a plain Date may be.
  if (value instanceof Date) return 'epochMicros' in value ? value : new Date(value.getTime())
  // A map out of a row; state keeps no other.
  if (value instanceof Map && 'toJSON' in value) return mapOf([...value].map(([key, item]) => [key, copyPlain(item)] as const))
  if (made !== null && made !== Object.prototype && Object.getPrototypeOf(made) !== null) return value
  const copy: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(value)) setOwn(copy, name, copyPlain(part))
  return copy
}
