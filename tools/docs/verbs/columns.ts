import { structOf } from '../../../src/index.ts'
import { kept, keptBehindWindows, type VerbGroup } from './types.ts'

export const columnVerbs: VerbGroup = {
  title: 'Choose and make columns',
  verbs: [
    {
      name: 'select',
      nulls: 'They stay.',
      order: keptBehindWindows,
      example: ({ orders }) => orders.select('id', r => ({ total: r.amount.mul(r.quantity) })).head(3),
    },
    { name: 'drop', nulls: 'They stay.', order: kept, example: ({ customers }) => customers.drop('email') },
    { name: 'rename', nulls: 'They stay.', order: kept, example: ({ sales }) => sales.rename({ jan: 'january' }) },
    { name: 'reorder', nulls: 'They stay.', order: kept, example: ({ sales }) => sales.reorder('feb') },
    { name: 'selectTypes', nulls: 'They stay.', order: kept, example: ({ orders }) => orders.selectTypes('number').head(2) },
    {
      name: 'withColumns',
      nulls: 'An expression with a NULL is NULL, unless its function says otherwise.',
      order: keptBehindWindows,
      example: ({ sales }) => sales.withColumns(r => ({ growth: r.feb.div(r.jan).sub(1).round(2) })),
    },
    {
      name: 'cast',
      nulls: 'They stay NULL in every type.',
      order: kept,
      example: ({ january }) => january.cast({ id: 'string', amount: 'decimal(10,2)' }),
    },
    {
      name: 'tryCast',
      nulls: 'They stay, and values that do not fit join them.',
      order: kept,
      example: ({ customers }) => customers.select('name', 'city').tryCast({ city: 'int32' }),
    },
    {
      name: 'as',
      nulls: 'A NULL in a column declared without `?` is schema.not-null when it is read.',
      order: kept,
      example: ({ january }) => january.as({ amount: 'decimal(10,2)', id: 'int64' }),
    },
    {
      name: 'unnest',
      nulls: 'Where the struct is NULL, all its columns are.',
      order: kept,
      example: ({ sales }) => sales.select('city', r => ({ sold: structOf({ jan: r.jan, feb: r.feb }) })).unnest('sold', { prefix: 'in_' }),
    },
  ],
}
