import { expect, test } from 'vitest'
import { buildExprs, callNode, columnNode, functions, literalNode } from '../expr/index.ts'
import type { Schema } from '../schema/index.ts'
import { cut, withHops } from './cut.ts'
import { explainPlan } from './explain.ts'
import { fingerprint } from './fingerprint.ts'
import { gaps } from './gaps.ts'
import { nodesOf, rewrite } from './inputs.ts'
import { lower } from './lower.ts'
import type { Plan, ScanNode } from './nodes.ts'
import { printPlan } from './print.ts'
import type { Capabilities, Transform } from './seams.ts'
import { verbs } from './verbs/index.ts'

const float = (name: string) => ({ name, type: 'float64', nullable: false }) as const
const x = columnNode(float('x'))
const schema: Schema = [float('x'), { name: 'k', type: 'string', nullable: true }]
const here = { file: '/home/me/report.ts', line: 12, column: 3 }
const table = (path: string, kind = 'csv'): Plan => verbs.scan({ kind, options: { path } }, schema, here)
const fn = (hash: string) => ({ name: 'score', module: '', hash })
const map = (input: Plan): Plan => verbs.map(input, { mode: 'each', fn: fn('h'), declared: schema }, here)
const more = (input: Plan): Plan => verbs.filter(input, { where: callNode('gt', [x, literalNode(1)]) }, here)

const native = { scan: 'native', filter: 'native', project: 'native', join: 'native', limit: 'native', aggregate: 'native' } as const
const able: Capabilities = {
  nodes: { ...native, map: 'beside', transform: 'beside', split: { missing: 'never', reason: 'rows have no order there' } },
  functions: Object.fromEntries(Object.keys(functions).map(name => [name, 'native'])),
  sources: { csv: 'native', lines: 'opened' },
  sinks: {},
}
const scaler: Transform = {
  kind: 'scaler',
  state: { mean: 1 },
  needs: [float('x')],
  adds: [float('x'), float('y')],
  code: { url: '', export: '', hash: '' },
  steps: () => [{ half: callNode('div', [x, literalNode(2)]) }, { y: columnNode(float('half')), x: callNode('sub', [x, literalNode(1)]) }],
}

test('the fingerprint is of what is computed, not of where it was written', () => {
  const one = more(table('a.csv'))
  expect(fingerprint(one)).toMatch(/^[0-9a-f]{64}$/)
  const elsewhere = rewrite(one, node => ({ ...node, at: { file: 'b', line: 1, column: 1 } }))
  expect(fingerprint(elsewhere)).toBe(fingerprint(one))
  expect(fingerprint(more(table('b.csv')))).not.toBe(fingerprint(one))
  expect(fingerprint(verbs.filter(table('a.csv'), { where: callNode('gt', [x, literalNode(2)]) }))).not.toBe(fingerprint(one))
  expect(fingerprint(verbs.map(one, { mode: 'each', fn: fn('other') }))).not.toBe(
    fingerprint(verbs.map(one, { mode: 'each', fn: fn('h') })),
  )
})

test('the fingerprint tells values of rows apart', () => {
  const rows = (value: unknown): string => fingerprint(verbs.scan({ kind: 'rows', options: { rows: [{ at: value }] } }, schema))
  const values = [
    1,
    1n,
    '1',
    -0,
    0,
    null,
    new Date(0),
    new Date(1),
    new Uint8Array([1]),
    new Float64Array([1]),
    Number.NaN,
    [1],
    { a: 1 },
    { b: 1 },
  ]
  expect(new Set(values.map(rows)).size).toBe(values.length)
  expect(rows({ a: 1, b: 2 })).toBe(rows({ b: 2, a: 1 }))
})

test('a plan prints as steps in a row, with branches where there are several inputs', () => {
  const joined = verbs.join(more(table('data/a.csv')), { other: table('b.csv'), on: [['k', 'k']], suffix: 'Of' })
  expect(printPlan(verbs.limit(joined, { rows: 5 })).split('\n')).toEqual([
    'limit 5',
    'join inner on k',
    '├ filter x.gt(1)',
    '│ scan csv data/a.csv (x, k)',
    '└ scan csv b.csv (x, k)',
  ])
})

test('long lists of columns are cut', () => {
  const wide = verbs.scan(
    { kind: 'csv', options: {} },
    Array.from({ length: 300 }, (_, index) => float(`c${index}`)),
  )
  expect(printPlan(wide)).toBe('scan csv (c0, c1, c2, c3, c4, c5, c6, … 293 more)')
})

test('a transform that is made of expressions is lowered to projects, and what it makes on the way is left out again', () => {
  const plan = lower(verbs.transform(table('a.csv'), { step: scaler }))
  expect(nodesOf(plan).map(node => node.node)).toEqual(['scan', 'project', 'project', 'project'])
  expect(plan.fields.map(field => field.name)).toEqual(['x', 'k', 'y'])
  expect(printPlan(plan)).toContain('x = x.sub(1)')
  const { kind, state, needs, adds, code } = scaler
  expect(lower(verbs.transform(table('a.csv'), { step: { kind, state, needs, adds, code } })).node).toBe('transform')
})

test('a transform says which columns it misses and which are of another type', () => {
  expect(() => verbs.transform(table('a.csv'), { step: { ...scaler, needs: [float('z'), float('w')] } }, here)).toThrow(
    'scaler needs columns that are missing: z, w (have x, k) at me/report.ts:12:3',
  )
  expect(() => verbs.transform(table('a.csv'), { step: { ...scaler, needs: [float('k')] } })).toThrow('k: string?, wanted k: float64')
})

test('gaps name the step, its line and the reason, once each', () => {
  const split = verbs.split(more(table('a.xml', 'xml')), { how: { kind: 'random', seed: 1 }, parts: { a: 1 }, part: 'a' }, here)
  const lacking = { ...able, functions: { ...able.functions, gt: { missing: 'notimpl', reason: 'no comparison' } as const } }
  expect(gaps(split, lacking)).toEqual([
    { step: 'scan xml a.xml (x, k)', at: 'me/report.ts:12:3', advice: 'this engine does not know the source xml' },
    { step: 'x.gt(1)', at: 'me/report.ts:12:3', advice: 'no comparison (not built yet)' },
    { step: 'split random, part a (1)', at: 'me/report.ts:12:3', advice: 'rows have no order there (cannot be done there)' },
  ])
  expect(gaps(more(table('a.csv')), able)).toEqual([])
})

test('a plan is cut at functions and opened sources; a step read twice is one hop', () => {
  const shared = map(table('a.csv'))
  const plan = verbs.join(more(shared), { other: more(map(shared)), on: [['k', 'k']], suffix: 'Of' })
  const made = cut(plan, able)
  expect(made.hops.map(hop => hop.node.node)).toEqual(['map', 'map'])
  expect(made.hops[1]?.input).toBe(made.hops[0]?.scan)
  const staged = new Map<ScanNode, Plan>(made.hops.map(hop => [hop.scan, table('staged', 'temp')]))
  const whole = withHops(made.plan as Plan, staged)
  expect(nodesOf(whole).flatMap(node => (node.node === 'scan' ? [node.source.kind] : []))).toEqual(['temp', 'temp'])
  const lines = verbs.join(table('a.txt', 'lines'), { other: table('a.csv'), on: [['k', 'k']], suffix: 'Of' })
  expect(cut(lines, able).hops).toMatchObject([{ node: { source: { kind: 'lines' } }, input: undefined }])
})

test('row-wise steps after the last hop stream through kernels when these know their functions', () => {
  const plan = verbs.limit(more(map(more(table('a.csv')))), { rows: 3 })
  const made = cut(plan, able, { kernels: new Set(['gt']) })
  expect(made.plan).toBeUndefined()
  expect(made.hops).toEqual([])
  expect(made.stream?.after.map(step => step.node)).toEqual(['filter', 'limit'])
  expect(cut(plan, able).stream).toBeUndefined()
  const sum = Object.entries(buildExprs('agg', schema, false, ['aggregate'], (r: any) => ({ s: r.x.sum() }))).map(([name, expr]) => ({
    name,
    expr,
  }))
  expect(cut(verbs.aggregate(plan, { keys: [], aggs: sum }), able, { kernels: new Set(['gt', 'sum']) }).stream).toBeUndefined()
})

test('an explanation has the plan as written, after the rules, and what the engine says', () => {
  const text = String(explainPlan(more(verbs.select(table('a.csv'), { columns: ['x'] })), 'SELECT x'))
  expect(text).toContain('as written\n  filter x.gt(1)\n  select x\n  scan csv a.csv (x, k)')
  expect(text).toContain('after the rules\n  scan csv a.csv (x) where x.gt(1)')
  expect(text).toContain('on the engine\n  SELECT x')
})
