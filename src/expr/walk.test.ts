import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TidemillError } from '../errors/index.ts'
import type { OpenRow, Schema } from '../schema/index.ts'
import {
  buildExprs,
  callNode,
  type Columns,
  columnNode,
  columnsOf,
  count,
  type ExprNode,
  kindOf,
  literalNode,
  mapNode,
  partsOf,
  printExpr,
  rank,
  retype,
  someNode,
  substitute,
  when,
} from './index.ts'

const schema: Schema = [
  { name: 'x', type: 'float64', nullable: true },
  { name: 'i', type: 'int64', nullable: false },
  { name: 'n', type: 'int32', nullable: true },
  { name: 's', type: 'string', nullable: true },
  { name: 'b', type: 'boolean', nullable: false },
  { name: 'd', type: 'date', nullable: true },
  { name: 't', type: 'timestamp', nullable: false },
  { name: 'l', type: { list: 'string' }, nullable: true },
  { name: 'm', type: { decimal: [10, 2] }, nullable: false },
]
type Row = Columns<OpenRow>
type Make = (r: Row) => Row[string]

// Expressions as callbacks, so that the same one is built over known and over unknown columns.
const { number, text, truth, time } = fc.letrec<{ number: Make; text: Make; truth: Make; time: Make; list: Make }>(tie => {
  const of = (name: 'number' | 'text' | 'truth' | 'time' | 'list') => tie(name)
  const column = (...names: string[]): fc.Arbitrary<Make> =>
    fc.constantFrom(
      ...names.map(
        (name): Make =>
          r =>
            r[name],
      ),
    )
  const unary = (name: 'number' | 'text' | 'truth' | 'time' | 'list', ...methods: string[]): fc.Arbitrary<Make> =>
    fc.tuple(of(name), fc.constantFrom(...methods)).map(
      ([a, method]): Make =>
        r =>
          a(r)[method](),
    )
  const binary = (name: 'number' | 'text' | 'truth' | 'time', ...methods: string[]): fc.Arbitrary<Make> =>
    fc.tuple(of(name), of(name), fc.constantFrom(...methods)).map(
      ([a, b, method]): Make =>
        r =>
          a(r)[method](b(r)),
    )
  const withValue = (name: 'number' | 'text' | 'time', values: fc.Arbitrary<unknown>, ...methods: string[]): fc.Arbitrary<Make> =>
    fc.tuple(of(name), values, fc.constantFrom(...methods)).map(
      ([a, value, method]): Make =>
        r =>
          a(r)[method](value),
    )
  const values = fc.oneof(fc.integer(), fc.double({ noDefaultInfinity: true }))
  return {
    number: fc.oneof(
      { depthSize: 'small' },
      column('x', 'i', 'n'),
      binary('number', 'add', 'sub', 'mul', 'div', 'mod', 'fillNull'),
      withValue('number', values, 'add', 'mul', 'pow', 'fillNull'),
      unary('number', 'neg', 'round', 'sqrt', 'log'),
      unary('text', 'length'),
      unary('list', 'length'),
      unary('time', 'year', 'weekday'),
      fc.tuple(of('truth'), of('number'), of('number')).map(
        ([c, a, b]): Make =>
          r =>
            when(c(r), a(r)).otherwise(b(r)),
      ),
      fc.tuple(of('number'), of('text')).map(
        ([a, g]): Make =>
          r =>
            r['x'].sub(
              a(r)
                .mean()
                .over({ partitionBy: g(r) }),
            ),
      ),
    ),
    text: fc.oneof(
      { depthSize: 'small' },
      column('s'),
      binary('text', 'concat', 'fillNull'),
      withValue('text', fc.string(), 'concat', 'fillNull'),
      unary('text', 'upper', 'trim'),
      fc.tuple(of('list'), fc.integer({ min: -3, max: 3 })).map(
        ([a, index]): Make =>
          r =>
            a(r).at(index),
      ),
    ),
    list: fc.oneof(
      { depthSize: 'small' },
      column('l'),
      fc.tuple(of('text'), fc.constantFrom(',', '-')).map(
        ([a, by]): Make =>
          r =>
            a(r).split(by),
      ),
      fc.tuple(of('list'), of('text')).map(
        ([a, b]): Make =>
          r =>
            a(r).map((item: Row[string]) => item.concat('!').concat(b(r))),
      ),
    ),
    truth: fc.oneof(
      { depthSize: 'small' },
      column('b'),
      binary('truth', 'and', 'or'),
      unary('truth', 'not', 'isNull'),
      binary('number', 'lt', 'gte', 'eq'),
      withValue('number', values, 'gt', 'ne'),
      binary('text', 'eq', 'contains', 'startsWith'),
      withValue('time', fc.constantFrom('2026-11-21', '1969-12-31'), 'gt', 'eq'),
      fc.tuple(of('list'), fc.string()).map(
        ([a, part]): Make =>
          r =>
            a(r).contains(part),
      ),
    ),
    time: fc.oneof(
      { depthSize: 'small' },
      column('d', 't'),
      fc.tuple(of('time'), fc.constantFrom('day', 'month')).map(
        ([a, unit]): Make =>
          r =>
            a(r).truncate(unit),
      ),
    ),
  }
})
const settings = { seed: 20261121, numRuns: 400 }

/** The expression, or undefined where the pieces do not fit (an exact number beside a float, a window in a window). */
function built(make: Make, open = false): ExprNode | undefined {
  try {
    return buildExprs('select', open ? [] : schema, open, ['column', 'window'], (r: Row) => ({ made: make(r) }))['made']
  } catch (error) {
    if (error instanceof TidemillError && ['expr.type', 'expr.kind'].includes(error.code)) return undefined
    throw error
  }
}
const some = fc.oneof(number, text, truth, time)

test('an expression over its own columns needs no new types', () => {
  let seen = 0
  fc.assert(
    fc.property(some, make => {
      const node = built(make)
      if (node === undefined) return
      seen++
      expect(retype(node, schema)).toBe(node)
    }),
    settings,
  )
  expect(seen).toBeGreaterThan(200)
})

test('an expression written on an open table becomes what it is on a known one, once', () => {
  let seen = 0
  fc.assert(
    fc.property(some, make => {
      const known = built(make)
      const open = built(make, true)
      if (known === undefined || open === undefined) return
      seen++
      const typed = retype(open, schema)
      expect(typed).toEqual(known)
      expect(retype(typed, schema)).toBe(typed)
    }),
    settings,
  )
  expect(seen).toBeGreaterThan(200)
})

test('substituting nothing keeps the object, substituting columns replaces just them', () => {
  const other = callNode('add', [
    columnNode({ name: 'p', type: 'int64', nullable: false }),
    columnNode({ name: 'q', type: 'int64', nullable: false }),
  ])
  fc.assert(
    fc.property(some, make => {
      const node = built(make)
      if (node === undefined) return
      expect(substitute(node, new Map())).toBe(node)
      expect(substitute(node, new Map([['nowhere', other]]))).toBe(node)
      const before = columnsOf(node)
      const after = columnsOf(substitute(node, new Map([['i', other]])))
      const wanted = new Set([...before].flatMap(name => (name === 'i' ? ['p', 'q'] : [name])))
      expect([...after].toSorted()).toEqual([...wanted].toSorted())
    }),
    settings,
  )
})

test('two substitutions one after the other are one', () => {
  const a = callNode('neg', [columnNode({ name: 'j', type: 'int64', nullable: false })])
  const j = callNode('abs', [columnNode({ name: 'k', type: 'int64', nullable: false })])
  fc.assert(
    fc.property(some, make => {
      const node = built(make)
      if (node === undefined) return
      const twice = substitute(substitute(node, new Map([['i', a]])), new Map([['j', j]]))
      expect(twice).toEqual(substitute(node, new Map([['i', callNode('neg', [j])]])))
    }),
    settings,
  )
})

test('every expression is plain data, has one kind and prints', () => {
  fc.assert(
    fc.property(some, make => {
      const node = built(make)
      if (node === undefined) return
      const plain = JSON.parse(JSON.stringify(node)) as ExprNode
      expect(plain).toEqual(node)
      expect(kindOf(plain)).toBe(kindOf(node))
      expect(kindOf(node)).toBe(someNode(node, part => part.op === 'over') ? 'window' : 'column')
      expect(printExpr(plain)).toBe(printExpr(node))
    }),
    settings,
  )
})

test('columns in partitions and orders count, items of lists do not', () => {
  const make = (f: Make): ExprNode =>
    buildExprs('select', schema, false, ['column', 'window'], (r: Row) => ({ made: f(r) }))['made'] as ExprNode
  const window = make(r => rank().over({ partitionBy: r['s'], orderBy: [r['d'].desc(), r['x'].neg()] }))
  expect([...columnsOf(window)].toSorted()).toEqual(['d', 's', 'x'])
  expect(partsOf(window)).toHaveLength(4)
  const nested = make(r => r['l'].map((item: Row[string]) => item.split(',').map((part: Row[string]) => part.concat(item).concat(r['s']))))
  expect([...columnsOf(nested)].toSorted()).toEqual(['l', 's'])
  expect(printExpr(nested)).toBe('l.map(item => item.split(",").map(item1 => item1.concat(item).concat(s)))')
  const renamed = substitute(window, new Map([['s', columnNode({ name: 'city', type: 'string', nullable: true })]]))
  expect(printExpr(renamed)).toBe('rank().over({ partitionBy: [city], orderBy: [d.desc(), x.neg()] })')
})

test('an item gets the type of its list when the list gets one', () => {
  const open = buildExprs('select', [], true, ['column'], (r: Row) => ({ made: r['l'].map((item: Row[string]) => item.add(1)) }))[
    'made'
  ] as ExprNode
  expect(open.type).toEqual({ list: 'unknown' })
  expect(retype(open, [{ name: 'l', type: { list: 'int32' }, nullable: false }]).type).toEqual({ list: 'int64' })
  expect(() => retype(open, schema)).toThrow(/add wants number, not string: item/)
})

test('retyping names the missing column, what there is, and the line of the step', () => {
  const node = callNode('gt', [{ op: 'column', name: 'pric', type: 'unknown', nullable: true }, literalNode(1)])
  const where = { file: '/home/me/report.ts', line: 12, column: 3 }
  expect(() => retype(node, schema.slice(0, 2), where)).toThrow('unknown column: pric (have x, i) at me/report.ts:12:3')
  expect(() => retype(node, schema)).toThrow(expect.objectContaining({ code: 'plan.unknown-column' }))
})

test('an expression that uses itself often stays cheap', () => {
  let node: ExprNode = columnNode({ name: 'i', type: 'float64', nullable: false })
  for (let depth = 0; depth < 60; depth++) node = callNode('add', [node, node])
  expect([...columnsOf(node)]).toEqual(['i'])
  expect(kindOf(node)).toBe('column')
  expect(mapNode(node, () => undefined)).toBe(node)
  expect(columnsOf(substitute(node, new Map([['i', columnNode({ name: 'j', type: 'float64', nullable: false })]])))).toEqual(new Set(['j']))
})

test('a long chain does not overflow the stack', () => {
  let node: ExprNode = columnNode({ name: 'b', type: 'boolean', nullable: false })
  for (let depth = 0; depth < 2000; depth++)
    node = callNode('and', [node, columnNode({ name: `c${depth}`, type: 'boolean', nullable: false })])
  expect(columnsOf(node).size).toBe(2001)
  expect(printExpr(node)).toMatch(/^b\.and\(c0\)/)
  expect(mapNode(node, () => undefined)).toBe(node)
})

test('a rewrite computes types again', () => {
  const node = callNode('add', [
    columnNode({ name: 'n', type: 'int32', nullable: false }),
    columnNode({ name: 'n', type: 'int32', nullable: false }),
  ])
  expect(node.type).toBe('int32')
  const wide = substitute(node, new Map([['n', columnNode({ name: 'w', type: 'float64', nullable: true })]]))
  expect([wide.type, wide.nullable]).toEqual(['float64', true])
  expect(count().node.nullable).toBe(false)
})
