import { expect, test } from 'vitest'
import type { TidemillError } from '../../../../errors/index.ts'
import { buildCondition, buildExprs, callNode, columnNode, literalNode } from '../../../../expr/index.ts'
import { type JobPlan, type Plan, type SinkNode, type Spec, type TopologyNode, type Transform, verbs } from '../../../../plan/index.ts'
import { schemaOf } from '../../../../schema/index.ts'
import type { HostFunction } from '../../../../workers/index.ts'
import { compileJob, explainGraph } from './index.ts'

const fields = schemaOf({ at: 'timestamp', machine: 'string', temperature: 'float64', note: 'string' })
const second = 1_000_000
const here = { file: '/home/me/hot.ts', line: 7, column: 3 }
const out: Spec = { kind: 'ndjson', options: { path: '/out/hot' } }

function sensors(path = '/data/sensors.ndjson'): Plan {
  const scan = verbs.scan({ kind: 'follow', options: { path } }, fields, here)
  return verbs.eventTime(scan, { column: 'at', latenessMs: 10_000, idleMs: 30_000 }, here)
}
function above(input: Plan, degrees: number): Plan {
  return verbs.filter(input, {
    where: buildCondition('filter', input.fields, false, ['column'], ((r: any) => r.temperature.gt(degrees)) as never),
  })
}
function perMachine(input: Plan): Plan {
  const aggs = Object.entries(
    buildExprs('agg', input.fields, false, ['aggregate'], ((r: any) => ({ mean: r.temperature.mean() })) as never),
  )
  return verbs.window(input, {
    keys: ['machine'],
    aggs: aggs.map(([name, expr]) => ({ name, expr })),
    window: { kind: 'tumbling', size: 60 * second, offset: 0, allowed: 0 },
  })
}
function fn(name: string): HostFunction {
  return { name, module: `export const fn = row => row // ${name}`, hash: `hash of ${name}` }
}
function mapped(input: Plan, name: string): Plan {
  return verbs.map(input, { mode: 'each', fn: fn(name), declared: fields })
}
function to(input: Plan, sink: Spec = out): SinkNode {
  return verbs.sink(input, { sink }, here)
}
function compile(...sinks: SinkNode[]) {
  return compileJob({ kind: 'stream', sinks }, { name: 'hot', parallelism: 2 })
}
function failure(plan: JobPlan): { code: string; message: string } {
  try {
    compileJob(plan, { name: 'hot', parallelism: 2 })
  } catch (error) {
    const { code, message } = error as TidemillError
    return { code, message }
  }
  throw new Error('nothing was refused')
}

test('a stream is cut at its keys; columns that nobody reads are neither decoded nor sent', () => {
  const graph = compile(to(perMachine(above(sensors(), 50))))
  expect(graph.stages.map(stage => stage.steps.map(step => step.kind))).toEqual([['filter', 'project'], ['window']])
  expect(graph.stages[0]?.source).toMatchObject({
    id: 'source',
    source: 'follow',
    time: { column: 'at', latenessMs: 10_000, idleMs: 30_000 },
    bounded: false,
    onBroken: 'fail',
  })
  expect(graph.stages[0]?.source?.fields.map(field => field.name)).toEqual(['at', 'machine', 'temperature'])
  expect(graph.stages[1]?.inputs).toMatchObject([{ from: 0, by: { kind: 'key', keys: [{ name: 'machine' }] } }])
  expect(graph.stages[1]?.steps[0]).toMatchObject({
    kind: 'window',
    size: 60 * second,
    input: [{ name: 'machine' }, { name: 'temperature' }],
  })
  expect(graph.stages[1]?.sinks).toMatchObject([
    { id: 'ndjson', on: 'rows', fields: [{ name: 'machine' }, { name: 'windowStart' }, {}, {}] },
  ])
  expect(graph.stages.map(stage => stage.parallelism)).toEqual([2, 2])
})

test('what two sinks share runs once; a stream that is read twice goes on in a stage of its own', () => {
  const shared = above(sensors(), 50)
  const graph = compile(
    to(perMachine(shared)),
    to(above(shared, 90), { kind: 'console', options: {} }),
    to(shared, { kind: 'csv', options: { path: '/out/all' } }),
  )
  expect(graph.stages.map(stage => [stage.source?.id, stage.steps.map(step => step.id), stage.sinks.map(sink => sink.id)])).toEqual([
    ['source', ['filter'], ['csv']],
    [undefined, ['window'], ['ndjson']],
    [undefined, ['filter-2'], ['console']],
  ])
  expect(graph.stages[2]?.inputs).toEqual([{ from: 0, by: { kind: 'forward' } }])
  // A sink takes all columns.
  expect(graph.stages[0]?.source?.fields).toHaveLength(4)
})

test('late rows and dead letters go to their sinks, with what an error does to a row', () => {
  const letters: Spec = { kind: 'ndjson', options: { path: '/out/dead' } }
  const windows = perMachine(
    verbs.onError(mapped(mapped(sensors(), 'one'), 'two'), { retries: 2, otherwise: 'dead-letter', sink: letters }),
  )
  const graph = compile(to(windows), to(verbs.late(windows, {}) as Plan, { kind: 'ndjson', options: { path: '/out/late' } }))
  expect(graph.stages[0]?.steps).toMatchObject([
    { kind: 'map', onError: { retries: 2, otherwise: 'dead-letter' } },
    { kind: 'map', onError: { retries: 2, otherwise: 'dead-letter' } },
  ])
  expect(graph.stages[0]?.source?.onBroken).toBe('dead-letter')
  expect(graph.stages[0]?.sinks).toMatchObject([{ on: 'dead', fields: [{ name: 'payload' }, {}, {}, {}] }])
  // All columns go on, as a late row is handed on whole.
  expect(graph.stages[1]?.sinks).toMatchObject([{ on: 'rows' }, { on: 'late', fields: [{ name: 'at' }, {}, {}, { name: 'note' }] }])
})

test('a window is one, also when it was named after its late rows were asked for', () => {
  const windows = perMachine(sensors())
  const graph = compile(
    to(verbs.stepName(windows, { name: 'means' })),
    to(verbs.late(windows, {}), { kind: 'ndjson', options: { path: '/out/late' } }),
  )
  expect(graph.stages.map(stage => stage.steps.map(step => step.id))).toEqual([[], ['means']])
  expect(graph.stages[1]?.sinks.map(sink => sink.on)).toEqual(['rows', 'late'])
})

test('a model that can be expressions becomes projects; another is a step with its module', () => {
  const scaled: Transform = {
    kind: 'scaler',
    state: {},
    needs: [fields[2] as never],
    adds: [{ name: 'scaled', type: 'float64', nullable: false }],
    code: { url: 'file:///model.js', export: 'revive', hash: '' },
    steps: () => [{ scaled: callNode('div', [columnNode(fields[2] as never), literalNode(10)]) }],
  }
  const { steps: _steps, ...opaque } = scaled
  const kinds = (step: Transform): string[] =>
    compile(to(verbs.transform(sensors(), { step }))).stages[0]?.steps.map(each => each.kind) ?? []
  expect(kinds(scaled)).toEqual(['project'])
  expect(compile(to(verbs.stepName(verbs.transform(sensors(), { step: scaled }), { name: 'score' }))).stages[0]?.steps[0]?.id).toBe('score')
  expect(kinds(opaque)).toEqual(['transform'])
})

test('the hash is of what is computed: names of files count, places and threads do not', () => {
  const plan = (path: string): SinkNode => to(perMachine(above(sensors(path), 50)))
  const hash = (sink: SinkNode, parallelism = 2): string =>
    compileJob({ kind: 'stream', sinks: [sink] }, { name: 'hot', parallelism }).planHash
  expect(hash(plan('/a'))).toBe(hash({ ...plan('/a'), at: { file: 'elsewhere.ts', line: 1, column: 1 } }, 7))
  expect(hash(plan('/a'))).not.toBe(hash(plan('/b')))
  // State is found by the name of its step.
  expect(hash(plan('/a'))).not.toBe(hash(to(verbs.stepName(perMachine(above(sensors('/a'), 50)), { name: 'means' }))))
})

test('the hash has a part of what is computed, which is the same for other sinks', () => {
  const hash = (...sinks: readonly SinkNode[]): readonly string[] =>
    compileJob({ kind: 'stream', sinks }, { name: 'hot', parallelism: 2 }).planHash.split('.')
  const windows = perMachine(sensors('/a'))
  const elsewhere = verbs.sink(windows, { sink: { kind: 'ndjson', options: { path: '/elsewhere' } } })
  const [[computed, written], [same, other], [both]] = [hash(to(windows)), hash(elsewhere), hash(to(windows), elsewhere)]
  expect(same).toBe(computed)
  expect(both).toBe(computed)
  expect(other).not.toBe(written)
  expect(hash(to(perMachine(above(sensors('/a'), 5))))[0]).not.toBe(computed)
})

test('the same table replayed is the same plan, wherever its rows lie', () => {
  const hash = (options: object): string =>
    compile(to(verbs.scan({ kind: 'replay', options: { hash: 'abc', rows: 3, ...options } }, fields))).planHash
  expect(hash({ path: '/tmp/1' })).toBe(hash({ batches: [] }))
  expect(hash({ path: '/tmp/1' })).not.toBe(hash({ path: '/tmp/1', hash: 'abd' }))
})

test('steps have the names the user gave, no two the same', () => {
  const twice = verbs.stepName(above(verbs.stepName(above(sensors(), 1), { name: 'warm' }), 2), { name: 'warm' })
  expect(failure({ kind: 'stream', sinks: [to(twice)] })).toMatchObject({ code: 'stream.argument', message: 'two steps of one name: warm' })
  const named = above(verbs.stepName(above(sensors(), 1), { name: 'filter' }), 2)
  expect(compile(to(named)).stages[0]?.steps.map(step => step.id)).toEqual(['filter', 'filter-2'])
})

test.each<[string, (input: Plan) => Plan, string, string]>([
  [
    'a sort',
    input => verbs.sort(input, { by: [{ expr: columnNode(fields[2] as never), descending: true, nulls: 'last' }] }),
    'stream.unsupported',
    'sort on a stream, which has no last row',
  ],
  ['a limit', input => verbs.limit(input, { rows: 3 }), 'stream.unsupported', 'limit on a stream, which has no last row'],
  ['a union', input => verbs.union(input, { other: input }), 'stream.unsupported', 'union on a stream is not built yet'],
  ['totals without end', input => verbs.aggregate(input, { keys: ['machine'], aggs: [] }), 'stream.unbounded', 'keep state without end'],
])('%s of a stream is refused', (_, make, code, message) => {
  expect(failure({ kind: 'stream', sinks: [to(make(sensors()))] })).toEqual({ code, message: expect.stringContaining(message) })
})

test('a table that is no stream is refused, with the place', () => {
  const table = verbs.scan({ kind: 'csv', options: { path: 'a.csv' } }, fields, here)
  expect(failure({ kind: 'stream', sinks: [to(table)] })).toEqual({
    code: 'stream.unsupported',
    message: 'no stream of the source csv (have follow, replay, generate) at me/hot.ts:7:3',
  })
})

test('a topology is a stage a node, joined by its groupings', () => {
  const nodes: TopologyNode[] = [
    { name: 'words', emits: schemaOf({ word: 'string' }), from: [], fn: fn('spout'), parallelism: 1 },
    {
      name: 'count',
      emits: schemaOf({ n: 'int64' }),
      from: [{ from: 'words', by: 'fields', fields: ['word'] }],
      fn: fn('count'),
      parallelism: 3,
    },
    { name: 'print', emits: [], from: [{ from: 'count', by: 'global', fields: [] }], fn: fn('print'), parallelism: 1 },
  ]
  const graph = compileJob({ kind: 'topology', nodes }, { name: 'words', parallelism: 8 })
  expect(graph.stages.map(stage => [stage.source?.source ?? stage.steps[0]?.kind, stage.parallelism, stage.inputs[0]?.by.kind])).toEqual([
    ['spout', 1, undefined],
    ['bolt', 3, 'key'],
    ['bolt', 1, 'global'],
  ])
  const wrong = nodes.map(node =>
    node.name === 'count' ? { ...node, from: [{ from: 'words', by: 'fields' as const, fields: ['wort'] }] } : node,
  )
  expect(failure({ kind: 'topology', nodes: wrong })).toEqual({
    code: 'stream.argument',
    message: 'unknown field: wort of words (have word)',
  })
  const lost = nodes.slice(1)
  expect(failure({ kind: 'topology', nodes: lost }).message).toBe('unknown node: words, which count reads (have )')
})

test('an explanation tells stages, state, and what each sink promises', () => {
  expect(
    explainGraph(compile(to(perMachine(above(sensors(), 50))), to(sensors('/data/b.ndjson'), { kind: 'console', options: {} }))),
  ).toMatchInlineSnapshot(`
    "stage 0, 2 tasks
      source: follow data/sensors.ndjson (at, machine, temperature); event time at, up to 10 s out of order, idle after 30 s
      filter: filter temperature.gt(50)
      select: select machine, temperature
    stage 1, 2 tasks
      reads stage 0 by key machine
      window: window 1m by machine: mean; keeps a group per key and window of 1 min
      ndjson: ndjson /out/hot; exactly-once
    stage 2, 2 tasks
      source-2: follow data/b.ndjson (at, machine, temperature, note); event time at, up to 10 s out of order, idle after 30 s
      console: console; at-least-once"
  `)
})
