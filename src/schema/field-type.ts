import type { DataType, Schema } from './data-type.ts'
import type { FieldSpec, FieldType, FieldValue, Row, SchemaSpec } from './declare.ts'
import { schemaOf, typeOf } from './schema-of.ts'

/**
 * A column of lists. Items may be NULL at run time; their type says what they are otherwise.
 *
 * @example
 * csv('posts.csv', { schema: { title: 'string', tags: list('string').nullable() } })
 */
export function list<const F extends FieldSpec>(of: F): FieldType<FieldValue<F>[]> {
  return fieldType({ list: typeOf(of).type }, false)
}

/** A column of objects with the given fields. */
export function struct<const S extends SchemaSpec>(fields: S): FieldType<Row<S>> {
  const schema: Schema = schemaOf(fields)
  return fieldType({ struct: schema }, false)
}

/**
 * Text out of a fixed set; the row type is the union of the values.
 *
 * @example
 * schemaOf({ species: oneOf('setosa', 'versicolor', 'virginica') })
 */
export function oneOf<const V extends string>(...values: V[]): FieldType<V> {
  return fieldType({ enum: Object.freeze([...values]) }, false)
}

/**
 * A column of maps: keys of one type, values of another. A row holds a `Map`; its JSON is an object where keys are text, else pairs.
 *
 * @example
 * schemaOf({ labels: map('string', 'string').nullable() })
 */
export function map<const K extends FieldSpec, const V extends FieldSpec>(
  key: K,
  value: V,
): FieldType<Map<FieldValue<K>, FieldValue<V> | null>> {
  return fieldType({ map: [typeOf(key).type, typeOf(value).type] }, false)
}

function fieldType<T>(type: DataType, nullable: boolean): FieldType<T> {
  return Object.freeze({
    // For the compiler only.
    '~value': undefined as T,
    '~data': Object.freeze({ type: Object.freeze(type), nullable }),
    nullable: () => fieldType<T | null>(type, true),
  })
}
