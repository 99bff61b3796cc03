/** Rows in, rows out: what every step of a plan promises. */
import assert from 'node:assert/strict'
import { valueAt } from '../../batch/index.ts'
import { rank } from '../../expr/index.ts'
import { verbs } from '../../plan/index.ts'
import { list, oneOf, printType, struct } from '../../schema/index.ts'
import { expectRows } from '../expect.ts'
import type { Case } from '../suite.ts'
import { add, batchesOf, type EngineContext, group, order, select, valuesOf, where } from './context.ts'

const people = { id: 'int64', name: 'string?', age: 'float64?' } as const
const someone = [
  [1, 'Ann', 31],
  [2, null, 17],
  [3, 'Bo', null],
  [4, 'ann', 31],
] as const

export const tableCases: readonly Case<EngineContext>[] = [
  {
    name: 'staged rows of every type come back as they were, NULLs too',
    async run({ engine, table }) {
      const schema = {
        yes: 'boolean?',
        small: 'int32?',
        whole: 'int64?',
        large: 'bigint?',
        float: 'float64?',
        text: 'string?',
        day: 'date?',
        clock: 'datetime?',
        instant: 'timestamp?',
        bytes: 'bytes?',
        kind: oneOf('a', 'b').nullable(),
        items: list('int64').nullable(),
        part: struct({ x: 'float64', y: 'string?' }).nullable(),
      } as const
      const rows = [
        [
          true,
          2147483647,
          Number.MAX_SAFE_INTEGER,
          9223372036854775807n,
          0.1,
          '',
          '2026-11-21',
          '2026-11-21T10:20:30.123456',
          1795256430123456n,
          new Uint8Array([0, 255]),
          'a',
          [1, 2],
          { x: 1.5, y: 'z' },
        ],
        [
          false,
          -2147483648,
          Number.MIN_SAFE_INTEGER,
          -9223372036854775808n,
          Number.NEGATIVE_INFINITY,
          'it\'s \\ "q" \u0000 \n 😀 é',
          '0001-01-01',
          '1969-12-31T23:59:59.999999',
          -1n,
          new Uint8Array(),
          'b',
          [],
          { x: -0.5, y: null },
        ],
        Object.keys(schema).map(() => null),
        [
          true,
          0,
          0,
          0n,
          Number.NaN,
          'a text that is longer than twelve bytes',
          '9999-12-31',
          '2000-02-29T00:00:00',
          0n,
          new Uint8Array(300).fill(7),
          'a',
          [-1],
          { x: 0, y: '' },
        ],
      ]
      const plan = await table(schema, rows)
      const got = await valuesOf(engine, plan)
      const wanted: unknown[][] = []
      for await (const batch of batchesOf(schema, rows))
        for (let i = 0; i < batch.rows; i++) wanted.push(batch.columns.map(column => valueAt(column, i)))
      expectRows(got, wanted)
    },
  },
  {
    name: 'a table without rows has its columns and gives none',
    async run({ engine, table }) {
      const plan = await table(people, [])
      assert.deepEqual(
        plan.fields.map(field => `${field.name} ${printType(field.type)} ${field.nullable}`),
        ['id int64 false', 'name string true', 'age float64 true'],
      )
      expectRows(await valuesOf(engine, plan), [])
      expectRows(
        await valuesOf(
          engine,
          where(plan, r => r.age.gt(1)),
        ),
        [],
      )
      expectRows(
        await valuesOf(
          engine,
          group(plan, [], r => ({ n: r.id.count(), s: r.age.sum() })),
        ),
        [[0, null]],
      )
      expectRows(
        await valuesOf(
          engine,
          group(plan, ['name'], r => ({ n: r.id.count() })),
        ),
        [],
      )
    },
  },
  {
    name: 'many rows keep their order, and every batch has the columns of the plan',
    async run({ engine, table }) {
      const rows = Array.from({ length: 50_000 }, (_, i) => [i, `row ${i}`, i / 7])
      const plan = await table(people, rows)
      let next = 0
      for await (const batch of engine.run(plan)) {
        assert.deepEqual(batch.fields, plan.fields)
        next += batch.rows
      }
      assert.equal(next, rows.length)
      expectRows(await valuesOf(engine, plan), rows)
    },
  },
  {
    name: 'a filter keeps the rows where its condition is true: not false, not NULL',
    async run({ engine, table }) {
      const plan = await table(people, someone)
      expectRows(
        await valuesOf(
          engine,
          where(plan, r => r.age.gt(20)),
        ),
        [someone[0], someone[3]],
      )
      expectRows(
        await valuesOf(
          engine,
          where(plan, r => r.age.gt(20).not()),
        ),
        [someone[1]],
      )
      expectRows(
        await valuesOf(
          engine,
          where(plan, r => r.name.eq('Ann').or(r.name.isNull())),
        ),
        [someone[0], someone[1]],
      )
    },
  },
  {
    name: 'columns can be computed, replaced, dropped and renamed',
    async run({ engine, table }) {
      const plan = await table(people, someone)
      const next = add(plan, r => ({ age: r.age.add(1), old: r.age.gte(18) }))
      const named = verbs.rename(verbs.drop(next, { columns: ['name'] }), { names: { id: 'key' } })
      assert.deepEqual(
        named.fields.map(field => field.name),
        ['key', 'age', 'old'],
      )
      expectRows(await valuesOf(engine, named), [
        [1, 32, true],
        [2, 18, false],
        [3, null, null],
        [4, 32, true],
      ])
    },
  },
  {
    name: 'names may hold quotes, blanks, commas and words of SQL',
    async run({ engine, table }) {
      const names = ['select', 'a "b"', "c'd", 'e, f', 'g;--', 'ü 😀', 'from']
      const plan = await table(Object.fromEntries(names.map(name => [name, 'int64' as const])), [names.map((_, i) => i)])
      const sum = select(plan, r => ({ 'group by': r['a "b"'].add(r["c'd"]), from: r.from, 'ü 😀': r['ü 😀'] }))
      expectRows(await valuesOf(engine, sum), [[3, 6, 5]])
      expectRows(
        await valuesOf(
          engine,
          order(
            group(plan, ['g;--'], r => ({ max: r['e, f'].max() })),
            'max',
          ),
        ),
        [[4, 3]],
      )
    },
  },
  {
    name: 'names that differ by case only are two columns',
    async run({ engine, table }) {
      const left = await table({ id: 'int64', Name: 'string' }, [[1, 'L']])
      const right = await table({ id: 'int64', name: 'string' }, [[1, 'r']])
      const both = verbs.join(left, { other: right, on: [['id', 'id']] })
      expectRows(await valuesOf(engine, both), [[1, 'L', 'r']])
      expectRows(
        await valuesOf(
          engine,
          select(both, r => ({ NAME: r.Name, name: r.name })),
        ),
        [['L', 'r']],
      )
    },
  },
  {
    name: 'groups: a NULL is a key like any other, NaN is one key, and 0 and -0 are the same',
    async run({ engine, table }) {
      const plan = await table({ k: 'float64?', x: 'int64' }, [
        [Number.NaN, 1],
        [null, 2],
        [-0, 4],
        [Number.NaN, 8],
        [0, 16],
        [null, 32],
      ])
      const sums = await valuesOf(
        engine,
        order(
          group(plan, ['k'], r => ({ x: r.x.sum() })),
          'k',
        ),
      )
      // -0 or 0, whichever comes first, may stand for both.
      expectRows(
        sums.map(([k, x]) => [k === 0 ? 0 : k, x]),
        [
          [0, 20],
          [Number.NaN, 9],
          [null, 34],
        ],
      )
    },
  },
  {
    name: 'distinct keeps one of each',
    async run({ engine, table }) {
      const plan = await table({ a: 'string?', b: 'int64?' }, [
        ['x', 1],
        ['x', 1],
        [null, 1],
        [null, 1],
        ['x', null],
        ['x', 1],
      ])
      expectRows(await valuesOf(engine, order(verbs.distinct(plan, { columns: [] }), 'a', 'b')), [
        ['x', 1],
        ['x', null],
        [null, 1],
      ])
    },
  },
  {
    name: 'a sort puts NULLs last in both directions, NaN after every number, and follows each key in turn',
    async run({ engine, table }) {
      const plan = await table({ x: 'float64?', id: 'int64' }, [
        [null, 1],
        [Number.NaN, 2],
        [1, 3],
        [Number.POSITIVE_INFINITY, 4],
        [-0, 5],
        [1, 6],
      ])
      const ids = async (...by: Parameters<typeof order> extends [unknown, ...infer B] ? B : never): Promise<unknown[]> =>
        (await valuesOf(engine, order(plan, ...by))).map(row => row[1])
      assert.deepEqual(await ids('x', 'id'), [5, 3, 6, 4, 2, 1])
      assert.deepEqual(
        await ids(
          r => r.x.desc(),
          r => r.id.desc(),
        ),
        [2, 4, 6, 3, 5, 1],
      )
      assert.deepEqual(await ids(r => r.x.asc({ nulls: 'first' }), 'id'), [1, 5, 3, 6, 4, 2])
    },
  },
  {
    name: 'texts are in the order of their code points',
    async run({ engine, table }) {
      const texts = ['', 'B', 'Z', 'a', 'b', 'é', '\uff5e', '😀']
      const plan = await table(
        { s: 'string' },
        [...texts].reverse().map(text => [text]),
      )
      expectRows(
        await valuesOf(engine, order(plan, 's')),
        texts.map(text => [text]),
      )
      expectRows(
        await valuesOf(
          engine,
          order(
            where(plan, r => r.s.gt('é')),
            's',
          ),
        ),
        [['\uff5e'], ['😀']],
      )
    },
  },
  {
    name: 'a limit after a sort gives the first rows, after so many',
    async run({ engine, table }) {
      const rows = Array.from({ length: 5000 }, (_, i) => [(i * 7919) % 5000])
      const plan = order(await table({ x: 'int64' }, rows), r => r.x.desc())
      expectRows(await valuesOf(engine, verbs.limit(plan, { rows: 3 })), [[4999], [4998], [4997]])
      expectRows(await valuesOf(engine, verbs.limit(plan, { rows: 2, offset: 4998 })), [[1], [0]])
      expectRows(await valuesOf(engine, verbs.limit(plan, { rows: 10, offset: 4999 })), [[0]])
      expectRows(await valuesOf(engine, verbs.limit(plan, { rows: 0 })), [])
      assert.equal(
        (
          await valuesOf(
            engine,
            where(verbs.limit(plan, { rows: 100 }), r => r.x.lt(4950)),
          )
        ).length,
        50,
      )
    },
  },
  {
    name: 'a union has the rows of all, with columns matched by name',
    async run({ engine, table }) {
      const one = await table({ a: 'int64', b: 'string' }, [[1, 'x']])
      const two = await table({ b: 'string', a: 'int64' }, [
        ['y', 2],
        ['x', 1],
      ])
      expectRows(await valuesOf(engine, order(verbs.union(one, { other: two }), 'a', 'b')), [
        [1, 'x'],
        [1, 'x'],
        [2, 'y'],
      ])
    },
  },
  {
    name: 'explode gives a row per item, none for an empty or a NULL list, and keeps NULL items',
    async run({ engine, table }) {
      const plan = await table({ id: 'int64', items: list('int64').nullable() }, [
        [1, [10, 20]],
        [2, []],
        [3, null],
        [4, [null, 40]],
      ])
      expectRows(await valuesOf(engine, verbs.explode(plan, { column: 'items' })), [
        [1, 10],
        [1, 20],
        [4, null],
        [4, 40],
      ])
    },
  },
  {
    name: 'a window looks at the rows of its part',
    async run({ engine, table }) {
      const plan = await table({ g: 'string', x: 'int64?' }, [
        ['a', 3],
        ['a', null],
        ['a', 3],
        ['a', 1],
        ['b', null],
      ])
      const ranked = add(plan, r => ({
        rank: rank().over({ partitionBy: r.g, orderBy: r.x.desc() }),
        total: r.x.sum().over({ partitionBy: r.g }),
      }))
      expectRows(await valuesOf(engine, order(ranked, 'g', 'rank')), [
        ['a', 3, 1, 7],
        ['a', 3, 1, 7],
        ['a', 1, 3, 7],
        ['a', null, 4, 7],
        ['b', null, 1, null],
      ])
      expectRows(
        await valuesOf(
          engine,
          where(ranked, r => r.rank.eq(3)),
        ),
        [['a', 1, 3, 7]],
      )
    },
  },
]
