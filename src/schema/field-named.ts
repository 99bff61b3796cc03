import type { Field, Schema } from './data-type.ts'

/** The field of this name, if there is one. */
export function fieldNamed(schema: Schema, name: string): Field | undefined {
  return schema.find(field => field.name === name)
}
