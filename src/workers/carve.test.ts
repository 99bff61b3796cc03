import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { callSite, type TidemillError } from '../errors/index.ts'
import { apply } from './fixtures/apply.ts'
import { captures } from './fixtures/captures.ts'
import { travels } from './fixtures/travels.ts'
import { carve, moduleFunction } from './index.ts'

const run = promisify(execFile)
const options = ['--conditions=tidemill-source']

test('functions travel to threads of a program that Node runs as it is, and captures are named', async () => {
  const { stdout } = await run(process.execPath, [...options, join(import.meta.dirname, 'fixtures/run.ts')])
  expect(stdout).toMatch(/^\d\d travelled, \d\d captured, 0 wrong\n$/)
})

test('functions travel under a test runner, which prints files anew', async () => {
  for (const [fn, wanted] of travels) expect(await apply({ fn, argument: { x: 4 } }), `line ${fn.at?.line}: ${fn.module}`).toEqual(wanted)
})

test('functions that differ in a statement only are told apart where a test runner prints the file anew', async () => {
  const made = {
    sum: carve((x: number) => {
      const all: number[] = []
      all.push(x + 1000)
      return all[0]
    }, callSite()),
    product: carve((x: number) => {
      const all: number[] = []
      all.push(x * 1000)
      return all[0]
    }, callSite()),
  }
  expect(await Promise.all(Object.values(made).map(fn => apply({ fn, argument: 2 })))).toEqual([1002, 2000])
})

test('captures are named under a test runner too', () => {
  for (const [make, wanted] of captures) expect(make).toThrow(wanted)
})

test('a captured variable is an error with its name, its line and the cure', () => {
  const rate = 2
  try {
    carve((row: { x: number }) => row.x * rate, callSite())
    expect.unreachable()
  } catch (error) {
    const { code, message, hint, details } = error as TidemillError
    expect(code).toBe('workers.captured')
    expect(message).toMatch(
      /^captured variable: rate \(carve\.test\.ts:\d+\) belongs to an enclosing function; function function runs on workers, where it is not$/,
    )
    expect(hint).toContain('map((row, { rate }) => ..., { with: { rate } })')
    expect(details).toMatchObject({ names: ['rate'] })
  }
})

test('without its file a function travels alone, if it stands alone', async () => {
  const fn = carve((x: number) => Math.max(x, 3), undefined)
  expect(await apply({ fn, argument: 1 })).toBe(3)
  const job = {
    *map(x: number) {
      yield x
    },
  }
  expect(await apply({ fn: carve(job.map, undefined), argument: 1 })).toEqual([1])
  const far = 5
  for (const alone of [
    (x: number) => x + far,
    (x: number) => [x, options],
    function (this: { by: number }, x: number) {
      return x * this.by
    },
  ])
    expect(() => carve(alone, undefined)).toThrow(expect.objectContaining({ code: 'workers.no-source' }))
  for (const strange of [Math.max, apply.bind(undefined), class A {}])
    expect(() => carve(strange, undefined)).toThrow(expect.objectContaining({ code: 'workers.no-source' }))
  expect(() => carve((x: number) => x + far, { file: '/nowhere/repl.ts', line: 1, column: 1 })).toThrow(
    /source not found: function .* at nowhere\/repl\.ts:1:1 \(it uses far\)/,
  )
})

test('the hash tells functions and their values apart', () => {
  const a = carve((x: number) => x, undefined)
  const b = carve((x: number) => x, undefined, { with: { rate: 1 } })
  const c = carve((x: number) => x, undefined, { with: { rate: 2 } })
  const d = carve((x: number) => x + 1, undefined)
  expect(new Set([a, b, c, d].map(fn => fn.hash)).size).toBe(4)
  expect(carve((x: number) => x, undefined).hash).toBe(a.hash)
})

test('a module that cannot be loaded is an error that names the function', async () => {
  const fn = moduleFunction('file:///nowhere/at/all.ts', 'score')
  await expect(apply({ fn, argument: 1 })).rejects.toMatchObject({
    code: 'workers.function-failed',
    message: expect.stringContaining('score'),
  })
})

test('JavaScript files work as TypeScript files do, and a program ends without closing the pool', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-carve-'))
  try {
    const index = JSON.stringify(join(import.meta.dirname, 'index.ts'))
    const errors = JSON.stringify(join(import.meta.dirname, '../errors/index.ts'))
    await writeFile(join(folder, 'lib.mjs'), 'export default x => x * 7\n')
    await writeFile(
      join(folder, 'main.mjs'),
      `import { carve, pool } from ${index}
import { callSite } from ${errors}
import seven, * as lib from './lib.mjs'
const table = Object.freeze({ a: 1 })
const map = (fn, options) => carve(fn, callSite(), options)
const workers = pool({ threads: 1 })
const all = [map(x => seven(x) + table.a), map(x => lib.default(x), {}), map(seven), map(({ x }, { by }) => x * by, { with: { by: 3 } })]
console.log(await workers.call(all[0], 2), await workers.call(all[1], 2), await workers.call(all[2], 3), await workers.call(all[3], { x: 5 }))
`,
    )
    const { stdout } = await run(process.execPath, [...options, join(folder, 'main.mjs')], { timeout: 30_000 })
    expect(stdout).toBe('15 14 21 15\n')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a program of one line on the command line works where its function stands alone', async () => {
  const index = JSON.stringify(join(import.meta.dirname, 'index.ts'))
  const text = `import { carve, pool } from ${index}; const workers = pool({ threads: 1 }); console.log(await workers.call(carve(x => x * 2, undefined), 4))`
  const { stdout } = await run(process.execPath, [...options, '--input-type=module', '-e', text], { timeout: 30_000 })
  expect(stdout).toBe('8\n')
})
