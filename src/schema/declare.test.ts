import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  type CalendarDate,
  type Decimal,
  diffSchemas,
  type FieldSpec,
  fieldNamed,
  list,
  oneOf,
  printRowType,
  printSchemaSpec,
  type Row,
  type Schema,
  schemaHash,
  schemaOf,
  struct,
  type Timestamp,
} from './index.ts'

const spec = {
  id: 'int64',
  key: 'bigint',
  small: 'int32?',
  price: 'decimal(10,2)?',
  paid: 'decimal',
  day: 'date',
  at: 'timestamp?',
  species: oneOf('setosa', "o'brien"),
  tags: list('string').nullable(),
  place: struct({ lat: 'float64', 'post code': 'string?' }),
  raw: 'bytes',
  flag: 'boolean',
} as const

test('a declared schema becomes columns in order', () => {
  const schema = schemaOf(spec)
  expect(schema.map(field => field.name)).toEqual(Object.keys(spec))
  expect(fieldNamed(schema, 'price')).toEqual({ name: 'price', type: { decimal: [10, 2] }, nullable: true })
  expect(fieldNamed(schema, 'paid')?.type).toEqual({ decimal: [38, 9] })
  expect(fieldNamed(schema, 'tags')).toEqual({ name: 'tags', type: { list: 'string' }, nullable: true })
  expect(fieldNamed(schema, 'nothing')).toBeUndefined()
  expect(schemaOf(schema)).toBe(schema)
})

test('the row type of a declared schema is what its columns hold', () => {
  expectTypeOf<Row<typeof spec>>().toEqualTypeOf<{
    id: number
    key: bigint
    small: number | null
    price: Decimal | null
    paid: Decimal
    day: CalendarDate
    at: Timestamp | null
    species: 'setosa' | "o'brien"
    tags: string[] | null
    place: { lat: number; 'post code': string | null }
    raw: Uint8Array
    flag: boolean
  }>()
})

test('the printed schema can be pasted and means the same', () => {
  const schema = schemaOf(spec)
  expect(printSchemaSpec(schema)).toBe(
    "{ id: 'int64', key: 'bigint', small: 'int32?', price: 'decimal(10,2)?', paid: 'decimal(38,9)', day: 'date', at: 'timestamp?', species: oneOf('setosa', 'o\\'brien'), " +
      "tags: list('string').nullable(), place: struct({ lat: 'float64', 'post code': 'string?' }), raw: 'bytes', flag: 'boolean' }",
  )
  // The same text, pasted.
  const pasted = {
    id: 'int64',
    key: 'bigint',
    small: 'int32?',
    price: 'decimal(10,2)?',
    paid: 'decimal(38,9)',
    day: 'date',
    at: 'timestamp?',
    species: oneOf('setosa', "o'brien"),
    tags: list('string').nullable(),
    place: struct({ lat: 'float64', 'post code': 'string?' }),
    raw: 'bytes',
    flag: 'boolean',
  } as const
  expect(schemaOf(pasted)).toEqual(schema)
  expect(printSchemaSpec([{ name: '__proto__', type: 'null', nullable: true }])).toBe("{ ['__proto__']: 'string?' }")
})

test('the printed row type is TypeScript', () => {
  expect(printRowType(schemaOf(spec))).toBe(
    "{ id: number; key: bigint; small: number | null; price: Decimal | null; paid: Decimal; day: CalendarDate; at: Timestamp | null; species: 'setosa' | 'o\\'brien'; " +
      "tags: string[] | null; place: { lat: number; 'post code': string | null }; raw: Uint8Array; flag: boolean }",
  )
})

test('a type name that does not exist is refused with those that do', () => {
  expect(() => schemaOf({ a: 'strin' as 'string' })).toThrow(expect.objectContaining({ code: 'schema.unknown-type' }))
  expect(() => schemaOf({ a: 'strin' as 'string' })).toThrow(/unknown type: strin of column a \(have boolean, int8, int16, int32/)
  expect(() => schemaOf({ a: 'decimal(39,2)' })).toThrow(expect.objectContaining({ code: 'schema.unknown-type' }))
  expect(() => schemaOf({ a: 'decimal(2,3)' })).toThrow(expect.objectContaining({ code: 'schema.unknown-type' }))
  expect(() => schemaOf({ a: 5 as unknown as 'string' })).toThrow('unknown type: 5')
  expect(() => schemaOf({ a: undefined as unknown as 'string' })).toThrow('unknown type: undefined')
  expect(() => schemaOf({})).toThrow(expect.objectContaining({ code: 'schema.no-columns' }))
  const twice: Schema = [
    { name: 'a', type: 'string', nullable: true },
    { name: 'a', type: 'int64', nullable: true },
  ]
  expect(() => schemaOf(twice)).toThrow(expect.objectContaining({ code: 'schema.duplicate-column' }))
})

test('the hash tells names, order, types and nullability apart, and nothing else', () => {
  const hash = (fields: Record<string, FieldSpec>): string => schemaHash(schemaOf(fields))
  const base = hash({ a: 'int64', b: 'string' })
  expect(base).toMatch(/^[0-9a-f]{64}$/)
  // Written into files by users: must never change.
  expect(base).toBe('896d387a83c26992e93c575a2c57bb54d4cf2e73bf0d8866afa4fc24d80b3a99')
  expect(hash({ a: 'int64', b: 'string' })).toBe(base)
  const others = [
    hash({ b: 'string', a: 'int64' }),
    hash({ a: 'int64', b: 'string?' }),
    hash({ a: 'bigint', b: 'string' }),
    hash({ a: 'int64', b: oneOf('string') }),
    hash({ a: 'int64', c: 'string' }),
  ]
  expect(new Set([base, ...others]).size).toBe(6)
})

test('a diff says in sentences what changed', () => {
  const before = schemaOf({ rooms: 'int64', year: 'int64', city: 'string' })
  const after = schemaOf({ year: 'string', price: 'float64', city: 'string?' })
  expect(diffSchemas(before, after)).toEqual(['- rooms: int64', '+ price: float64', 'year: int64 -> string', 'city: string -> string?'])
  expect(diffSchemas(before, before)).toEqual([])
  expect(diffSchemas(schemaOf({ a: 'int64', b: 'int64' }), schemaOf({ b: 'int64', a: 'int64' }))).toEqual(['order: a, b -> b, a'])
})

test('a zod object is a list of columns, and its row type agrees', () => {
  const zod = z.object({
    price: z.number(),
    rooms: z.int(),
    floor: z.int32(),
    city: z.string().nullable(),
    kind: z.enum(['flat', 'house']).optional(),
    sure: z.boolean(),
    tags: z.array(z.string()),
    place: z.object({ lat: z.number(), note: z.string().optional() }),
    label: z.literal('x'),
    either: z.union([z.literal('a'), z.literal('b')]),
    mail: z.email(),
    count: z.number().default(3),
  })
  expect(printSchemaSpec(schemaOf(zod))).toBe(
    "{ price: 'float64', rooms: 'int64', floor: 'int32', city: 'string?', kind: oneOf('flat', 'house').nullable(), sure: 'boolean', tags: list('string'), " +
      "place: struct({ lat: 'float64', note: 'string?' }), label: oneOf('x'), either: oneOf('a', 'b'), mail: 'string', count: 'float64' }",
  )
  expectTypeOf<Row<typeof zod>['kind']>().toEqualTypeOf<'flat' | 'house' | null>()
  expectTypeOf<Row<typeof zod>['rooms']>().toEqualTypeOf<number>()
})

test('what a zod object cannot say as columns is refused with a cure', () => {
  const refused = (schema: z.ZodType, message: string | RegExp): void => {
    expect(() => schemaOf(schema)).toThrow(
      expect.objectContaining({
        code: 'schema.standard-schema',
        message: expect.stringMatching(message) as string,
        hint: expect.stringMatching(/./) as string,
      }),
    )
  }
  refused(z.object({ at: z.date() }), /Date cannot be represented/)
  refused(z.object({ id: z.bigint() }), /BigInt cannot be represented/)
  refused(z.object({ any: z.unknown() }), 'column any has no column type')
  refused(z.object({ mixed: z.union([z.string(), z.number()]) }), 'column mixed has values of several types')
  refused(z.object({ map: z.record(z.string(), z.number()) }), 'column map has no column type')
  refused(z.object({ pair: z.tuple([z.string(), z.number()]) }), 'column pair has no column type')
  refused(z.string(), 'no object')
  interface Tree {
    child?: Tree | undefined
  }
  const tree: z.ZodType<Tree> = z.object({ child: z.lazy(() => tree).optional() })
  refused(tree, /column child/)
  const old = { '~standard': { version: 1, vendor: 'old', validate: (value: unknown) => ({ value }) } } as const
  expect(() => schemaOf(old)).toThrow(expect.objectContaining({ code: 'schema.standard-schema' }))
})
