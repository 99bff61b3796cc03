import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { count } from '../expr/index.ts'
import { decimal } from '../schema/index.ts'
import { type Session, tidemill } from './index.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill({ workers: 1 })
})
afterAll(() => tm.close())

const schema = { g: 'int32', k: 'int64?', x: 'float64?', i: 'int64?', m: 'decimal(18,2)', s: 'string?' } as const
const data = Array.from({ length: 200 }, (_, at) => ({
  g: at % 3,
  k: at % 11 === 0 ? null : at % 7,
  x: at % 13 === 0 ? null : at % 17 === 0 ? Number.NaN : (at * 37) % 101,
  i: at % 5 === 0 ? null : at * 1_000_003,
  m: decimal(BigInt(at * 99), 2),
  s: at % 4 === 0 ? null : `t${at % 9}`,
}))

test('twenty aggregates with conditions of their own give what one alone gives', async () => {
  const table = await tm.read(rows(data, { schema }))
  const ks = [0, 1, 2, 3, 4, 9]
  const wide = table.groupBy('g').agg(r =>
    Object.fromEntries(
      ks.flatMap(k => [
        [`n${k}`, count().where(r.k.eq(k))],
        [`c${k}`, r.i.count().where(r.k.eq(k))],
        [`sum${k}`, r.i.sum().where(r.k.eq(k))],
        [`real${k}`, r.x.sum().where(r.k.eq(k))],
        [`money${k}`, r.m.sum().where(r.k.eq(k))],
        [`min${k}`, r.s.min().where(r.k.eq(k))],
        [`max${k}`, r.x.max().where(r.k.eq(k))],
        [`mean${k}`, r.i.mean().where(r.k.eq(k))],
        [`share${k}`, r.i.sum().div(count()).where(r.k.eq(k))],
        [`twice${k}`, r.x.max().where(r.k.eq(k)).where(r.x.lt(50))],
        [`deviation${k}`, r.i.stddev().where(r.k.eq(k))],
      ]),
    ),
  )
  expect(String(await wide.explain())).toContain('CASE WHEN')
  const all = (await wide.sort('g').rows()) as Readonly<Record<string, unknown>>[]
  for (const k of ks) {
    const narrow = table
      .groupBy('g')
      .agg(r => ({
        n: count().where(r.k.eq(k)),
        c: r.i.count().where(r.k.eq(k)),
        sum: r.i.sum().where(r.k.eq(k)),
        real: r.x.sum().where(r.k.eq(k)),
        money: r.m.sum().where(r.k.eq(k)),
        min: r.s.min().where(r.k.eq(k)),
        max: r.x.max().where(r.k.eq(k)),
        mean: r.i.mean().where(r.k.eq(k)),
        share: r.i.sum().div(count()).where(r.k.eq(k)),
        twice: r.x.max().where(r.k.eq(k)).where(r.x.lt(50)),
        deviation: r.i.stddev().where(r.k.eq(k)),
      }))
      .sort('g')
    for (const [at, one] of (await narrow.rows()).entries()) {
      const found = Object.fromEntries(Object.keys(one).map(name => [name, name === 'g' ? all[at]?.['g'] : all[at]?.[`${name}${k}`]]))
      expect(found).toEqual({ ...one })
    }
  }
})

test('a row that the condition leaves out raises no error', async () => {
  const table = await tm.read(rows([{ a: 1 }, { a: 0 }], { schema: { a: 'int64' } }))
  const totals = table.agg(r =>
    Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`x${at}`, r.a.add(7).mod(r.a).sum().where(r.a.ne(0))])),
  )
  expect(await totals.rows()).toEqual([Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`x${at}`, 0]))])
})
