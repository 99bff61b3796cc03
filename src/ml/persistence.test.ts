import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadModel, type Model } from './index.ts'
import { manifestName, printManifest, type Manifest } from './manifest.ts'
import { makeModel } from './model.ts'
import { failure } from '../../test/house/failure.ts'

let folder: string
let path: string
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-model-'))
})
beforeEach(() => {
  path = join(folder, `model-${count++}`)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const field = (name: string) => ({ name, type: 'float64' as const, nullable: false })

function line(coef: readonly number[], intercept = 0.1): Model<'regressor', { a: number; b: number }, { prediction: number }> {
  return makeModel({
    kind: 'linearRegression',
    state: { features: ['a', 'b'], coef, intercept },
    features: [field('a'), field('b')],
    target: field('y'),
    rows: 7,
  }) as never
}

test('a folder holds a manifest and tensors named by their content, nothing else', async () => {
  await line([1 / 3, -2e-300]).save(path)
  const names = (await readdir(path)).sort()
  expect(names).toHaveLength(2)
  expect(names[0]).toMatch(/^[0-9a-f]{64}\.bin$/)
  expect(names[1]).toBe('model.json')
  const bytes = await readFile(join(path, names[0] ?? ''))
  expect([bytes.readDoubleLE(0), bytes.readDoubleLE(8)]).toEqual([1 / 3, -2e-300])
  const manifest = JSON.parse(await readFile(join(path, manifestName), 'utf8')) as Manifest
  expect(manifest).toMatchObject({
    format: 'tidemill.model',
    version: 1,
    kind: 'linearRegression',
    role: 'regressor',
    rows: 7,
    target: { name: 'y' },
  })
})

test('a loaded model is the same model', async () => {
  const model = line([1 / 3, -2e-300])
  await model.save(path)
  const loaded = await loadModel(path)
  expect(loaded.toJson()).toEqual(model.toJson())
  expect(loaded.role).toBe('regressor')
  expect(loaded.target).toBe('y')
  expect(loaded.predict({ a: 0.7, b: 3 })).toEqual(model.predict({ a: 0.7, b: 3 }))
})

test('saving over a model replaces it and leaves no old tensors', async () => {
  await line([1, 2]).save(path)
  await writeFile(join(path, 'notes.txt'), 'mine')
  await line([3, 4]).save(path)
  expect((await loadModel(path)).predict({ a: 1, b: 1 })).toEqual({ prediction: 0.1 + 3 + 4 })
  const names = await readdir(path)
  expect(names.filter(name => name.endsWith('.bin'))).toHaveLength(1)
  expect(names).toContain('notes.txt')
})

test('saving does not overwrite what is no model, and an abort leaves nothing', async () => {
  await mkdir(path)
  await writeFile(join(path, 'thesis.txt'), 'mine')
  expect((await failure(line([1, 2]).save(path))).code).toBe('storage.exists')
  expect(await readdir(path)).toEqual(['thesis.txt'])
  expect((await failure(line([1, 2]).save(join(path, 'thesis.txt')))).code).toBe('storage.exists')
  const other = join(folder, 'aborted')
  await expect(line([1, 2]).save(other, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/)
  expect((await readdir(folder)).filter(name => name.includes('aborted'))).toEqual([])
})

test('every kind of damage is an error that names the file', async () => {
  await line([1, 2]).save(path)
  for (const name of await readdir(path)) {
    const file = join(path, name)
    const whole = await readFile(file)
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 40)) {
      const changed = Uint8Array.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 1
      await writeFile(file, changed)
      const error = await failure(loadModel(path))
      expect([error.code, error.message.includes(name)], `${name} byte ${at}`).toEqual(['ml.damaged-model', true])
    }
    for (const cut of [0, 1, whole.length >> 1, whole.length - 2]) {
      await writeFile(file, whole.subarray(0, cut))
      const error = await failure(loadModel(path))
      expect([error.code, error.message.includes(name)], `${name} cut at ${cut}`).toEqual(['ml.damaged-model', true])
    }
    await writeFile(file, whole)
  }
  await loadModel(path)
})

test('a missing tensor, a missing manifest and a missing folder are told apart', async () => {
  await line([1, 2]).save(path)
  const tensor = (await readdir(path)).find(name => name.endsWith('.bin')) ?? ''
  const bytes = await readFile(join(path, tensor))
  await rm(join(path, tensor))
  expect((await failure(loadModel(path))).message).toContain(`${tensor} (it is missing)`)
  await writeFile(join(path, tensor), bytes)
  await rm(join(path, manifestName))
  expect((await failure(loadModel(path))).code).toBe('ml.damaged-model')
  expect((await failure(loadModel(join(folder, 'nowhere')))).code).toBe('storage.not-found')
})

test('a model of a newer version or of an unknown kind is refused as such', async () => {
  await rewritten(manifest => ({ ...manifest, version: 2 }))
  const newer = await failure(loadModel(path))
  expect([newer.code, newer.message.includes('model.json')]).toEqual(['storage.version', true])
  await rewritten(manifest => ({ ...manifest, kind: 'oracle' }))
  expect((await failure(loadModel(path))).code).toBe('ml.unknown-kind')
})

test('a manifest with a right hash and wrong content is still refused', async () => {
  const wrongs: ((manifest: Manifest) => object)[] = [
    manifest => ({ ...manifest, format: 'other' }),
    manifest => ({ ...manifest, rows: -1 }),
    manifest => ({ ...manifest, features: [] }),
    manifest => ({ ...manifest, features: [field('b'), field('a')] }),
    manifest => ({ ...manifest, role: 'transformer' }),
    manifest => ({ ...manifest, state: { ...manifest.state, intercept: 'NaN' } }),
    manifest => ({ ...manifest, state: { ...manifest.state, features: ['a'] } }),
    manifest => ({ ...manifest, tensors: {} }),
    manifest => ({ ...manifest, tensors: { coef: { ...manifest.tensors['coef'], shape: [2, 2] } } }),
    manifest => ({ ...manifest, tensors: { coef: { ...manifest.tensors['coef'], shape: [-2] } } }),
    manifest => ({ ...manifest, files: [] }),
    manifest => ({ ...manifest, files: [{ name: '../../etc/passwd', bytes: 16, sha256: 'x' }] }),
  ]
  for (const [index, wrong] of wrongs.entries()) {
    await rewritten(wrong)
    expect((await failure(loadModel(path))).code, `case ${index}`).toBe('ml.damaged-model')
  }
})

async function rewritten(change: (manifest: Manifest) => object): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await line([1, 2]).save(path)
  const { hash, ...manifest } = JSON.parse(await readFile(join(path, manifestName), 'utf8')) as Manifest & { hash: string }
  expect(hash).toHaveLength(64)
  await writeFile(join(path, manifestName), printManifest(change(manifest) as Manifest))
}
