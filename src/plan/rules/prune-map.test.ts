import { expect, test } from 'vitest'
import type { FaultPolicy } from '../../workers/index.ts'
import type { MapNode, Plan } from '../nodes.ts'
import { optimise } from '../optimise.ts'
import { timedMap } from '../timed-map.ts'
import { verbs } from '../verbs/index.ts'
import { callNode, columnNode, literalNode } from '../../expr/index.ts'

const field = (name: string): Plan['fields'][number] => ({ name, type: 'int64', nullable: false })
const fields = ['a', 'b', 'c', 'd'].map(field)
const table = verbs.scan({ kind: 'rows', options: {} }, fields)

function mapped(
  reads: readonly string[] | undefined,
  more: { readonly mode?: MapNode['mode']; readonly policy?: FaultPolicy; readonly input?: Plan } = {},
): MapNode {
  const { mode = 'each', policy, input = table } = more
  const fn = { name: 'f', module: '', hash: 'h', ...(reads === undefined ? {} : { reads }) }
  return verbs.map(input, { mode, fn, declared: [field('y')], ...(policy === undefined ? {} : { policy }) }) as MapNode
}
function given(plan: Plan): readonly string[] {
  const { input } = optimise(plan) as MapNode
  return input.fields.map(({ name }) => name)
}

test('a function gets the columns it reads, in the order of the table, and no others are read', () => {
  expect(given(mapped(['c', 'a', 'unknown']))).toEqual(['a', 'c'])
  expect(given(mapped(undefined))).toEqual(['a', 'b', 'c', 'd'])
})

test('a function that reads no column still gets its rows', () => {
  expect(given(mapped([]))).toHaveLength(1)
})

test('a column that only a filter before the function needs does not reach it', () => {
  const input = verbs.filter(table, { where: callNode('gt', [columnNode(field('d')), literalNode(1)]) })
  const { input: before } = optimise(mapped(['a'], { input })) as MapNode
  expect(before.fields.map(({ name }) => name)).toEqual(['a'])
  const sum = verbs.filter(verbs.limit(table, { rows: 5, offset: 0 }), { where: callNode('gt', [columnNode(field('d')), literalNode(1)]) })
  expect(given(mapped(['b'], { input: sum }))).toEqual(['b'])
})

test('rows whose values are kept or shown when they fail are whole', () => {
  expect(given(mapped(['a'], { policy: { onError: 'quarantine', path: 'bad.ndjson' } }))).toHaveLength(4)
  expect(given(mapped(['a'], { policy: { onError: 'fail', showValues: true } }))).toHaveLength(4)
  expect(given(mapped(['a'], { policy: { onError: 'skip' } }))).toEqual(['a'])
})

test('a batch that is asked for a column that is not there can tell all that are', () => {
  expect(given(mapped(['a', 'x'], { mode: 'batch' }))).toHaveLength(4)
  expect(given(mapped(['a'], { mode: 'batch' }))).toEqual(['a'])
})

test('what wraps a function does not read what the function reads', () => {
  const timed = timedMap(mapped(['a']), verbs.scan({ kind: 'rows', options: {} }, [...fields, field('time')]), field('time'))
  expect(given(timed)).toEqual(['a', 'b', 'c', 'd', 'time'])
})
