import { expect, test } from 'vitest'
import type { TidemillError } from '../../errors/index.ts'
import { buildCondition, buildExprs, buildOrder, callNode, columnNode, type ExprNode, literalNode, printExpr } from '../../expr/index.ts'
import { printField, type Schema } from '../../schema/index.ts'
import type { Plan } from '../nodes.ts'
import { printPlan } from '../print.ts'
import { openMaps, resolve } from '../resolve.ts'
import { verbs } from './index.ts'

const schema: Schema = [
  { name: 'id', type: 'int64', nullable: false },
  { name: 'city', type: 'string', nullable: true },
  { name: 'price', type: 'float64', nullable: true },
  { name: 'tags', type: { list: 'string' }, nullable: true },
]
const houses = verbs.scan({ kind: 'csv', options: { path: 'data/houses.csv' } }, schema)
const at = { file: '/home/me/report.ts', line: 12, column: 3 }

const fieldsOf = (plan: Plan): string[] => plan.fields.map(printField)
const named = (plan: Plan, make: (r: any) => object, kinds: readonly ('column' | 'aggregate' | 'window')[] = ['column', 'window']) =>
  Object.entries(buildExprs('test', plan.fields, plan.open, kinds, make as (r: never) => object)).map(([name, expr]) => ({ name, expr }))
const where = (plan: Plan, make: (r: any) => unknown): ExprNode =>
  buildCondition('filter', plan.fields, plan.open, ['column', 'window'], make as (r: never) => unknown)

function failure(make: () => unknown): { code: string; message: string } {
  try {
    make()
  } catch (error) {
    const { code, message } = error as TidemillError
    return { code, message }
  }
  throw new Error('nothing was thrown')
}

test('select keeps the order it was given and names every unknown column, with the line', () => {
  const plan = verbs.select(houses, { columns: ['price', 'id', ...named(houses, r => ({ twice: r.price.mul(2) }))] })
  expect(fieldsOf(plan)).toEqual(['price: float64?', 'id: int64', 'twice: float64?'])
  expect(failure(() => verbs.select(houses, { columns: ['pric', 'id', 'citty'] }, at))).toEqual({
    code: 'plan.unknown-column',
    message: 'unknown columns: pric, citty (have id, city, price, tags) at me/report.ts:12:3',
  })
  expect(failure(() => verbs.select(houses, { columns: ['id', 'id'] })).code).toBe('plan.duplicate-column')
  expect(failure(() => verbs.select(houses, { columns: [] })).code).toBe('plan.argument')
})

test('withColumns replaces a column in its place and adds others at the end', () => {
  const plan = verbs.withColumns(houses, { columns: named(houses, r => ({ city: r.city.length(), half: r.price.div(2) })) })
  expect(plan.fields.map(field => field.name)).toEqual(['id', 'city', 'price', 'tags', 'half'])
  expect(plan.fields[1]?.type).not.toBe('string')
})

test('drop, rename, fillNull, dropNulls and explode say what they do to the columns', () => {
  expect(fieldsOf(verbs.drop(houses, { columns: ['tags', 'city'] }))).toEqual(['id: int64', 'price: float64?'])
  expect(fieldsOf(verbs.rename(houses, { names: { id: 'key' } }))[0]).toBe('key: int64')
  expect(failure(() => verbs.rename(houses, { names: { id: 'city' } })).code).toBe('plan.duplicate-column')
  expect(fieldsOf(verbs.fillNull(houses, { values: { price: literalNode(0) } }))[2]).toBe('price: float64')
  expect(fieldsOf(verbs.dropNulls(houses, { columns: ['city'] }))).toEqual([
    'id: int64',
    'city: string',
    'price: float64?',
    'tags: list<string>?',
  ])
  expect(fieldsOf(verbs.explode(houses, { column: 'tags' }))[3]).toBe('tags: string?')
  expect(failure(() => verbs.explode(houses, { column: 'price' }))).toMatchObject({ code: 'plan.type' })
})

test('an aggregate over all rows can be NULL, a count and an aggregate by key cannot', () => {
  const aggs = named(houses, r => ({ n: r.id.count(), most: r.id.max() }), ['aggregate'])
  expect(fieldsOf(verbs.aggregate(houses, { keys: [], aggs }))).toEqual(['n: int64', 'most: int64?'])
  expect(fieldsOf(verbs.aggregate(houses, { keys: ['city'], aggs }))).toEqual(['city: string?', 'n: int64', 'most: int64'])
  expect(failure(() => verbs.aggregate(houses, { keys: ['n', 'nope'], aggs: aggs.slice(1) }, at)).message).toContain(
    'unknown columns: n, nope',
  )
  expect(failure(() => verbs.aggregate(houses, { keys: ['id'], aggs: named(houses, r => ({ id: r.id.max() }), ['aggregate']) })).code).toBe(
    'plan.duplicate-column',
  )
})

test('a join keeps the left names, and says which columns clash and which keys are unlike', () => {
  const cities = verbs.scan({ kind: 'csv', options: {} }, [
    { name: 'city', type: 'string', nullable: false },
    { name: 'price', type: 'float64', nullable: false },
    { name: 'size', type: 'int64', nullable: false },
  ])
  const on = [['city', 'city']] as const
  expect(fieldsOf(verbs.join(houses, { other: cities, on, suffix: 'Of', how: 'left' }))).toEqual([
    'id: int64',
    'city: string?',
    'price: float64?',
    'tags: list<string>?',
    'priceOf: float64?',
    'size: int64?',
  ])
  expect(fieldsOf(verbs.join(houses, { other: cities, on, suffix: 'Of' }))[1]).toBe('city: string')
  expect(fieldsOf(verbs.join(houses, { other: cities, on, suffix: 'Of', how: 'right' })).slice(0, 2)).toEqual([
    'id: int64?',
    'city: string',
  ])
  expect(fieldsOf(verbs.join(houses, { other: cities, on, how: 'anti' }))).toEqual(fieldsOf(houses))
  expect(failure(() => verbs.join(houses, { other: cities, on }))).toMatchObject({ code: 'plan.duplicate-column' })
  expect(failure(() => verbs.join(houses, { other: cities, on: [['id', 'city']], suffix: 'Of' }))).toEqual({
    code: 'plan.type',
    message: 'keys have different types: id: int64 and city: string',
  })
})

test('a union casts numbers to the type that holds both and names all columns that differ', () => {
  const other = verbs.scan({ kind: 'csv', options: {} }, [
    { name: 'price', type: 'int64', nullable: false },
    { name: 'id', type: 'int64', nullable: false },
  ])
  const left = verbs.select(houses, { columns: ['id', 'price'] })
  expect(fieldsOf(verbs.union(left, { other }))).toEqual(['id: int64', 'price: float64?'])
  expect(failure(() => verbs.union(houses, { other })).message).toContain('city is missing on the other side; tags is missing')
})

test('pivot gives each value its own aggregate, and counts stay sure', () => {
  const into = ['a', 'b'].map(name => ({ name, value: literalNode(name) }))
  const values = named(houses, r => ({ v: r.price.sum() }), ['aggregate'])[0]?.expr as ExprNode
  const plan = verbs.pivot(houses, { index: ['id'], columns: 'city', into, values })
  expect(fieldsOf(plan)).toEqual(['id: int64', 'a: float64?', 'b: float64?'])
  const counts = named(houses, r => ({ v: r.price.count() }), ['aggregate'])[0]?.expr as ExprNode
  expect(fieldsOf(verbs.pivot(houses, { index: ['id'], columns: 'city', into, values: counts }))[1]).toBe('a: int64')
})

test('pivot keeps the condition an aggregate had already', () => {
  const values = named(houses, r => ({ v: r.price.sum().where(r.id.gt(1)) }), ['aggregate'])[0]?.expr as ExprNode
  const plan = verbs.pivot(houses, { index: ['id'], columns: 'city', into: [{ name: 'a', value: literalNode('a') }], values })
  const text = plan.node === 'aggregate' ? printExpr(plan.aggs[0]?.expr as ExprNode) : ''
  expect(text).toContain('id')
  expect(text).toContain('city')
  expect(text.match(/where/g)).toHaveLength(1)
})

test('unpivot needs columns of one type', () => {
  expect(failure(() => verbs.unpivot(houses, { columns: ['city', 'price'], name: 'name', value: 'value' })).code).toBe('plan.type')
  expect(
    fieldsOf(verbs.unpivot(verbs.drop(houses, { columns: ['tags', 'city'] }), { columns: ['price', 'id'], name: 'name', value: 'value' })),
  ).toEqual(['name: string', 'value: float64?'])
})

test('as casts by name, drops the rest, and marks columns in which a NULL is an error', () => {
  const plan = verbs.as(houses, {
    schema: [
      { name: 'price', type: 'int64', nullable: false },
      { name: 'id', type: 'string', nullable: true },
    ],
  })
  expect(fieldsOf(plan)).toEqual(['price: int64', 'id: string?'])
  expect(plan).toMatchObject({ node: 'project', notNull: ['price'] })
  expect(failure(() => verbs.as(houses, { schema: [{ name: 'tags', type: 'int64', nullable: true }] })).code).toBe('plan.type')
})

test('split refuses shares that do not add up and rows that are named twice', () => {
  const random = { kind: 'random', seed: 1 } as const
  expect(failure(() => verbs.split(houses, { how: random, parts: { a: 0.5, b: 0.6 }, part: 'a' })).message).toContain(
    'add up to 1.1, not to 1',
  )
  expect(failure(() => verbs.split(houses, { how: { kind: 'rows', rows: { a: [1, 2], b: [2] } }, parts: {}, part: 'a' })).message).toBe(
    'row 2 is named twice: in a and b',
  )
  expect(failure(() => verbs.split(houses, { how: { ...random, stratify: 'clas' }, parts: { a: 1 }, part: 'a' })).code).toBe(
    'plan.unknown-column',
  )
})

test('distinct over some columns keeps one row of each in a fixed order', () => {
  const plan = verbs.distinct(verbs.drop(houses, { columns: ['tags'] }), { columns: ['city'] })
  expect(plan.fields.map(field => field.name)).toEqual(['id', 'city', 'price'])
  expect(printPlan(plan)).toContain('rowNumber')
  expect(verbs.distinct(houses, { columns: [] }).node).toBe('aggregate')
})

test('verbs on an open table wait, and get real types and checks when its columns were learnt', () => {
  const fn = { name: 'score', module: '', hash: 'h' }
  const open = verbs.map(houses, { mode: 'each', fn })
  const half = verbs.withColumns(open, { columns: named(open, r => ({ half: r.score.div(2) })) }, at)
  const best = verbs.limit(
    verbs.sort(verbs.filter(half, { where: where(half, r => r.half.gt(0.5)) }), { by: buildOrder([], true, 'score') }),
    { rows: 3 },
  )
  const answer = verbs.select(best, { columns: ['score', 'half'] }, at)
  expect(answer).toMatchObject({ node: 'deferred', open: true })
  expect(openMaps(answer)).toEqual([open])
  const known = resolve(answer, new Map([[open, [{ name: 'score', type: 'float64', nullable: true }]]]))
  expect(known.open).toBe(false)
  expect(fieldsOf(known)).toEqual(['score: float64?', 'half: float64?'])
  expect(
    printPlan(known)
      .split('\n')
      .map(line => line.split(' ')[0]),
  ).toEqual(['select', 'limit', 'sort', 'filter', 'project', 'map', 'scan'])
  expect(failure(() => resolve(answer, new Map([[open, [{ name: 'scor', type: 'float64', nullable: true }]]])))).toEqual({
    code: 'plan.unknown-column',
    message: 'unknown column: score (have scor) at me/report.ts:12:3',
  })
})

test('joins with an open table wait for both sides', () => {
  const open = verbs.map(houses, { mode: 'each', fn: { name: 'f', module: '', hash: 'h' } })
  const plan = verbs.join(houses, { other: open, on: [['id', 'id']], suffix: 'Of' })
  const known = resolve(
    plan,
    new Map([
      [
        open,
        [
          { name: 'id', type: 'int64', nullable: true },
          { name: 'price', type: 'string', nullable: true },
        ],
      ],
    ]),
  )
  expect(known.fields.at(-1)).toEqual({ name: 'priceOf', type: 'string', nullable: true })
})

test('describe reads the data once', () => {
  const plan = verbs.describe(verbs.drop(houses, { columns: ['tags'] }), {})
  expect(plan.fields.map(field => field.name)).toEqual([
    'column',
    'type',
    'count',
    'nulls',
    'distinct',
    'mean',
    'stddev',
    'min',
    'median',
    'max',
  ])
  expect(printPlan(plan).match(/scan/g)).toHaveLength(1)
})

test('a chain of 1000 verbs builds and prints', () => {
  let plan = houses
  for (let index = 0; index < 1000; index++) {
    const price = columnNode({ name: 'price', type: 'float64', nullable: true })
    plan = verbs.withColumns(plan, { columns: [{ name: 'price', expr: callNode('add', [price, literalNode(index)]) }] })
  }
  expect(printPlan(plan).split('\n')).toHaveLength(1001)
})
