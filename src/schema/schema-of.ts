import { TidemillError } from '../errors/index.ts'
import type { DataType, Field, Schema } from './data-type.ts'
import type { FieldSpec, SchemaLike, StandardSchema } from './declare.ts'
import { standardSchemaOf } from './standard-schema.ts'

const names = [
  'boolean',
  'int8',
  'int16',
  'int32',
  'int64',
  'bigint',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float32',
  'float64',
  'decimal',
  'string',
  'json',
  'uuid',
  'bytes',
  'date',
  'time',
  'datetime',
  'timestamp',
  'interval',
] as const satisfies readonly string[]

const known: ReadonlySet<string> = new Set(names)
const decimalName = /^decimal\((\d{1,2}),(\d{1,2})\)$/

/**
 * The columns that a declared schema or a Standard Schema means; columns themselves pass through.
 *
 * @example
 * schemaOf({ price: 'float64', city: 'string?' })   // [{ name: 'price', type: 'float64', nullable: false }, { name: 'city', ... nullable: true }]
 * @throws schema.unknown-type, schema.no-columns, schema.duplicate-column, schema.standard-schema
 */
export function schemaOf(spec: SchemaLike | Schema): Schema {
  if (isSchema(spec)) return unique(spec)
  if (isStandard(spec)) return unique(standardSchemaOf(spec))
  const fields = Object.entries(spec).map(([name, field]): Field => Object.freeze({ name, ...typeOf(field, name) }))
  if (fields.length === 0)
    throw new TidemillError('schema.no-columns', 'schema without columns: {}', { hint: "name them: { price: 'float64' }" })
  return Object.freeze(fields)
}

/** The type and nullability that one entry of a declared schema means. */
export function typeOf(spec: FieldSpec, column?: string): { readonly type: DataType; readonly nullable: boolean } {
  if (typeof spec === 'string') {
    const nullable = spec.endsWith('?')
    return { type: typeNamed(nullable ? spec.slice(0, -1) : spec, column), nullable }
  }
  const data = (spec as Partial<typeof spec> | null | undefined)?.['~data']
  if (data === undefined) throw unknownType(spec, column)
  return data
}

/**
 * The type of a name: `int64`, `decimal(18,2)`. Plain `decimal` is `decimal(38,9)`.
 *
 * @throws schema.unknown-type
 */
export function typeNamed(name: string, column?: string): DataType {
  if (name === 'decimal') return { decimal: [38, 9] }
  const parts = decimalName.exec(name)
  if (parts !== null) {
    const [precision, scale] = [Number(parts[1]), Number(parts[2])]
    if (precision >= 1 && precision <= 38 && scale <= precision) return { decimal: [precision, scale] }
    throw new TidemillError('schema.unknown-type', `unknown type: ${name}${where(column)}`, {
      hint: 'a decimal has 1 to 38 digits, of which at most all are behind the point',
      details: { type: name, column },
    })
  }
  if (!known.has(name)) throw unknownType(name, column)
  return name as Exclude<(typeof names)[number], 'decimal'>
}

function unknownType(spec: unknown, column: string | undefined): TidemillError {
  const shown = typeof spec === 'string' ? spec : (JSON.stringify(spec) ?? String(spec))
  return new TidemillError('schema.unknown-type', `unknown type: ${shown}${where(column)} (have ${names.join(', ')})`, {
    hint: "put ? behind a type that may be NULL; lists, structs, maps and sets of texts are list('string'), struct({ ... }), map('string', 'int64'), oneOf('a', 'b')",
    details: { type: shown, column, have: names },
  })
}

function where(column: string | undefined): string {
  return column === undefined ? '' : ` of column ${column}`
}

function isSchema(spec: SchemaLike | Schema): spec is Schema {
  return Array.isArray(spec)
}

function isStandard(spec: object): spec is StandardSchema {
  return '~standard' in spec
}

function unique(schema: Schema): Schema {
  const seen = new Set<string>()
  for (const { name } of schema) {
    if (seen.has(name)) throw new TidemillError('schema.duplicate-column', `duplicate column: ${name}`, { details: { column: name } })
    seen.add(name)
  }
  return schema
}
