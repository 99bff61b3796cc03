import { TidemillError } from '../errors/index.ts'
import type { DataType, Field, Schema } from './data-type.ts'
import type { StandardSchema } from './declare.ts'

/** The part of JSON Schema that says what columns are. */
interface Json {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Json>>
  readonly required?: readonly string[]
  readonly items?: Json | boolean
  readonly prefixItems?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Json[]
  readonly oneOf?: readonly Json[]
  readonly minimum?: number
  readonly maximum?: number
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Json>>
}

/**
 * The columns of a Standard Schema object, by the JSON Schema it gives of its output (`~standard.jsonSchema`).
 *
 * number is float64, integer int64 (int32 when its bounds say so), an enumeration of texts an enum, a property that may be absent or null a nullable column.
 *
 * @throws schema.standard-schema when it gives none (old libraries; zod throws for dates and bigints), or is not an object of columns
 */
export function standardSchemaOf(schema: StandardSchema): Schema {
  const vendor = schema['~standard'].vendor
  const json = jsonSchemaOf(schema, vendor)
  if (typesOf(json).length !== 1 || typesOf(json)[0] !== 'object' || json.properties === undefined) {
    throw refused(vendor, 'the whole is no object with named properties', 'give an object schema, such as z.object({ price: z.number() })')
  }
  const fields = fieldsOf(json, { root: json, vendor, path: '', depth: 0 })
  if (fields.length === 0) throw new TidemillError('schema.no-columns', `schema without columns: ${vendor} object`)
  return fields
}

interface Place {
  readonly root: Json
  readonly vendor: string
  readonly path: string
  readonly depth: number
}

function jsonSchemaOf(schema: StandardSchema, vendor: string): Json {
  const standard: { readonly jsonSchema?: { output?(options: { target: string }): unknown } } & object = schema['~standard']
  if (typeof standard.jsonSchema?.output !== 'function') {
    throw refused(
      vendor,
      'it gives no JSON Schema',
      "use a newer version of the library (zod from 4.2), or declare the columns: { price: 'float64' }",
    )
  }
  try {
    return standard.jsonSchema.output({ target: 'draft-2020-12' }) as Json
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw refused(
      vendor,
      message,
      "JSON Schema has no dates and no bigints: declare the columns instead, { at: 'timestamp', id: 'bigint', ... }",
      error,
    )
  }
}

function fieldsOf(json: Json, place: Place): Schema {
  const required = new Set(json.required)
  return Object.freeze(
    Object.entries(json.properties ?? {}).map(([name, property]): Field => {
      const path = place.path === '' ? name : `${place.path}.${name}`
      const { type, nullable } = typeOfJson(property, { ...place, path })
      return Object.freeze({ name, type, nullable: nullable || !required.has(name) })
    }),
  )
}

function typeOfJson(given: Json, place: Place): { readonly type: DataType; readonly nullable: boolean } {
  const json = resolve(given, place)
  const options = json.anyOf ?? json.oneOf
  if (options !== undefined) {
    const parts = options.map(option => typeOfJson(option, { ...place, depth: place.depth + 1 }))
    const types = parts.map(part => part.type).filter(type => type !== 'null')
    const type = types.length === 1 ? types[0] : joinTexts(types)
    if (type === undefined) throw refused(place.vendor, `column ${place.path} has values of several types`, 'a column has one type')
    return { type, nullable: parts.some(part => part.nullable || part.type === 'null') }
  }
  const values = json.enum ?? ('const' in json ? [json.const] : undefined)
  if (values !== undefined) return typeOfValues(values, place)
  const names = typesOf(json)
  const nullable = names.includes('null')
  const rest = names.filter(name => name !== 'null')
  if (rest.length > 1)
    throw refused(place.vendor, `column ${place.path} has values of several types (${rest.join(', ')})`, 'a column has one type')
  const name = rest[0] ?? (nullable ? 'null' : undefined)
  return { type: namedType(name, json, place), nullable }
}

function namedType(name: string | undefined, json: Json, place: Place): DataType {
  switch (name) {
    case 'string':
    case 'boolean':
    case 'null':
      return name
    case 'number':
      return 'float64'
    case 'integer':
      return (json.minimum ?? -Infinity) >= -2_147_483_648 && (json.maximum ?? Infinity) <= 2_147_483_647 ? 'int32' : 'int64'
    case 'array':
      if (typeof json.items !== 'object' || json.prefixItems !== undefined) break
      return { list: typeOfJson(json.items, { ...place, depth: place.depth + 1 }).type }
    case 'object':
      if (json.properties === undefined) break
      return { struct: fieldsOf(json, { ...place, depth: place.depth + 1 }) }
    case undefined:
    default:
  }
  throw refused(
    place.vendor,
    `column ${place.path} has no column type (${name ?? 'any value'})`,
    "declare the columns instead: { price: 'float64', city: 'string?' }",
  )
}

function typeOfValues(values: readonly unknown[], place: Place): { readonly type: DataType; readonly nullable: boolean } {
  const nullable = values.includes(null)
  const rest = values.filter(value => value !== null)
  if (rest.length > 0 && rest.every(value => typeof value === 'string')) return { type: { enum: Object.freeze(rest) }, nullable }
  if (rest.length > 0 && rest.every(value => typeof value === 'number')) return { type: 'float64', nullable }
  if (rest.length > 0 && rest.every(value => typeof value === 'boolean')) return { type: 'boolean', nullable }
  if (rest.length === 0 && nullable) return { type: 'null', nullable }
  throw refused(place.vendor, `column ${place.path} has values of several types`, 'a column has one type')
}

/** Unions of texts are one enum; a union with any text is text. */
function joinTexts(types: readonly DataType[]): DataType | undefined {
  if (types.length === 0) return 'null'
  if (new Set(types.map(type => JSON.stringify(type))).size === 1) return types[0]
  const texts = types.flatMap(type => (typeof type === 'object' && 'enum' in type ? type.enum : []))
  if (types.every(type => typeof type === 'object' && 'enum' in type)) return { enum: Object.freeze([...new Set(texts)]) }
  if (types.every(type => type === 'string' || (typeof type === 'object' && 'enum' in type))) return 'string'
  return types.every(type => type === 'float64' || type === 'int64' || type === 'int32') ? 'float64' : undefined
}

function resolve(json: Json, place: Place): Json {
  if (place.depth > 32) throw refused(place.vendor, `column ${place.path} contains itself`, 'columns cannot be recursive')
  if (json.$ref === undefined) return json
  const name = /^#\/\$defs\/(.+)$/.exec(json.$ref)?.[1]
  const found = name === undefined ? undefined : place.root.$defs?.[name]
  if (found === undefined) throw refused(place.vendor, `column ${place.path} refers to ${json.$ref}`, 'columns cannot be recursive')
  return resolve(found, { ...place, depth: place.depth + 1 })
}

function typesOf(json: Json): readonly string[] {
  if (json.type === undefined) return []
  return typeof json.type === 'string' ? [json.type] : json.type
}

function refused(vendor: string, problem: string, hint: string, cause?: unknown): TidemillError {
  return new TidemillError('schema.standard-schema', `standard schema of ${vendor} is no list of columns: ${problem}`, {
    hint,
    cause,
    details: { vendor },
  })
}
