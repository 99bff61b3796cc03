import { count } from '../../../src/index.ts'
import { none, type VerbGroup } from './types.ts'

export const groupVerbs: VerbGroup = {
  title: 'Group and summarise',
  verbs: [
    {
      name: 'groupBy',
      nulls: 'NULL is a key of its own; aggregates leave NULLs out, and are NULL of nothing but NULLs.',
      order: none,
      example: ({ orders }) =>
        orders
          .groupBy('region')
          .agg(r => ({ n: count(), total: r.amount.sum() }))
          .sort('region'),
    },
    {
      name: 'agg',
      nulls: 'As of `groupBy`: of an empty table counts are 0, the others NULL.',
      order: 'One row.',
      example: ({ orders }) => orders.agg(r => ({ n: count(), mean: r.amount.mean() })),
    },
    {
      name: 'rollup',
      nulls: 'A key left out is NULL; `level` tells it from a key that is NULL.',
      order: none,
      example: ({ orders }) =>
        orders
          .groupBy('region')
          .rollup(r => ({ total: r.amount.sum() }), { level: 'level' })
          .sort('level', 'region'),
    },
    {
      name: 'cube',
      nulls: 'As of `rollup`.',
      order: none,
      example: ({ orders }) =>
        orders
          .filter(r => r.id.lt(4))
          .groupBy('region', 'status')
          .cube(() => ({ n: count() }))
          .sort('region', 'status'),
    },
    {
      name: 'groupingSets',
      nulls: 'As of `rollup`.',
      order: none,
      example: ({ orders }) =>
        orders
          .groupBy('region', 'status')
          .groupingSets([['region'], []], () => ({ n: count() }))
          .sort('region'),
    },
    {
      name: 'mapGroups',
      nulls: 'Your function sees null.',
      order: 'Rows of a group and groups come in no fixed order.',
      example: ({ orders }) =>
        orders
          .groupBy('region')
          .mapGroups(
            ({ region }, rows) => [
              {
                region,
                ids: [...rows]
                  .map(row => row.id)
                  .sort((a, b) => a - b)
                  .join(' '),
              },
            ],
            { schema: { region: 'string', ids: 'string' } },
          )
          .sort('region'),
    },
    {
      name: 'valueCounts',
      nulls: 'NULL is counted as a value.',
      order: 'The most frequent first.',
      example: ({ orders }) => orders.valueCounts('region'),
    },
    {
      name: 'nullCounts',
      nulls: 'They are what is counted; NaN is none.',
      order: 'As the columns stand.',
      example: ({ customers }) => customers.nullCounts(),
    },
    {
      name: 'describe',
      nulls: 'They are counted, and left out of the figures.',
      order: 'As the columns stand.',
      example: ({ sales }) => sales.describe({ percentiles: [0.25] }),
    },
    {
      name: 'correlation',
      nulls: 'Of each pair the rows count in which both have a value.',
      order: 'As the columns stand.',
      example: ({ orders }) => orders.correlation({ columns: ['amount', 'quantity'] }),
    },
    {
      name: 'crosstab',
      nulls: 'NULL gets no column; where nothing meets a count is 0.',
      order: 'By the first column.',
      example: ({ orders }) => orders.crosstab('region', 'status'),
    },
    {
      name: 'resample',
      nulls: 'Rows without a moment are left out; empty periods are what `fill` says.',
      order: 'By the groups, then by time.',
      example: ({ trades }) => trades.resample('time', '2s', r => ({ n: count(), mean: r.price.mean() })),
    },
  ],
}
