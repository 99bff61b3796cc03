/** Lists, structs and maps part by part: each part is converted as a value of its own would be. */
import { type DataType, type Schema, storageOf } from '../../schema/index.ts'
import { quoteName } from './text.ts'

/** What becomes of a value that is no list, struct or map. `text` is SQL text. */
export type Leaf = (text: string, type: DataType) => string

/** The value with each of its leaves changed; the text itself where nothing changes. NULL stays NULL. */
export function eachLeaf(text: string, type: DataType, leaf: Leaf, depth = 0): string {
  if (typeof type !== 'object' || storageOf(type) === 'text' || 'decimal' in type) return leaf(text, type)
  const item = `"~${depth}"`
  if ('list' in type) {
    const made = eachLeaf(item, type.list, leaf, depth + 1)
    return made === item ? text : `list_transform(${text}, ${item} -> ${made})`
  }
  if ('struct' in type) return structOf(text, type.struct, leaf, depth)
  if (!('map' in type)) return leaf(text, type)
  const [key, value] = [`${item}."key"`, `${item}."value"`]
  const [newKey, newValue] = [eachLeaf(key, type.map[0], leaf, depth + 1), eachLeaf(value, type.map[1], leaf, depth + 1)]
  if (newKey === key && newValue === value) return text
  return `map_from_entries(list_transform(map_entries(${text}), ${item} -> struct_pack("key" := ${newKey}, "value" := ${newValue})))`
}

function structOf(text: string, fields: Schema, leaf: Leaf, depth: number): string {
  const parts = fields.map(field => {
    const own = `(${text}).${quoteName(field.name)}`
    return { name: quoteName(field.name), own, made: eachLeaf(own, field.type, leaf, depth) }
  })
  if (parts.every(({ own, made }) => own === made)) return text
  return `CASE WHEN ${text} IS NOT NULL THEN struct_pack(${parts.map(({ name, made }) => `${name} := ${made}`).join(', ')}) END`
}

/** True when a part of the type, or the type itself, is of this kind. */
export function someLeaf(type: DataType, is: (leaf: DataType) => boolean): boolean {
  if (typeof type !== 'object') return is(type)
  if ('list' in type) return someLeaf(type.list, is)
  if ('struct' in type) return type.struct.some(field => someLeaf(field.type, is))
  if ('map' in type) return type.map.some(part => someLeaf(part, is))
  return is(type)
}
