import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parquet, rows } from '../connectors/index.ts'
import { type ErrorCode, TidemillError } from '../errors/index.ts'
import { embedded } from '../engines/embedded/index.ts'
import type { Engine, EngineSpec, Host, Plan, RunOptions } from '../plan/index.ts'
import { tidemill } from '../session/index.ts'

/** The embedded engine behind a line that is down for the first runs. */
function unsteady(failures: number, code: ErrorCode, retryable: boolean): EngineSpec & { tries: number } {
  const spec = {
    name: 'unsteady',
    options: {},
    tries: 0,
    async connect(host: Host): Promise<Engine> {
      const real = await embedded().connect(host)
      return {
        ...real,
        async *run(plan: Plan, options?: RunOptions) {
          if (++spec.tries <= failures) throw new TidemillError(code, 'the line is down', { retryable })
          yield* real.run(plan, options)
        },
      }
    },
  }
  return spec
}

test('a run that fails for a reason that passes is tried again, so often as told', async () => {
  const engine = unsteady(2, 'connectors.http', true)
  await using tm = await tidemill({ engine, workers: 1, typesFile: false })
  const table = await tm.read(rows([{ x: 1 }]))
  const attempts: number[] = []
  expect(await table.rows({ retries: 2, onProgress: p => attempts.push(p.attempt) })).toEqual([{ x: 1 }])
  expect(attempts.at(-1)).toBe(3)
  engine.tries = 0
  await expect(table.rows({ retries: 1 })).rejects.toThrow('the line is down')
  engine.tries = 0
  await expect(table.rows()).rejects.toThrow('the line is down')
  expect(engine.tries).toBe(1)
})

test('mistakes are not tried again, and a timeout ends the waiting', async () => {
  const wrong = unsteady(1, 'engine.sql', false)
  await using tm = await tidemill({ engine: wrong, workers: 1, typesFile: false })
  await expect((await tm.read(rows([{ x: 1 }]))).rows({ retries: 5 })).rejects.toThrow('the line is down')
  expect(wrong.tries).toBe(1)
  const down = unsteady(1000, 'connectors.http', true)
  await using other = await tidemill({ engine: down, workers: 1, typesFile: false })
  await expect((await other.read(rows([{ x: 1 }]))).rows({ retries: 100, timeout: '500ms' })).rejects.toMatchObject({
    code: 'engine.timeout',
  })
})

test('writers that would lose against each other all write, one after the other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-retries-'))
  try {
    await using tm = await tidemill({ workers: 1, folder: join(folder, 'ws'), typesFile: false })
    const table = await tm.read(rows([{ x: 1 }]))
    const target = parquet(join(folder, 'out/'), { mode: 'replace' })
    await Promise.all([1, 2, 3, 4].map(() => table.write(target, { retries: 8 })))
    expect(await (await tm.read(parquet(join(folder, 'out/')))).rows()).toEqual([{ x: 1 }])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
