/** Joins of every kind. */
import { buildCondition } from '../../expr/index.ts'
import { type JoinHow, type Plan, verbs } from '../../plan/index.ts'
import { expectRows } from '../expect.ts'
import type { Case } from '../suite.ts'
import { type EngineContext, order, type Row, valuesOf } from './context.ts'

const wanted: Readonly<Record<JoinHow, readonly (readonly unknown[])[]>> = {
  inner: [
    [1, 'l1', 'r1', 10],
    [1, 'l1', 'r1b', 11],
  ],
  left: [
    [1, 'l1', 'r1', 10],
    [1, 'l1', 'r1b', 11],
    [2, 'l2', null, null],
    [null, 'l3', null, null],
  ],
  right: [
    [1, 'l1', 'r1', 10],
    [1, 'l1', 'r1b', 11],
    [3, null, 'r3', 13],
    [null, null, 'rn', 12],
  ],
  full: [
    [1, 'l1', 'r1', 10],
    [1, 'l1', 'r1b', 11],
    [2, 'l2', null, null],
    [3, null, 'r3', 13],
    [null, 'l3', null, null],
    [null, null, 'rn', 12],
  ],
  semi: [[1, 'l1']],
  anti: [
    [2, 'l2'],
    [null, 'l3'],
  ],
}

async function sides({ table }: EngineContext): Promise<readonly [Plan, Plan]> {
  const left = await table({ id: 'int64?', name: 'string' }, [
    [1, 'l1'],
    [2, 'l2'],
    [null, 'l3'],
  ])
  const right = await table({ id: 'int64?', name: 'string', amount: 'int64' }, [
    [1, 'r1', 10],
    [1, 'r1b', 11],
    [null, 'rn', 12],
    [3, 'r3', 13],
  ])
  return [left, right]
}

export const joinCases: readonly Case<EngineContext>[] = [
  ...Object.entries(wanted).map(
    ([how, rows]): Case<EngineContext> => ({
      name: `${how} join: repeated keys multiply, NULL keys meet nothing, names that both have get the suffix`,
      async run(context) {
        const [left, right] = await sides(context)
        const joined = verbs.join(left, { other: right, on: [['id', 'id']], how: how as JoinHow, suffix: 'Other' })
        const by = joined.fields.map(field => field.name)
        expectRows(await valuesOf(context.engine, order(joined, ...by)), rows)
      },
    }),
  ),
  {
    name: 'a join by two keys of different names',
    async run({ engine, table }) {
      const left = await table({ a: 'string', b: 'int64', x: 'int64' }, [
        ['p', 1, 1],
        ['p', 2, 2],
        ['q', 1, 3],
      ])
      const right = await table({ c: 'string', d: 'int64', y: 'int64' }, [
        ['p', 2, 20],
        ['q', 1, 30],
        ['q', 2, 40],
      ])
      const joined = verbs.join(left, {
        other: right,
        on: [
          ['a', 'c'],
          ['b', 'd'],
        ],
      })
      expectRows(await valuesOf(engine, order(joined, 'x')), [
        ['p', 2, 2, 20],
        ['q', 1, 3, 30],
      ])
    },
  },
  {
    name: 'as keys NaN equals NaN and 0 equals -0',
    async run({ engine, table }) {
      const left = await table({ k: 'float64?', a: 'int64' }, [
        [Number.NaN, 1],
        [null, 2],
        [-0, 3],
      ])
      const right = await table({ k: 'float64?', b: 'int64' }, [
        [Number.NaN, 1],
        [null, 2],
        [0, 3],
      ])
      const rows = await valuesOf(engine, order(verbs.join(left, { other: right, on: [['k', 'k']] }), 'a'))
      expectRows(
        rows.map(row => row.slice(1)),
        [
          [1, 1],
          [3, 3],
        ],
      )
    },
  },
  {
    name: 'a join by any condition, and every row with every row',
    async run({ engine, table }) {
      const left = await table({ a: 'int64' }, [[1], [2], [3]])
      const right = await table({ b: 'int64' }, [[2], [3]])
      const all = verbs.joinWhere(left, { other: right })
      const less = buildCondition('joinWhere', all.fields, false, ['column'], (r: Row) => r.a.lt(r.b))
      expectRows(await valuesOf(engine, order(all, 'a', 'b')), [
        [1, 2],
        [1, 3],
        [2, 2],
        [2, 3],
        [3, 2],
        [3, 3],
      ])
      expectRows(await valuesOf(engine, order(verbs.joinWhere(left, { other: right, where: less }), 'a', 'b')), [
        [1, 2],
        [1, 3],
        [2, 3],
      ])
    },
  },
  {
    name: 'a table joins itself',
    async run({ engine, table }) {
      const plan = await table({ id: 'int64', boss: 'int64?' }, [
        [1, null],
        [2, 1],
        [3, 1],
      ])
      const joined = verbs.join(plan, { other: plan, on: [['boss', 'id']], suffix: 'Of' })
      expectRows(await valuesOf(engine, order(joined, 'id')), [
        [2, 1, null],
        [3, 1, null],
      ])
    },
  },
]
