import { expect, test } from 'vitest'
import { callNode, literalNode } from '../../../../expr/index.ts'
import type { Plan, Spec } from '../../../../plan/index.ts'
import { schemaOf } from '../../../../schema/index.ts'
import { agg, column } from './fixtures/run.ts'
import { stepLabel } from './index.ts'

const fields = schemaOf({ city: 'string', price: 'float64' })
const source: Spec = { kind: 'follow', options: {} }
const scan: Plan = { node: 'scan', source, fields, open: false }
const price = column(fields, 'price')
const base = { input: scan, fields, open: false } as const

test('a step is called by what it does', () => {
  expect(stepLabel(scan)).toBe('read follow')
  expect(stepLabel({ node: 'filter', ...base, where: callNode('gt', [price, literalNode(100)]) })).toBe('filter price.gt(100)')
  const columns = [
    { name: 'city', expr: column(fields, 'city') },
    { name: 'twice', expr: callNode('mul', [price, literalNode(2)]) },
  ]
  expect(stepLabel({ node: 'project', ...base, columns })).toBe('columns city, twice: price.mul(2)')
  const keyed = { node: 'aggregate', ...base, keys: columns.slice(0, 1), aggs: [agg('n', 'count'), agg('total', 'sum', [price])] } as const
  const window = { kind: 'tumbling', size: 10_000_000, offset: 0, allowed: 0 } as const
  expect(stepLabel({ ...keyed, window })).toBe('window 10s by city: n, total')
  expect(stepLabel({ ...keyed, running: { ttl: 5 } })).toBe('running by city: n, total')
})

test('a long label is cut', () => {
  const columns = Array.from({ length: 40 }, (_, i) => ({ name: `column ${i}`, expr: price }))
  const label = stepLabel({ node: 'project', ...base, columns })
  expect(label).toHaveLength(80)
  expect(label.endsWith('…')).toBe(true)
})
