import { expectTypeOf, test } from 'vitest'
import type { CalendarDate, Decimal, Interval, LocalDateTime } from '../../src/schema/index.ts'
import type { Columns, ValueOf } from '../../src/expr/index.ts'
import { greatest, listOf, makeDate, makeDatetime, range, structOf } from '../../src/expr/index.ts'

type Row = {
  n: number
  x: number | null
  big: bigint
  price: Decimal
  s: string
  maybe: string | null
  t: Date
  w: LocalDateTime
  d: CalendarDate
  l: number[]
  p: { city: string | null; items: { price: number }[] }
  m: ReadonlyMap<string, number>
  i: Interval | null
}
declare const r: Columns<Row>
declare function value<E>(expr: E): ValueOf<E>

test('functions of values know their types', () => {
  expectTypeOf(value(r.x.sin())).toEqualTypeOf<number | null>()
  expectTypeOf(value(r.big.floorDiv(2n))).toEqualTypeOf<bigint>()
  expectTypeOf(value(r.price.trunc())).toEqualTypeOf<Decimal>()
  expectTypeOf(value(r.maybe.padStart(3))).toEqualTypeOf<string | null>()
  expectTypeOf(value(r.s.extractAll(/a/))).toEqualTypeOf<string[]>()
  expectTypeOf(value(r.s.json('$.a', { as: 'int64' }))).toEqualTypeOf<number | null>()
  expectTypeOf(value(r.s.toDate('%Y'))).toEqualTypeOf<CalendarDate>()
  expectTypeOf(value(r.s.toDate('%Y', { invalid: 'null' }))).toEqualTypeOf<CalendarDate | null>()
  expectTypeOf(value(r.t.inZone('Europe/Berlin'))).toEqualTypeOf<LocalDateTime>()
  expectTypeOf(value(r.w.atZone('Europe/Berlin'))).toEqualTypeOf<Date>()
  expectTypeOf(value(r.d.plus(r.x, 'day'))).toEqualTypeOf<CalendarDate | null>()
  expectTypeOf(value(r.l.filter(item => item.gt(1)).sumItems())).toEqualTypeOf<number | null>()
  expectTypeOf(value(r.s.toBytes().toHex())).toEqualTypeOf<string>()
  expectTypeOf(value(r.m.get('a'))).toEqualTypeOf<number | null>()
})

test('nested access and builders keep their types', () => {
  expectTypeOf(value(r.p.city)).toEqualTypeOf<string | null>()
  expectTypeOf(value(r.p.items.at(0).price)).toEqualTypeOf<number | null>()
  expectTypeOf(value(structOf({ a: r.n, b: r.maybe }))).toEqualTypeOf<{ a: number; b: string | null }>()
  expectTypeOf(value(listOf(r.n, r.x))).toEqualTypeOf<(number | null)[]>()
  expectTypeOf(value(greatest(r.n, r.x))).toEqualTypeOf<number>()
  expectTypeOf(value(greatest(r.x, r.x))).toEqualTypeOf<number | null>()
  expectTypeOf(value(range(0, r.x))).toEqualTypeOf<number[] | null>()
  expectTypeOf(value(makeDate(r.n, 1, 1))).toEqualTypeOf<CalendarDate>()
  expectTypeOf(value(makeDatetime(2026, 1, r.n, 12, 30, 0))).toEqualTypeOf<LocalDateTime>()
})

test('intervals move days and moments, and are calculated with', () => {
  expectTypeOf(value(r.t.plus(r.i))).toEqualTypeOf<Date | null>()
  expectTypeOf(value(r.d.minus(r.i.fillNull('P1D')))).toEqualTypeOf<CalendarDate>()
  expectTypeOf(value(r.w.since(r.w))).toEqualTypeOf<Interval>()
  expectTypeOf(value(r.t.since(r.t).plus(r.i).mul(r.n).neg())).toEqualTypeOf<Interval | null>()
  expectTypeOf(value(r.i.years())).toEqualTypeOf<number | null>()
  expectTypeOf(value(r.t.since(r.t).lt(r.i))).toEqualTypeOf<boolean | null>()
  expectTypeOf(value(r.i.max())).toEqualTypeOf<Interval | null>()
  // @ts-expect-error the time between two moments is since
  r.t.minus(r.t)
  // @ts-expect-error an interval has no part of a moment
  r.i.year()
  // @ts-expect-error two moments are not added
  r.t.since(r.d)
})

test('mistakes are errors', () => {
  // @ts-expect-error a wall clock has no zone
  r.w.inZone('Europe/Berlin')
  // @ts-expect-error no such field
  r.p.town.upper()
  // @ts-expect-error a text is no item of a list of numbers
  r.l.append('x')
  // @ts-expect-error no such normal form
  r.s.normalize('NFX')
})
