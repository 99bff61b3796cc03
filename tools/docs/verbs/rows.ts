import { keptBehindWindows, none, type VerbGroup } from './types.ts'

export const rowVerbs: VerbGroup = {
  title: 'Choose rows',
  verbs: [
    {
      name: 'filter',
      nulls: 'A condition that is NULL counts as false: the row goes.',
      order: keptBehindWindows,
      example: ({ orders }) => orders.filter(r => r.amount.gt(50).and(r.status.eq('paid'))).select('id', 'amount'),
    },
    {
      name: 'sort',
      nulls: "They come last, also descending; `desc({ nulls: 'first' })` says otherwise.",
      order: 'By what is given; rows equal in it come in no fixed order.',
      example: ({ orders }) => orders.sort('region', r => r.amount.desc()).select('region', 'amount'),
    },
    {
      name: 'limit',
      nulls: 'They stay.',
      order: 'After `sort` the first rows of it; without, those that come first when it runs.',
      example: ({ orders }) => orders.sort('id').limit(2, { offset: 3 }).select('id', 'region'),
    },
    {
      name: 'head',
      nulls: 'They stay.',
      order: 'As of `limit`.',
      example: ({ orders }) => orders.sort('id').head(2).select('id', 'region'),
    },
    {
      name: 'tail',
      nulls: 'They stay.',
      order: 'The last rows in their order.',
      example: ({ orders }) => orders.sort('id').tail(2).select('id', 'region'),
    },
    {
      name: 'slice',
      nulls: 'They stay.',
      order: 'As of `limit`.',
      example: ({ orders }) => orders.sort('id').slice(-3, -1).select('id', 'region'),
    },
    {
      name: 'topK',
      nulls: 'They come last, so only when there are too few others.',
      order: 'By what is given; groups of `per` one after the other.',
      example: ({ orders }) => orders.topK(1, 'amount', { per: 'region' }).select('region', 'id', 'amount'),
    },
    {
      name: 'sample',
      nulls: 'They stay; with `by`, NULL is a value of its own.',
      order: 'Rows stay in their order; with `replacement` they come as they were drawn.',
      example: ({ orders }) => orders.sort('id').sample({ rows: 3 }, { seed: 42 }).select('id'),
    },
    {
      name: 'split',
      nulls: 'They stay.',
      order: 'Rows stay in their order. The same seed over the same rows gives the same parts.',
      example: ({ orders }) => orders.sort('id').split({ train: 0.75, test: 0.25 }, { seed: 42 }).test.select('id'),
    },
    {
      name: 'distinct',
      nulls: 'NULL equals NULL here.',
      order: none,
      example: ({ orders }) => orders.distinct('region', { keep: 'last', orderBy: 'placed' }).sort('region').select('region', 'id'),
    },
    {
      name: 'withRowIndex',
      nulls: 'They stay.',
      order: 'Numbers follow the order there is: after `sort`, that one.',
      example: ({ sales }) => sales.sort('city').withRowIndex('place', { from: 1 }),
    },
    {
      name: 'pipe',
      nulls: 'What your function does.',
      order: 'What your function does.',
      example: ({ orders }) => orders.pipe(table => table.filter(r => r.quantity.gt(4)).select('id', 'quantity')).sort('id'),
    },
  ],
}
