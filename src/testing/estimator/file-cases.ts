/** What a model that was written down keeps. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadModel } from '../../ml/index.ts'
import { planned, refused, same } from './bits.ts'
import type { Case } from '../suite.ts'
import { type EstimatorContext, estimatorCase } from './context.ts'
import { fit, samples, schemaOf, subject } from './samples.ts'

export const fileCases: readonly Case<EstimatorContext>[] = [
  estimatorCase('a loaded model predicts the same bits', async ({ make, table }) => {
    const of = subject(make)
    const data = await table(samples(of), schemaOf(of))
    const model = await fit(make(), data)
    const wanted = await planned(model, data)
    await inFolder(async folder => {
      const path = join(folder, 'model')
      await model.save(path)
      const loaded = await loadModel(path)
      same(await planned(loaded, data), wanted)
      assert.deepEqual(loaded.toJson(), model.toJson())
      assert.deepEqual([loaded.classes, loaded.importance, loaded.target], [model.classes, model.importance, model.target])
      await model.save(path)
      same(await planned(await loadModel(path), data), wanted)
    })
  }),
  estimatorCase('a model file that is cut in half or has one byte changed is refused and named', async ({ make, table }) => {
    const of = subject(make)
    const model = await fit(make(), await table(samples(of, { count: 50 }), schemaOf(of)))
    await inFolder(async folder => {
      const path = join(folder, 'model')
      await model.save(path)
      for (const name of await readdir(path)) {
        const file = join(path, name)
        const bytes = await readFile(file)
        await truncate(file, bytes.length >> 1)
        await refused(() => loadModel(path), 'ml.damaged-model', name)
        const changed = Uint8Array.from(bytes)
        changed[bytes.length >> 1] = (changed[bytes.length >> 1] ?? 0) ^ 4
        await writeFile(file, changed)
        await refused(() => loadModel(path), 'ml.damaged-model', name)
        await rm(file)
        await refused(() => loadModel(path), 'ml.damaged-model', name)
        await writeFile(file, bytes)
      }
      await loadModel(path)
    })
  }),
]

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-estimator-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
