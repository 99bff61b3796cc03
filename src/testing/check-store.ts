import assert from 'node:assert/strict'
import type { Store } from '../storage/index.ts'
import { all, expectAborted, expectCode } from './expect.ts'
import { type Case, runSuite, type SuiteOptions, type SuiteReport } from './suite.ts'

/** What a case of a store gets: a store nobody else uses, empty. */
export interface StoreContext {
  readonly store: Store
}

/**
 * Runs the contract of a store on the one at hand.
 *
 * @param make gives an empty store each time it is called
 * @example
 * const report = await checkStore(() => myStore(freshFolder()))
 * if (!report.passed) console.log(report.results.filter(result => result.outcome === 'failed'))
 */
export async function checkStore(make: () => Store | Promise<Store>, options: SuiteOptions = {}): Promise<SuiteReport> {
  const { name } = await make()
  return runSuite(name, storeCases, async use => use({ store: await make() }), options)
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes)
const textOf = async (store: Store, key: string): Promise<string> => decode(await store.read(key))
const keysOf = async (store: Store, prefix?: string): Promise<string[]> => (await all(store.list(prefix))).map(info => info.key)

async function* pieces(...parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part
    yield encode(part)
  }
}

const badKeys = ['', '/', '/etc/passwd', '..', '../x', 'a/../b', 'a/..', './a', 'a/.', 'a//b', 'a/']

/** Every promise of `Store`. */
export const storeCases: readonly Case<StoreContext>[] = [
  {
    name: 'bytes that were written are read again, also none at all',
    async run({ store }) {
      const every = Uint8Array.from({ length: 256 }, (_, i) => i)
      const info = await store.write('folder/every', every)
      assert.deepEqual({ key: info.key, bytes: info.bytes }, { key: 'folder/every', bytes: 256 })
      assert.deepEqual(new Uint8Array(await store.read('folder/every')), every)
      await store.write('none', new Uint8Array())
      assert.equal((await store.read('none')).length, 0)
      assert.equal((await store.stat('none'))?.bytes, 0)
    },
  },
  {
    name: 'a write replaces the object, also by a shorter one',
    async run({ store }) {
      await store.write('a', encode('first, and long'))
      await store.write('a', encode('second'))
      assert.equal(await textOf(store, 'a'), 'second')
      assert.equal((await store.stat('a'))?.bytes, 6)
      assert.deepEqual(await keysOf(store), ['a'])
    },
  },
  {
    name: 'the bytes belong to the store once they are written, and to the reader once they are read',
    async run({ store }) {
      const bytes = encode('kept')
      await store.write('a', bytes)
      bytes.fill(0)
      const read = await store.read('a')
      assert.equal(decode(read), 'kept')
      read.fill(0)
      assert.equal(await textOf(store, 'a'), 'kept')
    },
  },
  {
    name: 'a part is read from the first byte up to, not including, the last; what lies beyond the end is cut off',
    async run({ store }) {
      await store.write('a', encode('0123456789'))
      assert.equal(decode(await store.read('a', { from: 2, to: 5 })), '234')
      assert.equal(decode(await store.read('a', { from: 7 })), '789')
      assert.equal(decode(await store.read('a', { to: 3 })), '012')
      assert.equal(decode(await store.read('a', { from: 8, to: 99 })), '89')
      assert.equal(decode(await store.read('a', { from: 10 })), '')
      assert.equal(decode(await store.read('a', { from: 4, to: 4 })), '')
    },
  },
  {
    name: 'a stream gives the same bytes as reading',
    async run({ store }) {
      const large = Uint8Array.from({ length: 3_000_001 }, (_, i) => (i * 31) % 251)
      await store.write('large', large)
      const chunks = await all(store.stream('large'))
      assert.ok(Buffer.concat(chunks).equals(await store.read('large')))
      assert.ok(Buffer.concat(chunks).equals(large))
    },
  },
  {
    name: 'bytes that come in pieces are written as one object',
    async run({ store }) {
      const info = await store.write('a', pieces('one ', '', 'two ', 'three'))
      assert.equal(info.bytes, 13)
      assert.equal(await textOf(store, 'a'), 'one two three')
    },
  },
  {
    name: 'reading what is not there is storage.not-found, and asking for it gives undefined',
    async run({ store }) {
      await store.write('a/b', encode('x'))
      for (const key of ['nothing', 'a', 'a/b/c', 'a/c']) {
        await expectCode('storage.not-found', () => store.read(key))
        await expectCode('storage.not-found', () => all(store.stream(key)))
        assert.equal(await store.stat(key), undefined)
      }
    },
  },
  {
    name: 'a write with ifAbsent leaves an object that is there as it is',
    async run({ store }) {
      await store.write('a', encode('old'), { ifAbsent: true })
      await expectCode('storage.exists', () => store.write('a', encode('new'), { ifAbsent: true }))
      assert.equal(await textOf(store, 'a'), 'old')
      await store.delete('a')
      await store.write('a', encode('new'), { ifAbsent: true })
      assert.equal(await textOf(store, 'a'), 'new')
    },
  },
  {
    name: 'of many writers with ifAbsent exactly one wins, and its bytes stay',
    async run({ store }) {
      const attempts = Array.from({ length: 16 }, (_, i) => store.write('a', encode(`writer ${i}`), { ifAbsent: true }))
      const outcomes = await Promise.allSettled(attempts)
      const winners = outcomes.flatMap((outcome, i) => (outcome.status === 'fulfilled' ? [i] : []))
      assert.equal(winners.length, 1)
      assert.equal(await textOf(store, 'a'), `writer ${winners[0]}`)
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') assert.equal((outcome.reason as { code?: string }).code, 'storage.exists')
    },
  },
  {
    name: 'a reader beside a writer sees the old bytes or the new, never a part',
    async run({ store }) {
      const version = (i: number): Uint8Array => new Uint8Array(300_000 + i).fill(i)
      await store.write('a', version(0))
      let writing = true
      const writer = (async () => {
        for (let i = 1; i <= 12; i++) await store.write('a', version(i))
        writing = false
      })()
      do {
        const bytes = await store.read('a')
        const i = bytes[0] ?? -1
        assert.equal(bytes.length, 300_000 + i)
        assert.ok(bytes.every(byte => byte === i))
      } while (writing)
      await writer
    },
  },
  {
    name: 'a write that fails half way leaves what was there, and no trace',
    async run({ store }) {
      const broken = new Error('the source broke')
      await assert.rejects(
        store.write('new', pieces('half', broken)),
        (error: unknown) => error === broken || (error as Error).cause === broken,
      )
      assert.equal(await store.stat('new'), undefined)
      await store.write('a', encode('old'))
      await assert.rejects(store.write('a', pieces('half', broken)))
      assert.equal(await textOf(store, 'a'), 'old')
      assert.deepEqual(await keysOf(store), ['a'])
    },
  },
  {
    name: 'an aborted write leaves what was there, and no trace',
    async run({ store }) {
      await store.write('a', encode('old'))
      const stop = new AbortController()
      // It ends some day, so that a store that does not hear the signal fails instead of writing for ever.
      const long = async function* (): AsyncGenerator<Uint8Array> {
        for (let i = 0; i < 200; i++) {
          if (i === 5) stop.abort(new DOMException('enough', 'AbortError'))
          yield encode(`piece ${i}`)
        }
      }
      await expectAborted(stop.signal, () => store.write('a', long(), { signal: stop.signal }))
      await expectAborted(stop.signal, () => store.write('b', encode('x'), { signal: stop.signal }))
      assert.equal(await textOf(store, 'a'), 'old')
      assert.deepEqual(await keysOf(store), ['a'])
    },
  },
  {
    name: 'an aborted read fails',
    async run({ store }) {
      await store.write('a', encode('x'))
      const signal = AbortSignal.abort()
      await expectAborted(signal, () => store.read('a', { signal }))
      await expectAborted(signal, () => all(store.stream('a', { signal })))
    },
  },
  {
    name: 'a reader may leave a stream early, and the object can still be written and deleted',
    async run({ store }) {
      await store.write('a', new Uint8Array(2_000_000))
      for await (const chunk of store.stream('a')) {
        assert.ok(chunk.length > 0)
        break
      }
      await store.write('a', encode('new'))
      await store.delete('a')
      assert.equal(await store.stat('a'), undefined)
    },
  },
  {
    name: 'keys are listed by prefix in the order of their code points',
    async run({ store }) {
      const keys = ['A', 'a', 'a-b', 'a/b', 'a/b/c', 'a0', 'b', 'é', '\uff5e', '😀']
      // A key that is also the folder of another is not asked for: many stores are folders.
      const possible = keys.filter(key => !keys.some(other => other.startsWith(`${key}/`)))
      for (const key of [...possible].reverse()) await store.write(key, encode(key))
      assert.deepEqual(await keysOf(store), possible)
      assert.deepEqual(
        await keysOf(store, 'a'),
        possible.filter(key => key.startsWith('a')),
      )
      assert.deepEqual(await keysOf(store, 'a/'), ['a/b/c'])
      assert.deepEqual(await keysOf(store, 'nothing'), [])
      for (const info of await all(store.list())) assert.deepEqual(info, await store.stat(info.key))
    },
  },
  {
    name: 'keys may hold blanks, dots, percent signs and letters of any script',
    async run({ store }) {
      for (const key of ['a b', 'a.b/c..d', '...', '100%/%2e%2e', 'Größe/大きさ', '😀', '-x', '~', 'a?b#c', "it's"]) {
        await store.write(key, encode(key))
        assert.equal(await textOf(store, key), key)
        assert.equal((await store.stat(key))?.key, key)
      }
    },
  },
  {
    name: 'a key that would leave the store is refused by every call',
    async run({ store }) {
      for (const key of badKeys) {
        await expectCode('storage.bad-key', () => store.read(key))
        await expectCode('storage.bad-key', () => all(store.stream(key)))
        await expectCode('storage.bad-key', () => store.write(key, encode('x')))
        await expectCode('storage.bad-key', () => store.stat(key))
        await expectCode('storage.bad-key', () => store.delete(key))
      }
      assert.deepEqual(await keysOf(store), [])
    },
  },
  {
    name: 'deleting takes one object, and deleting what is not there is no error',
    async run({ store }) {
      await store.write('a/b', encode('x'))
      await store.write('a/bc', encode('y'))
      await store.delete('a/b')
      await store.delete('a/b')
      await store.delete('never')
      assert.deepEqual(await keysOf(store), ['a/bc'])
    },
  },
]
