import { expect, test } from 'vitest'
import { schemaOf } from '../schema/index.ts'
import { buildExprs, type ExprNode, greatest, printExpr, range, structOf } from './index.ts'

const schema = [
  ...schemaOf({ n: 'int64', x: 'float64?', s: 'string', t: 'timestamp', w: 'datetime', d: 'date', b: 'boolean' }),
  { name: 'l', type: { list: 'int64' }, nullable: false },
  { name: 'p', type: { struct: [{ name: 'city', type: 'string', nullable: true }] }, nullable: false },
] as const

// oxlint-disable-next-line typescript/no-explicit-any -- wrong programs are written here on purpose
function build(make: (r: any) => unknown): ExprNode {
  return buildExprs('test', schema, false, ['column'], ((r: never) => ({ v: make(r) })) as (r: never) => object)['v'] as ExprNode
}

test('wrong arguments are errors that name the value, what exists and the line', () => {
  const wrong: readonly [make: Parameters<typeof build>[0], code: string, message: RegExp][] = [
    [r => r.x.bitAnd(1), 'expr.type', /bitAnd wants whole numbers, not float64: x at .*scalars\.test\.ts/],
    [r => r.n.shiftLeft(64), 'expr.argument', /bits are a whole number from 0 to 63, not 64/],
    [r => r.s.padStart(-1), 'expr.argument', /width is a whole number/],
    [r => r.s.padStart(3, ''), 'expr.argument', /padStart with an empty text/],
    [r => r.s.repeat(1e9), 'expr.argument', /repeat takes a whole number from 0 to 1000000/],
    [r => r.s.normalize('NFX'), 'expr.argument', /unknown normal form: NFX \(have NFC, NFD, NFKC, NFKD\)/],
    [r => r.s.extractAll('x'), 'expr.argument', /extractAll wants a regular expression/],
    [r => r.s.extractAll(/x/, 1), 'expr.argument', /no group 1: the pattern has none/],
    [r => r.s.countMatches(/x(?=y)/), 'expr.regex', /lookaround/],
    [r => r.s.urlPart('server'), 'expr.argument', /unknown part of an address: "server" \(have scheme, host/],
    [r => r.s.json('a.b'), 'expr.argument', /no path of JSON: a\.b/],
    [r => r.s.json('$.a[*]'), 'expr.argument', /no path of JSON/],
    [r => r.s.json('$.a', { invalid: 'skip' }), 'expr.argument', /what is invalid becomes an 'error' or 'null'/],
    [r => r.s.toDate('%Y-%m-%d %H'), 'expr.argument', /pattern of a day with a time/],
    [r => r.s.toTimestamp('%Y-%Q'), 'expr.argument', /unknown part of a pattern: %Q/],
    [r => r.s.toTimestamp('%d.%m.'), 'expr.argument', /pattern without a year/],
    [r => r.s.toDatetime('%Y %I'), 'expr.argument', /only one of %I and %p/],
    [r => r.t.hour({ timeZone: 'Europe/Berlln' }), 'expr.argument', /unknown time zone: Europe\/Berlln/],
    [r => r.t.hour({ zone: 'UTC' }), 'expr.argument', /options of hour are \{ timeZone \}/],
    [r => r.w.inZone('UTC'), 'expr.type', /inZone wants a timestamp, not datetime: w/],
    [r => r.t.atZone('UTC'), 'expr.type', /atZone wants a datetime, not timestamp: t/],
    [r => r.w.truncate('day', { timeZone: 'Europe/Berlin' }), 'expr.argument', /truncate in a time zone wants an instant, not a datetime/],
    [r => r.d.plus(r.x, 'day'), 'expr.type', /plus wants whole numbers, not float64: x/],
    [r => r.n.fromEpoch('year'), 'expr.argument', /unknown unit: "year" \(have second, millisecond, microsecond, day\)/],
    [r => r.l.filter((item: typeof r.n) => item.add(1)), 'expr.type', /filter wants a condition, not int64/],
    [r => r.l.anyItem(), 'expr.type', /listAny wants a list of booleans/],
    [r => r.l.flatten(), 'expr.type', /listFlatten wants a list of lists/],
    [r => r.l.append('x'), 'expr.type', /append on l wants int64, not string/],
    [r => r.l.concat(['x']), 'expr.type', /string/],
    [r => r.n.in(3), 'expr.argument', /in\(\) wants an array or a list/],
    [r => r.p.town, 'expr.unknown-method', /no town on/],
    [r => greatest(r.n, r.s), 'expr.type', /greatest/],
    [() => greatest(), 'expr.argument', /greatest\(\) of nothing/],
    [r => range(0, r.x), 'expr.type', /range wants whole numbers/],
    [() => structOf({ a: 1, A: 2 }), 'expr.argument', /fields of a struct with the same name: a, A/],
  ]
  for (const [make, code, message] of wrong)
    expect(() => build(make), String(make)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as string }))
})

test('a field of a struct is a property, and methods keep their names', () => {
  expect(build(r => r.p.city.upper())).toEqual(build(r => r.p.field('city').upper()))
  expect(printExpr(build(r => r.p.city))).toBe('p.field("city")')
})

test('functions print as the calls that make them', () => {
  const printed: readonly (readonly [Parameters<typeof build>[0], string])[] = [
    [r => greatest(r.n, 3), 'greatest(n, 3)'],
    [r => structOf({ a: r.n, 'b c': r.s }), 'structOf({ a: n, "b c": s })'],
    [r => r.l.filter((x: typeof r.n) => x.gt(1)).sumItems(), 'l.filter(item => item.gt(1)).sumItems()'],
    [r => r.s.toDate('%d.%m.%Y', { invalid: 'null' }), `s.toDate("%d.%m.%Y", { invalid: 'null' })`],
    [r => r.s.json('$.a[0]."b c"', { as: 'int64' }), 's.json("$.a[0].\\"b c\\"").cast("int64")'],
    [r => r.t.truncate('day', { timeZone: 'UTC' }), 't.truncate("day", { timeZone: "UTC" })'],
    [r => r.t.minus('90m'), 't.minus(90, "minute")'],
    [r => r.t.bin('5m', { offset: '1m' }), 't.bin("300000ms", { offset: "60000ms" })'],
    [r => r.l.sort({ descending: true }), 'l.sort({ descending: true })'],
    [r => r.n.clip(-Infinity, 5), 'n.clip(-Infinity, 5)'],
    [r => r.s.countMatches('a'), 's.countMatches("a")'],
    [r => r.n.hash({ seed: 3 }).mod(10), 'n.cast("string").hash({ seed: 3 }).mod(10)'],
  ]
  for (const [make, text] of printed) expect(printExpr(build(make))).toBe(text)
})

test('results that can be NULL say so', () => {
  expect(build(r => greatest(r.x, 1)).nullable).toBe(false)
  expect(build(r => r.s.toDate('%Y')).nullable).toBe(false)
  expect(build(r => r.s.toDate('%Y', { invalid: 'null' })).nullable).toBe(true)
  expect(build(r => r.l.sumItems()).nullable).toBe(true)
  expect(build(r => structOf({ x: r.x })).type).toEqual({ struct: [{ name: 'x', type: 'float64', nullable: true }] })
})
