/** What an engine promises besides answers: cancelling, clean ends, explanations, declarations. */
import assert from 'node:assert/strict'
import { functions } from '../../expr/index.ts'
import { verbs } from '../../plan/index.ts'
import { schemaOf } from '../../schema/index.ts'
import { systemScheduler } from '../../time/index.ts'
import { all, expectAborted, expectCode, expectRows } from '../expect.ts'
import type { Case } from '../suite.ts'
import { add, batchesOf, type EngineContext, functionOf, group, order, select, valuesOf, where, withEngine } from './context.ts'

const numbers = Array.from({ length: 20_000 }, (_, i) => [i])

export const lifecycleCases: readonly Case<EngineContext>[] = [
  {
    name: 'what is staged can be read many times, and no more once it was disposed of',
    async run({ engine }) {
      const staged = await engine.stage(batchesOf({ x: 'int64' }, numbers), schemaOf({ x: 'int64' }))
      assert.equal((await valuesOf(engine, staged.plan)).length, numbers.length)
      assert.equal((await valuesOf(engine, staged.plan)).length, numbers.length)
      await staged[Symbol.asyncDispose]()
      await staged[Symbol.asyncDispose]()
      await assert.rejects(valuesOf(engine, staged.plan))
    },
  },
  {
    name: 'staging that fails half way leaves the engine usable',
    async run({ engine }) {
      const broken = new Error('the source broke')
      const failing = async function* (): ReturnType<typeof batchesOf> {
        yield* batchesOf({ x: 'int64' }, numbers)
        throw broken
      }
      await assert.rejects(
        engine.stage(failing(), schemaOf({ x: 'int64' })),
        (error: unknown) => error === broken || (error as Error).cause === broken,
      )
      await using staged = await engine.stage(batchesOf({ x: 'int64' }, [[1]]), schemaOf({ x: 'int64' }))
      expectRows(await valuesOf(engine, staged.plan), [[1]])
    },
  },
  {
    name: 'a run whose signal is aborted beforehand does not start',
    async run({ engine, table }) {
      const plan = await table({ x: 'int64' }, [[1]])
      const signal = AbortSignal.abort()
      await expectAborted(signal, () => valuesOf(engine, plan, { signal }))
    },
  },
  {
    name: 'a long run is cancelled in the middle, soon, and the engine goes on',
    async run({ engine, host, table }) {
      const plan = await table({ x: 'int64' }, numbers)
      const pairs = verbs.joinWhere(plan, { other: verbs.rename(plan, { names: { x: 'y' } }) })
      const long = group(verbs.joinWhere(pairs, { other: verbs.rename(plan, { names: { x: 'z' } }) }), [], r => ({
        s: r.x.add(r.y).mul(r.z).max(),
      }))
      const stop = new AbortController()
      const cancel = systemScheduler.after(150, () => stop.abort())
      const began = host.clock.monotonic()
      try {
        await expectAborted(stop.signal, () => valuesOf(engine, long, { signal: stop.signal }))
      } finally {
        cancel()
      }
      assert.ok(host.clock.monotonic() - began < 10_000, 'it took more than ten seconds to stop')
      assert.equal((await valuesOf(engine, verbs.limit(plan, { rows: 1 }))).length, 1)
    },
  },
  {
    name: 'a function that never ends is cancelled',
    async run({ engine, table }) {
      const plan = await table({ x: 'int64' }, [[1]])
      const forever = functionOf('forever', 'export const fn = row => { for (;;); }\n')
      const mapped = verbs.map(plan, { mode: 'each', fn: forever, declared: schemaOf({ x: 'int64' }) })
      const stop = new AbortController()
      const cancel = systemScheduler.after(300, () => stop.abort())
      try {
        await expectAborted(stop.signal, () => valuesOf(engine, mapped, { signal: stop.signal }))
      } finally {
        cancel()
      }
    },
  },
  {
    name: 'a reader may leave early, and the next run is whole',
    async run({ engine, table }) {
      const plan = await table({ x: 'int64' }, numbers)
      for (let i = 0; i < 5; i++)
        for await (const batch of engine.run(plan)) {
          assert.ok(batch.rows > 0)
          break
        }
      assert.equal((await valuesOf(engine, plan)).length, numbers.length)
    },
  },
  {
    name: 'runs side by side do not mix',
    async run({ engine, table }) {
      const plan = await table({ x: 'int64' }, numbers)
      const counts = await Promise.all(
        Array.from({ length: 6 }, async (_, i) =>
          (
            await valuesOf(
              engine,
              where(plan, r => r.x.mod(6).eq(i)),
            )
          ).map(row => (row[0] as number) % 6),
        ),
      )
      counts.forEach((rests, i) => assert.ok(rests.length > 3000 && rests.every(rest => rest === i)))
    },
  },
  {
    name: 'an error in the middle of a long result is an error, never a short result',
    async run({ engine, table }) {
      const texts = [...numbers.map(([i]) => [String(i)]), ['no number']]
      const plan = add(await table({ s: 'string' }, texts), r => ({ n: r.s.cast('int64') }))
      await expectCode(['expr.cast', 'schema.misfit', 'engine.data'], () => valuesOf(engine, plan))
    },
  },
  {
    name: 'explain tells the plan as written, after the rules, and for the engine',
    async run({ engine, table }) {
      const plan = select(
        order(
          where(await table({ price: 'float64', rooms: 'int64' }, [[1, 2]]), r => r.price.gt(1000)),
          'rooms',
        ),
        r => ({ rooms: r.rooms }),
      )
      const explanation = await engine.explain(plan)
      assert.match(explanation.written, /price/)
      assert.match(explanation.optimised, /rooms/)
      assert.ok(explanation.engine.length > 0)
      for (const text of [explanation.written, explanation.optimised, explanation.engine])
        assert.ok(explanation.toString().includes(text.trim().split('\n')[0] ?? ''))
    },
  },
  {
    name: 'an engine declares every function, every step, and why it lacks what it lacks',
    async run({ engine }) {
      const undeclared = Object.keys(functions).filter(name => engine.capabilities.functions[name] === undefined)
      assert.deepEqual(undeclared, [])
      for (const node of [
        'scan',
        'filter',
        'project',
        'aggregate',
        'join',
        'union',
        'sort',
        'limit',
        'split',
        'explode',
        'map',
        'transform',
      ])
        assert.ok(engine.capabilities.nodes[node] !== undefined, node)
      const { functions: declared, nodes, sources, sinks } = engine.capabilities
      for (const [name, able] of Object.entries({ ...declared, ...nodes, ...sources, ...sinks }))
        if (typeof able === 'object' && 'missing' in able) assert.ok(able.reason.length > 10, `${name} is missing without a reason`)
    },
  },
  {
    name: 'a closed engine says so, and closing it again is no error',
    async run({ spec }) {
      await withEngine(spec, async engine => {
        const staged = await engine.stage(batchesOf({ x: 'int64' }, [[1]]), schemaOf({ x: 'int64' }))
        await engine.close()
        await engine.close()
        await expectCode('engine.closed', () => all(engine.run(staged.plan)))
        await expectCode('engine.closed', async () => engine.stage(batchesOf({ x: 'int64' }, [[1]]), schemaOf({ x: 'int64' })))
        await staged[Symbol.asyncDispose]()
      })
    },
  },
  {
    name: 'two engines of one process keep their tables apart',
    async run({ spec, table, engine }) {
      const plan = await table({ x: 'int64' }, [[1]])
      await withEngine(spec, async other => {
        await using staged = await other.stage(batchesOf({ x: 'int64' }, [[2]]), schemaOf({ x: 'int64' }))
        expectRows(await valuesOf(other, staged.plan), [[2]])
        expectRows(await valuesOf(engine, plan), [[1]])
      })
      expectRows(await valuesOf(engine, plan), [[1]])
    },
  },
]
