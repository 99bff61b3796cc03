import { type DataType, type Field, printType, type Schema } from './data-type.ts'
import { printName, printText } from './print-name.ts'

/**
 * A schema as TypeScript to paste: `{ price: 'float64', city: 'string?' }`. Columns of unknown type, or with nothing but NULLs, are printed as
 * `'string?'`, which holds any text. Lists, structs, maps and sets of texts use `list`, `struct`, `map` and `oneOf`.
 */
export function printSchemaSpec(schema: Schema): string {
  if (schema.length === 0) return '{}'
  return `{ ${schema.map(field => `${printPropertyName(field.name)}: ${printFieldSpec(field)}`).join(', ')} }`
}

// `{ '__proto__': x }` would set the prototype; a computed name does not.
function printPropertyName(name: string): string {
  return name === '__proto__' ? "['__proto__']" : printName(name)
}

function printFieldSpec(field: Pick<Field, 'type' | 'nullable'>): string {
  const { type, nullable } = field
  if (type === 'null' || type === 'unknown') return "'string?'"
  if (typeof type === 'string' || 'decimal' in type) return printText(`${printType(type)}${nullable ? '?' : ''}`)
  return `${printPart(type)}${nullable ? '.nullable()' : ''}`
}

function printPart(type: Exclude<DataType, string>): string {
  if ('list' in type) return `list(${printFieldSpec({ type: type.list, nullable: false })})`
  if ('struct' in type) return `struct(${printSchemaSpec(type.struct)})`
  if ('map' in type) return `map(${type.map.map(part => printFieldSpec({ type: part, nullable: false })).join(', ')})`
  if ('enum' in type) return `oneOf(${type.enum.map(printText).join(', ')})`
  return printText(printType(type))
}
