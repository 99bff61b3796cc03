import { expect, test } from 'vitest'
import { callNode, columnNode, type ExprNode, functions, someNode } from '../expr/index.ts'
import { missingTypes } from './missing-types.ts'
import { conformanceCases, readCase, semantics } from './index.ts'
import { canonical } from './canonical.ts'
import { compareCase } from './read-case.ts'
import { calendarDate, decimal, timestampOf } from '../schema/index.ts'

const all = conformanceCases.map(one => ({ one, name: one.name, read: readCase(one) }))

test('every function of the table has a case', () => {
  const seen = new Set<string>()
  for (const { read } of all) {
    const nodes: readonly ExprNode[] = [
      ...Object.values(read.exprs),
      ...(read.where === undefined ? [] : [read.where]),
      ...(read.by ?? []).map(by => by.expr),
    ]
    for (const node of nodes) someNode(node, part => (seen.add(part.op), false))
  }
  expect(Object.keys(functions).filter(name => !seen.has(name))).toEqual([])
})

test('every function has a case for each type that it takes', () => {
  const nodes = all.flatMap(({ read }) => [
    ...Object.values(read.exprs),
    ...(read.where === undefined ? [] : [read.where]),
    ...(read.by ?? []).map(by => by.expr),
  ])
  expect(missingTypes(nodes)).toEqual([])
})

test('a function without a case for a type is found', () => {
  const x = columnNode({ name: 'x', type: 'int64', nullable: false })
  expect(missingTypes([callNode('sqrt', [x])])).toContain('sqrt of float32')
  expect(missingTypes([callNode('sqrt', [x])])).not.toContain('sqrt of int64')
  expect(missingTypes([callNode('sqrt', [x])])).not.toContain('sqrt of string')
})

test('every rule has cases or says where it is tested, and every case has a rule', () => {
  expect(semantics.filter(rule => rule.cases.length === 0 && rule.elsewhere === undefined).map(rule => rule.id)).toEqual([])
  const rules = new Set(semantics.map(rule => rule.id))
  expect(conformanceCases.filter(one => !rules.has(one.rule)).map(one => `${one.name}: ${one.rule}`)).toEqual([])
  expect(rules.size).toBe(semantics.length)
})

test('names are unique, results are as wide as their columns and say NULL only where a column can hold one', () => {
  expect(new Set(conformanceCases.map(one => one.name)).size).toBe(conformanceCases.length)
  for (const { one, read } of all) {
    for (const row of one.table.rows) expect([one.name, row.length]).toEqual([one.name, read.schema.length])
    for (const row of one.want) {
      expect([one.name, row.length]).toEqual([one.name, read.fields.length])
      const wrong = row.flatMap((text, column) =>
        text === 'NULL' && read.fields[column]?.nullable !== true ? [read.fields[column]?.name] : [],
      )
      expect([one.name, wrong]).toEqual([one.name, []])
    }
  }
})

test('expressions of cases are plain data', () => {
  for (const { read } of all) for (const node of Object.values(read.exprs)) expect(JSON.parse(JSON.stringify(node))).toEqual(node)
})

test('canonical text of physical values and of the user’s values is the same', () => {
  expect([canonical(0.1 + 0.2, 'float64'), canonical(-0, 'float64'), canonical(Number.NaN, 'float64')]).toEqual(['0.3', '0', 'NaN'])
  expect([canonical(20413, 'date'), canonical(calendarDate(2025, 11, 21), 'date')]).toEqual(['2025-11-21', '2025-11-21'])
  expect([canonical(-1n, 'timestamp'), canonical(timestampOf(-1n), 'timestamp')]).toEqual([
    '1969-12-31T23:59:59.999999Z',
    '1969-12-31T23:59:59.999999Z',
  ])
  expect([canonical(-105n, { decimal: [5, 2] }), canonical(decimal(-105n, 2), { decimal: [5, 2] })]).toEqual(['-1.05', '-1.05'])
  expect(canonical(['a', null, 'b,c'], { list: 'string' })).toBe('["a",NULL,"b,c"]')
  expect(canonical([1n, null], { list: 'int64' })).toBe('[1,NULL]')
  expect(canonical(9007199254740993n, 'int64')).toBe('9007199254740993')
})

test('a wrong result is told with its column, a right one is none', () => {
  const one = conformanceCases.find(other => other.name === 'division of integers is real division')
  if (one === undefined) throw new Error('no case')
  const { fields } = readCase(one)
  const right = [3.5, -3.5, Infinity, Number.NaN, -Infinity, null].map(value => [value])
  expect(compareCase(one, fields, right)).toBeUndefined()
  expect(compareCase(one, fields, right.toReversed())).toBeUndefined()
  expect(compareCase({ ...one, ordered: true }, fields, right.toReversed())).toMatch(/d is NULL instead of 3.5/)
  expect(compareCase(one, fields, right.slice(1))).toBe('5 rows instead of 6')
  expect(compareCase(one, fields, [[3.6], ...right.slice(1)])).toMatch(/d is 3.6 instead of 3.5/)
  expect(compareCase({ ...one, tolerance: 0.1 }, fields, [[3.6], ...right.slice(1)])).toBeUndefined()
})
