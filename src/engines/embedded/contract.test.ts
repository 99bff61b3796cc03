/** The contract of an engine, on DuckDB; and on faults put into it, which the contract must find. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Batch, takeRows } from '../../batch/index.ts'
import { type Engine, type EngineSpec, type Host, nodesOf } from '../../plan/index.ts'
import { checkEngine, engineCases, engineFeatures, featuresOf, inContext, runCase, withEngine } from '../../testing/index.ts'
import { embedded } from './index.ts'

const spec = embedded()
let engine: Engine
let host: Host
let end: () => void
let ended: Promise<void>

// One engine for all cases, as a program would have it.
beforeAll(
  () =>
    new Promise<void>((ready, failed) => {
      ended = withEngine(spec, async (connected, lent) => {
        engine = connected
        host = lent
        ready()
        await new Promise<void>(resolve => (end = resolve))
      })
      ended.catch(failed)
    }),
)
afterAll(async () => {
  end()
  await ended
})

const shown = new Set<string>()
/** The engine, and a note of the steps that it was asked to run. */
function noting(): Engine {
  return {
    ...engine,
    run(plan, options) {
      for (const node of nodesOf(plan)) for (const feature of featuresOf(node)) shown.add(feature)
      return engine.run(plan, options)
    },
  }
}

for (const one of engineCases)
  test(one.name, () =>
    inContext(spec, noting(), host, async context => {
      await runCase(one, context)
    }),
  )

test('every step of a plan and every option of it has a case', () => {
  expect(
    Object.values(engineFeatures)
      .flat()
      .filter(feature => !shown.has(feature)),
  ).toEqual([])
})

test('every case has a name of its own', () => {
  const names = engineCases.map(one => one.name)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})

/** The embedded engine with one promise broken. */
function broken(breaks: (good: Engine) => Partial<Engine>): EngineSpec {
  return {
    ...spec,
    async connect(lent) {
      const good = await spec.connect(lent)
      const bound = Object.fromEntries(
        (['schemaOf', 'explain', 'run', 'stage', 'write', 'learn', 'close'] as const).map(name => [
          name,
          (...args: never[]) => (good[name] as (...args: never[]) => unknown)(...args),
        ]),
      )
      return { name: good.name, capabilities: good.capabilities, ...bound, ...breaks(good) } as Engine
    },
  }
}
async function* changed(batches: AsyncIterable<Batch>, change: (batch: Batch) => Batch | undefined): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    const made = change(batch)
    if (made !== undefined) yield made
  }
}
const withoutLast = (batch: Batch): Batch =>
  takeRows(
    batch,
    Int32Array.from({ length: Math.max(batch.rows - 1, 0) }, (_, i) => i),
  )

const faults: Readonly<Record<string, readonly [only: string, breaks: (good: Engine) => Partial<Engine>]>> = {
  'an engine that loses a row': ['join', good => ({ run: (plan, options) => changed(good.run(plan, options), withoutLast) })],
  'an engine that does not hear an abort': ['aborted beforehand', good => ({ run: plan => good.run(plan) })],
  'an engine whose staged tables stay': [
    'disposed of',
    good => ({
      async stage(batches, schema, options) {
        const staged = await good.stage(batches, schema, options)
        return { plan: staged.plan, async [Symbol.asyncDispose]() {} }
      },
    }),
  ],
  'an engine that ends a result at its first error': [
    'in the middle of a long result',
    good => ({
      async *run(plan, options) {
        try {
          yield* good.run(plan, options)
        } catch {
          return
        }
      },
    }),
  ],
  'an engine that writes over what is there': [
    'is left alone',
    good => ({ write: (plan, sink, options) => good.write(plan, { ...sink, options: { ...sink.options, mode: 'replace' } }, options) }),
  ],
  'an engine that declares nothing': [
    'declares every function',
    () => ({ capabilities: { nodes: {}, functions: {}, sources: {}, sinks: {} } }),
  ],
}
test.each(Object.entries(faults))('%s is found', async (_, [only, breaks]) => {
  const report = await checkEngine(broken(breaks), { only })
  expect(report.results.length).toBeGreaterThan(0)
  expect(report.passed).toBe(false)
})

test('the engine passes the cases whose faults were found', async () => {
  for (const [only] of Object.values(faults)) {
    const { results } = await checkEngine(spec, { only })
    expect(results.filter(result => result.outcome === 'failed')).toEqual([])
  }
})
