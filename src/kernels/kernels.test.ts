import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Batch,
  batchFromRows,
  type Column,
  columnFrom,
  columnFromRaw,
  makeBatch,
  rawAt,
  rowsOf,
  sliceRows,
  valuesOf,
} from '../batch/index.ts'
import { callNode, columnNode, type ExprNode, type FunctionName, literalNode, type OrderNode } from '../expr/index.ts'
import { civilOf, compareTexts, type DataType, daysOfCivil, type Field, list, type Schema, schemaOf } from '../schema/index.ts'
import { aggregator, evaluate, filterBatch, projectBatch, sortBatch } from './index.ts'
import { roundNumber } from './rounding.ts'

const seed = { seed: 20_261_121, numRuns: 300 }
const field = (name: string, type: DataType): Field => ({ name, type, nullable: true })
const of = (type: DataType, ...columns: readonly (readonly unknown[])[]): Batch =>
  makeBatch(
    columns.map((_, i) => field('abcdef'[i] ?? '', type)),
    columns.map(values => columnFromRaw(type, values)),
  )
const column = (batch: Batch, index: number): ExprNode => columnNode(batch.fields[index] as Field)
const run = (op: FunctionName, batch: Batch): unknown[] =>
  valuesOf(
    evaluate(
      callNode(
        op,
        batch.fields.map(f => columnNode(f)),
      ),
      batch,
    ),
  )

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -5n, max: 5n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n),
)

test('64-bit arithmetic is exact, and an error when it is not', () => {
  const exact: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
  }
  for (const [op, f] of Object.entries(exact))
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        const wanted = f(a, b)
        const work = (): unknown[] => run(op as FunctionName, of('bigint', [a], [b]))
        if (BigInt.asIntN(64, wanted) === wanted) expect(work()).toEqual([wanted])
        else expect(work).toThrow(expect.objectContaining({ code: 'expr.overflow' }))
      }),
      seed,
    )
})

test('32-bit arithmetic is exact, and an error when it is not', () => {
  const exact: Readonly<Record<string, (a: number, b: number) => number>> = {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => Number(BigInt(a) * BigInt(b)),
  }
  const int32 = fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 }), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1))
  for (const [op, f] of Object.entries(exact))
    fc.assert(
      fc.property(int32, int32, (a, b) => {
        const wanted = f(a, b)
        const work = (): unknown[] => run(op as FunctionName, of('int32', [a], [b]))
        if (wanted === (wanted | 0)) expect(work()).toEqual([wanted | 0])
        else expect(work).toThrow(expect.objectContaining({ code: 'expr.overflow' }))
      }),
      seed,
    )
})

test('what lies under a NULL is no overflow', () => {
  const max = 2n ** 63n - 1n
  const a = { ...columnFromRaw('bigint', [max, 1n]), validity: new Uint8Array([0b10]) }
  const batch = makeBatch([field('a', 'bigint'), field('b', 'bigint')], [a, columnFromRaw('bigint', [max, 2n])])
  expect(run('add', batch)).toEqual([null, 3n])
})

test('float arithmetic is plain IEEE in the order of the tree', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.double(), fc.double(), fc.double()), { minLength: 1, maxLength: 20 }), rows => {
      const batch = of(
        'float64',
        rows.map(r => r[0]),
        rows.map(r => r[1]),
        rows.map(r => r[2]),
      )
      const tree = callNode('div', [
        callNode('add', [callNode('mul', [column(batch, 0), column(batch, 1)]), column(batch, 2)]),
        literalNode(3, 'float64'),
      ])
      expect(valuesOf(evaluate(tree, batch))).toEqual(rows.map(([a, b, c]) => (a * b + c) / 3))
    }),
    seed,
  )
})

test('comparisons are one total order: of NaN, -0, code points, and 64-bit numbers', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 4 })
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      expect(Math.sign(compareTexts(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))))
      expect(run('lt', of('string', [a], [b]))).toEqual([Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0])
    }),
    seed,
  )
  const rank = (x: number): number => (Number.isNaN(x) ? 2 : x === Infinity ? 1 : 0)
  fc.assert(
    fc.property(fc.double(), fc.double(), (a, b) => {
      const less = rank(a) !== rank(b) ? rank(a) < rank(b) : a < b
      const equal = rank(a) === rank(b) && (a === b || rank(a) > 0)
      const batch = of('float64', [a], [b])
      expect([run('lt', batch)[0], run('eq', batch)[0], run('gte', batch)[0], run('ne', batch)[0]]).toEqual([less, equal, !less, !equal])
    }),
    seed,
  )
  fc.assert(
    fc.property(int64, int64, (a, b) => {
      const batch = of('bigint', [a], [b])
      expect([run('lt', batch)[0], run('eq', batch)[0], run('gt', batch)[0]]).toEqual([a < b, a === b, a > b])
    }),
    seed,
  )
})

test('and, or and not follow Kleene for every pair', () => {
  const values = [true, false, null]
  const pairs = values.flatMap(a => values.map(b => [a, b] as const))
  const batch = of(
    'boolean',
    pairs.map(p => p[0]),
    pairs.map(p => p[1]),
  )
  expect(run('and', batch)).toEqual(pairs.map(([a, b]) => (a === false || b === false ? false : a === null || b === null ? null : true)))
  expect(run('or', batch)).toEqual(pairs.map(([a, b]) => (a === true || b === true ? true : a === null || b === null ? null : false)))
})

test('round is half away from zero on the decimal text', () => {
  expect([1.005, -1.005, 2.5, -2.5, 0.285, 1e300, 5e-324, 1.45].map(x => roundNumber(x, 2))).toEqual([
    1.01, -1.01, 2.5, -2.5, 0.29, 1e300, 0, 1.45,
  ])
  expect([2.5, -2.5, 0.5, 1.5, Infinity].map(x => roundNumber(x, 0))).toEqual([3, -3, 1, 2, Infinity])
  expect([1250, 1349, -1250].map(x => roundNumber(x, -2))).toEqual([1300, 1300, -1300])
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 1, max: 4 }), (n, places) => {
      // n.5 units of the last place, as its decimal text says.
      const tie = Number(`${n}5e-${places + 1}`)
      const away = Number(`${n >= 0 && !Object.is(n, -0) ? n + 1 : n - 1}e-${places}`)
      expect(roundNumber(tie, places)).toBe(away)
    }),
    seed,
  )
})

test('days and dates are inverse, and agree with Date', () => {
  fc.assert(
    fc.property(fc.integer({ min: -800_000, max: 3_000_000 }), days => {
      const { year, month, day } = civilOf(days)
      const date = new Date(days * 86_400_000)
      expect([year, month, day]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()])
      expect(daysOfCivil(year, month, day)).toBe(days)
    }),
    seed,
  )
})

test('a branch of a case sees only its own rows, so that it can guard', () => {
  const batch = of('int64', [6n, 7n, 8n], [2n, 0n, null])
  const [a, b] = [column(batch, 0), column(batch, 1)]
  const guarded = callNode('case', [callNode('eq', [b, literalNode(0)]), literalNode(-1), callNode('mod', [a, b])])
  expect(valuesOf(evaluate(guarded, batch))).toEqual([0, -1, null])
  expect(() => evaluate(callNode('mod', [a, b]), batch)).toThrow(expect.objectContaining({ code: 'expr.division-by-zero' }))
})

test('a case inside a case, over a list, sees the rows that are left', () => {
  const schema = schemaOf({ l: list('float64'), x: 'float64' })
  const batch = batchFromRows(
    schema,
    [1, 2, 3, 4].map(x => ({ l: [x, 10 * x], x })),
  )
  const [l, x] = [column(batch, 0), column(batch, 1)]
  const item = columnNode(field('~i', 'float64'))
  const scaled = callNode('listAt', [callNode('listMap', [l, callNode('mul', [item, x])], { item: '~i' })], { index: 1 })
  const above = (limit: number): ExprNode => callNode('gt', [x, literalNode(limit, 'float64')])
  const inner = callNode('case', [above(3), literalNode(-1, 'float64'), scaled])
  expect(valuesOf(evaluate(callNode('case', [above(1), inner, x]), batch))).toEqual([1, 40, 90, -1])
})

test('an expression that shares its parts is computed once a part', () => {
  const batch = of('float64', [1])
  let node = column(batch, 0)
  // 2^200 nodes when written out.
  for (let i = 0; i < 200; i++) node = callNode('sub', [callNode('mul', [node, literalNode(2, 'float64')]), node])
  expect(valuesOf(evaluate(node, batch))).toEqual([1])
})

test('the body of listMap sees the item and the columns of its row', () => {
  const schema = schemaOf({ l: list('float64'), by: 'float64' })
  const batch = batchFromRows(
    schema.map(f => ({ ...f, nullable: true })),
    [
      { l: [1, 2], by: 10 },
      { l: [], by: 1 },
      { l: null, by: 1 },
      { l: [3], by: null },
    ],
  )
  const item = columnNode(field('~x', 'float64'))
  const node = callNode('listMap', [column(batch, 0), callNode('mul', [item, column(batch, 1)])], { item: '~x' })
  expect(valuesOf(evaluate(node, batch))).toEqual([[10, 20], [], null, [null]])
})

test('an unknown column, and an aggregate where a row value is wanted, are errors', () => {
  const batch = of('float64', [1])
  expect(() => evaluate(columnNode(field('pric', 'float64')), batch)).toThrow('unknown column: pric (have a)')
  expect(() => evaluate(callNode('sum', [column(batch, 0)]), batch)).toThrow(expect.objectContaining({ code: 'expr.kind' }))
})

const rowOf = fc.record({
  k: fc.constantFrom('x', 'y', 'é', null),
  n: fc.constantFrom(0, -0, Number.NaN, 1, null),
  v: fc.oneof(fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }), fc.constant(null)),
  f: fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constant(null)),
})
const rowSchema: Schema = [field('k', 'string'), field('n', 'float64'), field('v', 'bigint'), field('f', 'float64')]
const names = ['count', 'countDistinct', 'sum', 'mean', 'min', 'max', 'median', 'stddev', 'variance', 'list', 'first', 'last'] as const
const [k, n, v, f] = rowSchema.map(one => columnNode(one)) as [ExprNode, ExprNode, ExprNode, ExprNode]
const byValue: readonly OrderNode[] = [{ expr: v, descending: false, nulls: 'last' }]

function summary(parts: readonly Batch[], keys: readonly ExprNode[], how: 'one' | 'merged'): Record<string, unknown>[] {
  const aggs = names.flatMap(op =>
    [v, f].map((arg, i) => ({ name: `${op}${i}`, expr: callNode(op, [arg], op === 'first' || op === 'last' ? { orderBy: byValue } : {}) })),
  )
  const filtered = { name: 'positive', expr: callNode('where', [callNode('count', []), callNode('gt', [f, literalNode(0, 'float64')])]) }
  const ratio = { name: 'ratio', expr: callNode('div', [callNode('sum', [f]), callNode('count', [])]) }
  const all = [...aggs, filtered, ratio]
  const named = keys.map((expr, i) => ({ name: `key${i}`, expr }))
  const fields = [...named, ...all].map(({ name, expr }) => field(name, expr.type))
  const make = (): ReturnType<typeof aggregator> => aggregator(named, all, fields)
  const whole = make()
  for (const part of parts) {
    if (how === 'one') whole.update(part)
    else {
      const other = make()
      other.update(part)
      whole.merge(other)
    }
  }
  return rowsOf(whole.finish()) as Record<string, unknown>[]
}

test('an aggregation of parts that are merged is that of the whole', () => {
  fc.assert(
    fc.property(fc.array(rowOf, { maxLength: 30 }), fc.integer({ min: 0, max: 30 }), (rows, cut) => {
      const batch = batchFromRows(rowSchema, rows)
      const parts = [sliceRows(batch, 0, Math.min(cut, rows.length)), sliceRows(batch, Math.min(cut, rows.length), rows.length)]
      for (const keys of [[], [k], [k, n]]) {
        const one = summary([batch], keys, 'one')
        const merged = summary(parts, keys, 'merged')
        expect(merged.length).toBe(one.length)
        merged.forEach((row, i) => {
          for (const [name, value] of Object.entries(row)) {
            const wanted = one[i]?.[name]
            // The order of float additions is free: equal to 1e-9 relative.
            if (typeof value === 'number' && typeof wanted === 'number' && /mean|std|var|ratio/.test(name))
              expect(Math.abs(value - wanted), name).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)))
            else expect(value, name).toEqual(wanted)
          }
        })
      }
    }),
    { ...seed, numRuns: 60 },
  )
})

test('groups: NaN is one key, -0 and 0 are one, NULL is one, in the order they are met', () => {
  const batch = of('float64', [Number.NaN, -0, null, 0, Number.NaN, null, 1])
  const made = aggregator(
    [{ name: 'k', expr: column(batch, 0) }],
    [{ name: 'n', expr: callNode('count', []) }],
    [field('k', 'float64'), field('n', 'int64')],
  )
  made.update(batch)
  expect(rowsOf(made.finish())).toEqual([
    { k: Number.NaN, n: 2 },
    { k: 0, n: 2 },
    { k: null, n: 2 },
    { k: 1, n: 1 },
  ])
})

test('a sum may pass 64 bits on its way, but not end there', () => {
  const max = 2n ** 63n - 1n
  const total = (values: readonly bigint[]): unknown => {
    const batch = of('bigint', values)
    const made = aggregator([], [{ name: 's', expr: callNode('sum', [column(batch, 0)]) }], [field('s', 'bigint')])
    made.update(batch)
    return (rowsOf(made.finish())[0] as { s: unknown }).s
  }
  expect(total([max, 1n, 1n, -1n, -1n])).toBe(max)
  expect(total([max, max, -max, -max, 7n])).toBe(7n)
  expect(() => total([max, 1n])).toThrow(expect.objectContaining({ code: 'expr.overflow' }))
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), { minLength: 1, maxLength: 20 }), values => {
      const wanted = values.reduce((a, b) => a + b)
      if (BigInt.asIntN(64, wanted) === wanted) expect(total(values)).toBe(wanted)
      else expect(() => total(values)).toThrow('sum outside its type')
    }),
    seed,
  )
})

test('a sort is stable, puts NULLs where asked, and sorts every type', () => {
  const batch = batchFromRows(
    [field('s', 'string'), field('x', 'float64')],
    [
      { s: '😀', x: 1 },
      { s: '\uff5e', x: 2 },
      { s: null, x: 3 },
      { s: 'b', x: Number.NaN },
      { s: 'b', x: null },
      { s: 'b', x: 4 },
    ],
  )
  const [s, x] = batch.fields.map(one => columnNode(one)) as [ExprNode, ExprNode]
  const sorted = sortBatch(batch, [
    { expr: s, descending: false, nulls: 'last' },
    { expr: x, descending: true, nulls: 'first' },
  ])
  expect(rowsOf(sorted)).toEqual([
    { s: 'b', x: null },
    { s: 'b', x: Number.NaN },
    { s: 'b', x: 4 },
    { s: '\uff5e', x: 2 },
    { s: '😀', x: 1 },
    { s: null, x: 3 },
  ])
  fc.assert(
    fc.property(fc.array(fc.constantFrom(3, 1, 2), { maxLength: 40 }), values => {
      const numbered = makeBatch(
        [field('v', 'float64'), field('i', 'float64')],
        [
          columnFrom('float64', values),
          columnFrom(
            'float64',
            values.map((_, i) => i),
          ),
        ],
      )
      const wanted = values.map((value, i) => ({ v: value, i })).toSorted((a, b) => b.v - a.v)
      expect(rowsOf(sortBatch(numbered, [{ expr: column(numbered, 0), descending: true, nulls: 'last' }]))).toEqual(wanted)
    }),
    seed,
  )
})

test('a filter keeps the rows that are true, and hands on the batch itself when all are', () => {
  const batch = of('float64', [1, null, 3])
  const above = (limit: number): ExprNode => callNode('gt', [column(batch, 0), literalNode(limit, 'float64')])
  expect(valuesOf(filterBatch(batch, above(2)).columns[0] as never)).toEqual([3])
  expect(filterBatch(batch, callNode('or', [callNode('isNull', [column(batch, 0)]), above(0)]))).toBe(batch)
  expect(filterBatch(batch, literalNode(false)).rows).toBe(0)
  const projected = projectBatch(
    batch,
    [
      { name: 'one', expr: literalNode('x') },
      { name: 'a', expr: column(batch, 0) },
    ],
    [field('one', 'string'), field('a', 'float64')],
  )
  expect(rowsOf(projected)).toEqual([1, null, 3].map(a => ({ one: 'x', a })))
})

test('sums and extremes keep every digit of values beyond 2^53, also when the sum is not', () => {
  const beyond = 2n ** 53n + 1n
  const batch = of('bigint', [-5n, beyond, beyond - 1n, -beyond])
  const ops = ['sum', 'min', 'max'] as const
  const made = aggregator(
    [],
    ops.map(op => ({ name: op, expr: callNode(op, [column(batch, 0)]) })),
    ops.map(op => field(op, 'bigint')),
  )
  made.update(sliceRows(batch, 0, 2))
  expect(rowsOf(made.finish())).toEqual([{ sum: beyond - 5n, min: -5n, max: beyond }])
  made.update(sliceRows(batch, 2))
  expect(rowsOf(made.finish())).toEqual([{ sum: beyond - 6n, min: -beyond, max: beyond }])
})

test('aggregates of infinite and huge numbers', () => {
  const of = (op: FunctionName, values: readonly number[], q?: number): unknown => {
    const fields = [field('x', 'float64')]
    const parts = [values.slice(0, 1), values.slice(1)].map(some => {
      const made = aggregator(
        [],
        [{ name: 'out', expr: callNode(op, [columnNode(fields[0] as Field)], q === undefined ? undefined : { q }) }],
        [field('out', 'float64')],
      )
      made.update(makeBatch(fields, [columnFromRaw('float64', some)]))
      return made
    })
    const [first, second] = parts
    if (first === undefined || second === undefined) throw new Error('no parts')
    first.merge(second)
    return valuesOf(first.finish().columns[0] as Column)[0]
  }
  expect(of('median', [Infinity, Infinity])).toBe(Infinity)
  expect(of('quantile', [-Infinity, 1, 2], 0.25)).toBe(-Infinity)
  expect(of('median', [-Infinity, Infinity])).toBeNaN()
  expect(of('stddev', [1e300, 3e300])).toBeCloseTo(Math.SQRT2 * 1e300, -290)
  expect(of('stddev', [1, 1e300])).toBeCloseTo(1e300 / Math.SQRT2, -290)
  expect(of('variance', [1, 1e300])).toBe(Infinity)
  expect(of('stddev', [1, Infinity])).toBeNaN()
})

test('a float is the decimal of its shortest text, or none', () => {
  const cast = (value: number, precision: number, scale: number): unknown =>
    rawAt(evaluate(callNode('tryCast', [literalNode(value, 'float64')], { to: { decimal: [precision, scale] } }), of('int32', [1])), 0)
  expect(cast(0.1, 38, 37)).toBe(10n ** 36n)
  expect(cast(1e-7, 18, 7)).toBe(1n)
  expect(cast(1.005, 10, 2)).toBe(null)
  expect(cast(1e21, 38, 0)).toBe(10n ** 21n)
})

test('a replacement leaves out the empty match behind another, as the engines do', () => {
  const replaced = (text: string, pattern: string, by: string): unknown =>
    rawAt(evaluate(callNode('replaceRegex', [literalNode(text)], { pattern, flags: '', by }), of('int32', [1])), 0)
  expect(replaced('axxb', 'x*', '-')).toBe('-a-b-')
  expect(replaced('ab', '(a)(z)?', '[$1$2$$&]')).toBe('[a$&]b')
})
