import type { ExprNode } from '../expr/index.ts'
import type { Field, Schema } from '../schema/index.ts'
import type { Named } from './nodes.ts'

/** The field an expression makes. */
export function fieldFrom(name: string, expr: ExprNode): Field {
  return { name, type: expr.type, nullable: expr.nullable }
}

/** A column of the input as an expression, without looking it up by name. */
export function columnOf(field: Field): ExprNode {
  return { op: 'column', name: field.name, type: field.type, nullable: field.nullable }
}

// A column that is handed on by a thousand steps is one object in all of them.
const passingOf = new WeakMap<Field, Named>()
const fieldsOf = new WeakMap<Named, Field>()

/** A column handed on unchanged. */
export function passing(field: Field): Named {
  const known = passingOf.get(field)
  if (known !== undefined) return known
  const column = { name: field.name, expr: columnOf(field) }
  passingOf.set(field, column)
  fieldsOf.set(column, field)
  return column
}

/** The field a column makes. */
export function fieldOf(column: Named): Field {
  return fieldsOf.get(column) ?? fieldFrom(column.name, column.expr)
}

/** True for a column that only hands on a column of the input under its own name. */
export function isPassing(column: Named): boolean {
  return column.expr.op === 'column' && column.expr.name === column.name
}

/** A field of a table whose types are not known yet. */
export function unknownField(name: string): Field {
  return { name, type: 'unknown', nullable: true }
}

/** Fields of B replace those of A with the same name; new ones come last. */
export function mergeFields(a: Schema, b: Schema): Schema {
  const replaced = new Map(b.map(field => [field.name, field]))
  const merged = a.map(field => {
    const other = replaced.get(field.name)
    if (other !== undefined) replaced.delete(field.name)
    return other ?? field
  })
  return replaced.size === 0 ? merged : [...merged, ...replaced.values()]
}

/** The fields of a node that hands on its input's columns, when the input's were narrowed: what the node itself said of them stays. */
export function passFields(own: Schema, input: Schema): Schema {
  if (own === input || (own.length === input.length && own.every((field, index) => field.name === input[index]?.name))) return own
  const said = new Map(own.map(field => [field.name, field]))
  return input.map(field => said.get(field.name) ?? field)
}

/** A name that no column has yet. */
export function freeName(fields: readonly { readonly name: string }[], wanted: string): string {
  const taken = new Set(fields.map(field => field.name))
  let name = wanted
  while (taken.has(name)) name = `${name}_`
  return name
}
