/** One name on both sides, several, or left name to right name. */
export type JoinKeys = string | readonly string[] | Readonly<Record<string, string>>

/** The left and the right name of each key. */
export function keyPairs(on: JoinKeys): readonly (readonly [string, string])[] {
  if (typeof on === 'string') return [[on, on]]
  return isList(on) ? on.map(name => [name, name]) : Object.entries(on)
}

// `Array.isArray` does not tell read-only arrays.
function isList(on: readonly string[] | Readonly<Record<string, string>>): on is readonly string[] {
  return Array.isArray(on)
}
