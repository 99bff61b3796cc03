/** Types of nested values in JSON. */
import type { DataType } from '../schema/index.ts'

/** Whether all values that are there are objects, or all are arrays. */
export function isJsonColumn(texts: readonly (string | null)[]): boolean {
  const first = texts.find(text => text !== null && text !== '')?.trimStart()[0]
  if (first !== '{' && first !== '[') return false
  return texts.every(text => text === null || text.trimStart()[0] === first) && texts.every(text => text === null || isJson(text))
}

/** A struct or a list that holds all the values; `json` where they have no type in common. */
export function inferJson(texts: readonly (string | null)[]): DataType {
  return typeOf(texts.flatMap(text => (text === null ? [] : [JSON.parse(text) as unknown])))
}

function typeOf(values: readonly unknown[]): DataType {
  const some = values.filter(value => value !== null)
  if (some.length === 0) return 'json'
  if (some.every(Array.isArray)) {
    const item = typeOf((some as unknown[][]).flat())
    return item === 'json' ? 'json' : { list: item }
  }
  if (some.every(isObject)) {
    const columns = new Map<string, unknown[]>()
    for (const value of some) for (const key of Object.keys(value)) columns.set(key, [])
    for (const key of columns.keys())
      columns.set(
        key,
        some.map(value => (Object.hasOwn(value, key) ? value[key] : null)),
      )
    if (columns.size === 0 || hasTwins([...columns.keys()])) return 'json'
    return { struct: [...columns].map(([name, items]) => ({ name, type: typeOf(items), nullable: true })) }
  }
  if (some.every(value => typeof value === 'boolean')) return 'boolean'
  if (some.every(value => typeof value === 'number')) return some.every(value => Number.isSafeInteger(value)) ? 'int64' : 'float64'
  if (some.every(value => typeof value === 'string')) return 'string'
  return 'json'
}

/** Names that the engine takes for one. */
function hasTwins(keys: readonly string[]): boolean {
  return new Set(keys.map(key => key.toLowerCase())).size < keys.length
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
