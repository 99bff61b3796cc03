import { minMaxScaler } from '../../../src/ml/index.ts'
import { kept, none, type VerbGroup } from './types.ts'

export const shapeVerbs: VerbGroup = {
  title: 'Change the shape',
  verbs: [
    {
      name: 'pivot',
      nulls:
        'Where no row has the value, a count is 0 and other aggregates are NULL. In the row of totals of `margins` an index that is no text is NULL.',
      order: none,
      example: ({ orders }) =>
        orders
          .pivot({ index: 'region', columns: 'status', into: ['paid', 'open'], values: r => r.quantity.sum(), margins: 'All' })
          .sort('region'),
    },
    {
      name: 'pivotAll',
      nulls: 'As of `pivot`; NULL gets no column.',
      order: none,
      example: async ({ orders }) =>
        (await orders.pivotAll({ index: 'region', columns: 'status', values: r => r.quantity.sum() })).sort('region'),
    },
    {
      name: 'unpivot',
      nulls: 'They stay, as rows whose value is NULL.',
      order: none,
      example: ({ sales }) => sales.unpivot({ keep: ['city'], name: 'month', value: 'sold' }).sort('city', 'month'),
    },
    {
      name: 'transpose',
      nulls: 'They stay; a name may not be NULL.',
      order: 'As the columns were, and as the rows were.',
      example: ({ sales }) => sales.transpose({ names: 'city', header: 'month' }),
    },
    {
      name: 'explode',
      nulls: 'An empty or NULL list gives no row, with `outer` one row with NULL.',
      order: 'Items follow one another as in their list.',
      example: ({ orders }) => orders.select('id', 'tags').explode('tags').sort('id', 'tags').head(4),
    },
    {
      name: 'map',
      nulls: 'Your function sees null, and may give it.',
      order: kept,
      example: ({ sales }) => sales.map(row => ({ city: row.city, best: Math.max(row.jan, row.feb) })),
    },
    {
      name: 'flatMap',
      nulls: 'As of `map`.',
      order: kept,
      example: ({ sales }) =>
        sales.flatMap(row => [
          { city: row.city, sold: row.jan },
          { city: row.city, sold: row.feb },
        ]),
    },
    {
      name: 'mapBatches',
      nulls: 'As of `map`.',
      order: kept,
      example: ({ sales }) =>
        sales.mapBatches(batch => Array.from(batch.column('jan'), (jan, row) => ({ total: jan + (batch.column('feb')[row] ?? 0) })), {
          schema: { total: 'float64' },
        }),
    },
    {
      name: 'transform',
      nulls: 'As the model says: see its page.',
      order: kept,
      example: async ({ sales }) => sales.transform(await minMaxScaler().fit(sales, { columns: ['jan'] })),
    },
  ],
}
