/** Several functions that travel as one module. */
import { isIP } from 'node:net'
import { version } from 'acorn'
import { expect, test } from 'vitest'
import { callSite, type TidemillError } from '../errors/index.ts'
import { carveAll, type HostFunction, loadFunction } from './index.ts'

type Functions = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>
const seen = Object.freeze({ unit: 'C' })
function warm(heat: number): boolean {
  return heat > 20
}
function taken(functions: Readonly<Record<string, Function>>, given?: object): HostFunction {
  return carveAll(functions, callSite(), {
    name: 'process',
    arity: { state: 0, event: 2, timer: 1 },
    ...(given === undefined ? {} : { with: given }),
  })
}
async function made(fn: HostFunction): Promise<Functions> {
  return (await loadFunction(fn))(fn.with) as Functions
}

test('arrow functions, methods and generators go together, with what they use of their file', async () => {
  const fn = taken({
    state: () => ({ n: 0, unit: seen.unit }),
    *event(row: { heat: number }, context: { state: { n: number } }) {
      if (warm(row.heat)) yield { n: ++context.state.n, ip: isIP('::1') }
    },
    timer(context: { key: string }) {
      return [context.key]
    },
  })
  const { state, event, timer } = await made(fn)
  expect(state?.()).toEqual({ n: 0, unit: 'C' })
  expect(Array.from(event?.({ heat: 21 }, { state: { n: 4 } }) as Iterable<unknown>)).toEqual([{ n: 5, ip: 6 }])
  expect(Array.from(event?.({ heat: 20 }, { state: { n: 4 } }) as Iterable<unknown>)).toEqual([])
  expect(timer?.({ key: 'a' })).toEqual(['a'])
  // What both use is there once.
  expect(fn.module.match(/function warm/g)).toHaveLength(1)
})

test('given values come as the last argument, also where the caller gives fewer', async () => {
  const fn = taken(
    {
      state: ({ from }: { from: number }) => ({ n: from }),
      event: (row: number, _context: unknown, { from }: { from: number }) => [row + from],
    },
    { from: 7 },
  )
  const { state, event } = await made(fn)
  expect(state?.()).toEqual({ n: 7 })
  expect(event?.(1, {})).toEqual([8])
})

test('a variable of an enclosing function is named, with its line', () => {
  const limit = 5
  const make = (): HostFunction => taken({ state: () => 0, event: (row: number) => (row > limit ? [row] : []) })
  expect(make).toThrow(expect.objectContaining({ code: 'workers.captured' }))
  try {
    make()
  } catch (error) {
    const { message, hint } = error as TidemillError
    expect(message).toMatch(/^captured variable: limit \(carve-all\.test\.ts:\d+\) belongs to an enclosing function; function process/)
    expect(hint).toContain('process({ with: { limit }, event: (row, context, { limit }) => ... })')
  }
})

test('the hash tells what the functions do apart', () => {
  const hashes = [
    taken({ state: () => 0, event: () => [1] }),
    taken({ state: () => 0, event: () => [2] }),
    taken({ state: () => 1, event: () => [1] }),
    taken({ state: () => 0, event: () => [1], timer: () => [] }),
  ].map(fn => fn.hash)
  expect(new Set(hashes).size).toBe(4)
  expect(taken({ state: () => 0, event: () => [1] }).hash).toBe(hashes[0])
})

test('functions without a file travel when they stand alone', async () => {
  const fn = carveAll({ state: () => [1], event: (row: number) => [row] }, undefined, { name: 'process', arity: {} })
  const { event } = await made(fn)
  expect(event?.(3)).toEqual([3])
  const outside = 3
  expect(() => carveAll({ event: () => outside }, undefined, { name: 'process', arity: {} })).toThrow('it uses outside')
})

test('a module that wraps another finds the packages of the file it was taken from', async () => {
  const user = `/* from ${import.meta.url} */ import { version } from 'acorn'\nexport const fn = () => version\n`
  const module = `import { fn as user } from 'data:text/javascript;base64,${Buffer.from(user).toString('base64')}'\nexport const fn = () => user()\n`
  expect((await loadFunction({ name: 'wrapped', module, hash: 'wrapped' }))()).toBe(version)
})
