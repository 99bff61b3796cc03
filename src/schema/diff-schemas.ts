import { type Field, printField, printType, type Schema } from './data-type.ts'

/**
 * What changed between two versions of a schema, one sentence a change; empty when they are the same.
 *
 * @example
 * diffSchemas(before, after)   // ['- rooms: int64', '+ price: float64', 'year: int64 -> string']
 */
export function diffSchemas(before: Schema, after: Schema): readonly string[] {
  const old = new Map(before.map(field => [field.name, field]))
  const fresh = new Map(after.map(field => [field.name, field]))
  const changes: string[] = []
  for (const field of before) if (!fresh.has(field.name)) changes.push(`- ${printField(field)}`)
  for (const field of after) if (!old.has(field.name)) changes.push(`+ ${printField(field)}`)
  for (const field of before) {
    const now = fresh.get(field.name)
    if (now !== undefined && typeText(field) !== typeText(now)) changes.push(`${field.name}: ${typeText(field)} -> ${typeText(now)}`)
  }
  const order = before.filter(field => fresh.has(field.name)).map(field => field.name)
  const newOrder = after.filter(field => old.has(field.name)).map(field => field.name)
  if (order.join('\0') !== newOrder.join('\0')) changes.push(`order: ${order.join(', ')} -> ${newOrder.join(', ')}`)
  return changes
}

function typeText(field: Field): string {
  return `${printType(field.type)}${field.nullable ? '?' : ''}`
}
