import { none, type VerbGroup } from './types.ts'

export const twoTableVerbs: VerbGroup = {
  title: 'Bring tables together',
  verbs: [
    {
      name: 'join',
      nulls: 'A key that is NULL meets nothing, not even NULL; the columns of a side without a partner are NULL.',
      order: none,
      example: ({ orders, customers }) =>
        orders.join(customers, { on: 'customer', how: 'left', validate: 'many-to-one' }).select('id', 'name').sort('id').head(4),
    },
    {
      name: 'joinWhere',
      nulls: 'A condition that is NULL counts as false.',
      order: none,
      example: ({ january, february }) => january.joinWhere(february, (a, b) => a.amount.lt(b.amount), { suffix: '_2' }).sort('id'),
    },
    {
      name: 'crossJoin',
      nulls: 'They stay.',
      order: none,
      example: ({ sales, february }) => sales.select('city').crossJoin(february).sort('city', 'id').head(3),
    },
    {
      name: 'joinAsOf',
      nulls: 'Keys and moments that are NULL have no partner.',
      order: none,
      example: ({ trades, quotes }) =>
        trades.joinAsOf(quotes, { at: 'time', on: 'symbol', within: '5s' }).drop('time').sort('symbol', 'price'),
    },
    {
      name: 'union',
      nulls: "They stay; with `missing: 'null'` columns of one side are NULL in the rows of the other.",
      order: 'No fixed order between the tables.',
      example: ({ january, february }) => january.union(february).sort('id', 'amount'),
    },
    { name: 'intersect', nulls: 'NULL equals NULL here.', order: none, example: ({ january, february }) => january.intersect(february) },
    {
      name: 'except',
      nulls: 'NULL equals NULL here.',
      order: none,
      example: ({ january, february }) => january.except(february).sort('id'),
    },
  ],
}
