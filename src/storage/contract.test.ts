/** The contract of a store, on each store of the house; and on broken ones, which it must find. */
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkStore, runCase, storeCases } from '../testing/index.ts'
import { localStore, memoryStore, type Store } from './index.ts'

let folder: string
let next = 0
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-stores-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))
const fresh = (): string => join(folder, String(++next))

const stores: Readonly<Record<string, () => Store>> = {
  'the memory store': () => memoryStore(),
  'the local store': () => localStore(fresh()),
}
for (const [name, make] of Object.entries(stores))
  describe(name, () => {
    for (const one of storeCases) test(one.name, async () => expect(await runCase(one, { store: make() })).toBe('passed'))
  })

/** Faults that real stores have had; each must fail at least one case. */
const faults: Readonly<Record<string, (good: Store) => Store>> = {
  'a store that forgets ifAbsent': good => ({
    ...good,
    write: (key, bytes, { signal } = {}) => good.write(key, bytes, signal === undefined ? {} : { signal }),
  }),
  'a store that counts the end of a range in': good => ({
    ...good,
    read: (key, { to, ...rest } = {}) => good.read(key, to === undefined ? rest : { ...rest, to: to + 1 }),
  }),
  'a store that lists in the order of writing': good => {
    const order: string[] = []
    return {
      ...good,
      async write(key, bytes, options) {
        const info = await good.write(key, bytes, options)
        if (!order.includes(key)) order.push(key)
        return info
      },
      async *list(prefix = '') {
        for (const key of order) {
          const info = key.startsWith(prefix) ? await good.stat(key) : undefined
          if (info !== undefined) yield info
        }
      },
    }
  },
  'a store that deletes by prefix': good => ({
    ...good,
    async delete(key) {
      await good.delete(key)
      for await (const info of good.list(key)) await good.delete(info.key)
    },
  }),
  'a store that ignores an abort': good => ({
    ...good,
    read: (key, { signal: _, ...rest } = {}) => good.read(key, rest),
    write: (key, bytes, { signal: _, ...rest } = {}) => good.write(key, bytes, rest),
  }),
  'a store that writes in place': good => {
    const path = (key: string): string => join(folder, `in-place-${encodeURIComponent(key)}`)
    return {
      ...good,
      async write(key, bytes, options) {
        if (bytes instanceof Uint8Array || key !== 'a') return good.write(key, bytes, options)
        let at = Buffer.alloc(0)
        for await (const piece of bytes) {
          at = Buffer.concat([at, piece])
          await writeFile(path(key), at)
          await good.write(key, at)
        }
        await unlink(path(key))
        return good.write(key, at, options)
      },
    }
  },
}
test.each(Object.entries(faults))('%s is found', async (_, broken) => {
  const report = await checkStore(() => broken(memoryStore()))
  expect(report.passed).toBe(false)
  expect(report.results.filter(result => result.outcome === 'failed').length).toBeLessThan(storeCases.length)
})

test('a good store passes, and only the asked cases are run', async () => {
  const report = await checkStore(() => localStore(fresh()), { only: 'prefix' })
  expect(report).toMatchObject({ passed: true, results: [{ outcome: 'passed' }] })
})
