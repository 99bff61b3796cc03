import { kept, keptBehindWindows, type VerbGroup } from './types.ts'

export const valueVerbs: VerbGroup = {
  title: 'Clean values',
  verbs: [
    {
      name: 'fillNull',
      nulls: 'They are what is replaced; where there is nothing to take, they stay.',
      order: keptBehindWindows,
      example: ({ orders }) =>
        orders.fillNull(['amount'], { strategy: 'forward', orderBy: 'placed' }).sort('placed').select('id', 'amount').head(4),
    },
    {
      name: 'dropNulls',
      nulls: 'Rows that have one go. NaN is no NULL.',
      order: kept,
      example: ({ customers }) => customers.dropNulls('city').select('name', 'city'),
    },
    {
      name: 'replace',
      nulls: '`[null, value]` replaces them, `[value, null]` makes them.',
      order: kept,
      example: ({ orders }) =>
        orders
          .replace({ status: [['lost', null]] })
          .select('id', 'status')
          .sort('id')
          .head(4),
    },
    {
      name: 'clip',
      nulls: 'They stay; NaN counts as above.',
      order: kept,
      example: ({ orders }) =>
        orders
          .clip({ quantity: [2, 4] })
          .select('id', 'quantity')
          .sort('id')
          .head(4),
    },
    {
      name: 'cut',
      nulls: 'NULL, NaN and what lies outside give NULL.',
      order: kept,
      example: ({ orders }) =>
        orders
          .cut('quantity', [0, 1, 4, Infinity], { into: 'size', labels: ['one', 'some', 'big'] })
          .select('quantity', 'size')
          .sort('quantity')
          .head(4),
    },
    {
      name: 'qcut',
      nulls: 'NULL and NaN give NULL and do not count.',
      order: keptBehindWindows,
      example: ({ orders }) =>
        orders
          .qcut('amount', 2, { into: 'half', labels: ['low', 'high'] })
          .select('amount', 'half')
          .sort('amount'),
    },
  ],
}
