import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkKey, localStore, memoryStore, readManifest, type Store, writeFileAtomic, writeManifest } from './index.ts'

let folder: string
let next = 0
const clock = { now: () => 1_700_000_000_000, monotonic: () => 0 }
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-storage-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const stores: readonly (readonly [string, () => Store])[] = [
  ['memory', () => memoryStore({ clock })],
  ['local', () => localStore(join(folder, `store-${++next}`), { clock })],
]
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const text = (value: Uint8Array): string => Buffer.from(value).toString()
async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield bytes(part)
}
async function keys(store: Store, prefix?: string): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of store.list(prefix)) found.push(key)
  return found
}

for (const [name, make] of stores) {
  test(`${name}: what is written is read, whole, in part and as a stream`, async () => {
    const store = make()
    expect(await store.write('a/b', bytes('hello world'))).toEqual({ key: 'a/b', bytes: 11, modified: clock.now() })
    expect(text(await store.read('a/b'))).toBe('hello world')
    expect(text(await store.read('a/b', { from: 6 }))).toBe('world')
    expect(text(await store.read('a/b', { from: 0, to: 5 }))).toBe('hello')
    expect(text(await store.read('a/b', { from: 9, to: 99 }))).toBe('ld')
    expect(text(await store.read('a/b', { from: 50 }))).toBe('')
    await expect(store.read('a/b', { from: 5, to: 2 })).rejects.toMatchObject({ code: 'storage.bad-key' })
    await store.write('a/b', chunks('one ', '', 'two'))
    let streamed = ''
    for await (const chunk of store.stream('a/b')) streamed += text(chunk)
    expect(streamed).toBe('one two')
  })

  test(`${name}: keys come in the order of code points, also where a folder and a file begin alike`, async () => {
    const store = make()
    const wanted = ['B', 'a!', 'a-b', 'a/b', 'a/c/d', 'a0', 'ｅ', '😀']
    for (const key of [...wanted].reverse()) await store.write(key, bytes(key))
    expect(await keys(store)).toEqual(wanted)
    expect(await keys(store, 'a/')).toEqual(['a/b', 'a/c/d'])
    expect(await keys(store, 'a/c')).toEqual(['a/c/d'])
    expect(await keys(store, 'nothing')).toEqual([])
  })

  test(`${name}: a key that leaves the store is refused by every call`, async () => {
    const store = make()
    for (const key of ['', '/etc/passwd', '../x', 'a/../b', 'a//b', 'a/', './a', 'a\\b', 'a\0b', '\ud800', '.tidemill-part-1']) {
      expect(() => checkKey(key), key).toThrow(expect.objectContaining({ code: 'storage.bad-key' }))
      await expect(store.read(key), key).rejects.toMatchObject({ code: 'storage.bad-key' })
      await expect(store.write(key, bytes('x')), key).rejects.toMatchObject({ code: 'storage.bad-key' })
      await expect(store.stat(key), key).rejects.toMatchObject({ code: 'storage.bad-key' })
      await expect(store.delete(key), key).rejects.toMatchObject({ code: 'storage.bad-key' })
    }
  })

  test(`${name}: of many writers that ask for a free key one wins`, async () => {
    const store = make()
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => store.write('lock', bytes(`writer ${i}`), { ifAbsent: true })),
    )
    expect(tries.filter(attempt => attempt.status === 'fulfilled').length).toBe(1)
    for (const attempt of tries) if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'storage.exists' })
  })

  test(`${name}: what is not there is an error when read and none when deleted`, async () => {
    const store = make()
    await expect(store.read('no')).rejects.toMatchObject({ code: 'storage.not-found' })
    await expect(store.stream('no')[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'storage.not-found' })
    expect(await store.stat('no')).toBeUndefined()
    await store.delete('no')
    await store.write('yes', bytes('1'))
    await store.delete('yes')
    expect(await keys(store)).toEqual([])
  })

  test(`${name}: a write that fails or is aborted half way leaves the old bytes and nothing else`, async () => {
    const store = make()
    await store.write('k', bytes('old'))
    const stop = new AbortController()
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield bytes('new')
      stop.abort(new Error('stop'))
      yield bytes('er')
    }
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes('new')
      throw new Error('broken source')
    }
    await expect(store.write('k', slow(), { signal: stop.signal })).rejects.toThrow('stop')
    await expect(store.write('k', broken())).rejects.toThrow('broken source')
    await expect(store.read('k', { signal: stop.signal })).rejects.toThrow('stop')
    expect(text(await store.read('k'))).toBe('old')
    expect(await keys(store)).toEqual(['k'])
  })

  test(`${name}: a damaged file is named by its manifest`, async () => {
    const store = make()
    await store.write('m/a.bin', bytes('aaaa'))
    await store.write('m/b.bin', bytes('bbbb'))
    const manifest = await writeManifest(store, 'm/manifest.json', ['a.bin', 'b.bin'])
    expect(await readManifest(store, 'm/manifest.json')).toEqual(manifest)
    await store.write('m/b.bin', bytes('bbbB'))
    await expect(readManifest(store, 'm/manifest.json')).rejects.toMatchObject({
      code: 'storage.damaged',
      message: expect.stringContaining('m/b.bin'),
    })
    await store.write('m/b.bin', bytes('bb'))
    await expect(readManifest(store, 'm/manifest.json')).rejects.toThrow('has 2 bytes, not 4')
    await store.delete('m/b.bin')
    await expect(readManifest(store, 'm/manifest.json')).rejects.toThrow('m/b.bin is missing')
    for (const broken of ['{', '[]', 'null', '{"format":"tidemill.manifest","version":1,"files":[{}]}', '{"format":"other"}']) {
      await store.write('m/manifest.json', bytes(broken))
      await expect(readManifest(store, 'm/manifest.json'), broken).rejects.toMatchObject({ code: 'storage.damaged' })
    }
    await store.write('m/manifest.json', bytes('{"format":"tidemill.manifest","version":2}'))
    await expect(readManifest(store, 'm/manifest.json')).rejects.toMatchObject({ code: 'storage.version' })
    const sneaky = JSON.stringify({ ...manifest, files: [{ ...manifest.files[0], key: '../x' }] })
    await store.write('m/manifest.json', bytes(sneaky))
    await expect(readManifest(store, 'm/manifest.json')).rejects.toMatchObject({ code: 'storage.bad-key' })
  })
}

test('a local store does not follow symbolic links', async () => {
  const root = join(folder, 'linked')
  await mkdir(root)
  await writeFile(join(folder, 'outside'), 'secret')
  await symlink(join(folder, 'outside'), join(root, 'file'))
  await symlink(folder, join(root, 'way'))
  const store = localStore(root)
  for (const key of ['file', 'way/outside']) {
    await expect(store.read(key)).rejects.toMatchObject({ code: 'storage.bad-key' })
    await expect(store.write(key, bytes('x'))).rejects.toMatchObject({ code: 'storage.bad-key' })
    await expect(store.delete(key)).rejects.toMatchObject({ code: 'storage.bad-key' })
  }
  expect(await keys(store)).toEqual([])
  expect(await readFile(join(folder, 'outside'), 'utf8')).toBe('secret')
})

test('an object cannot be the folder of another in a local store', async () => {
  const store = localStore(join(folder, 'clash'))
  await store.write('a/b', bytes('1'))
  await expect(store.write('a', bytes('2'))).rejects.toMatchObject({ code: 'storage.bad-key' })
  await expect(store.write('a/b/c', bytes('2'))).rejects.toMatchObject({ code: 'storage.bad-key' })
  await expect(store.read('a')).rejects.toMatchObject({ code: 'storage.not-found' })
  expect(await keys(store)).toEqual(['a/b'])
})

test('an atomic write makes its folders and leaves no part behind', async () => {
  const path = join(folder, 'deep', 'er', 'file.txt')
  expect(await writeFileAtomic(path, 'héllo')).toBe(6)
  expect(await readFile(path, 'utf8')).toBe('héllo')
  await expect(writeFileAtomic(path, 'x', { ifAbsent: true })).rejects.toMatchObject({ code: 'storage.exists' })
  await expect(writeFileAtomic(path, 'x', { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop')
  expect(await readFile(path, 'utf8')).toBe('héllo')
  expect(await readdir(join(folder, 'deep', 'er'))).toEqual(['file.txt'])
})
