/** Numbers in JSON that have more digits than a double: the engine's reader would drop them. */

interface RawJson {
  rawJSON(text: string): object
  isRawJSON(value: unknown): value is { readonly rawJSON: string }
}
// Newer than the library that the compiler knows.
const raw = JSON as unknown as RawJson
type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown

/**
 * An object as one line of JSON. A number of a key of its own (not deeper) that has more than 15 digits becomes a text of the same digits: columns are read as texts anyway,
 * and a text keeps them. Line ends between values go.
 */
export function exactLine(text: string): string {
  if (!/[0-9][0-9.]{15}/.test(text)) return /[\n\r]/.test(text) ? text.replaceAll(/[\n\r]/g, ' ') : text
  // Every number keeps its own text: `-0.0000000001` would come out as `-1e-10`, which is no decimal.
  const keep: Reviver = (_, value, { source }) => (typeof value === 'number' && source !== undefined ? raw.rawJSON(source) : value)
  const value = JSON.parse(text, keep as Parameters<typeof JSON.parse>[1]) as Record<string, unknown>
  for (const [key, item] of Object.entries(value))
    if (raw.isRawJSON(item) && item.rawJSON.length > 15)
      Object.defineProperty(value, key, { value: item.rawJSON, enumerable: true, configurable: true, writable: true })
  return JSON.stringify(value)
}
