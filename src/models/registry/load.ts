import { TidemillError } from '../../errors/index.ts'
import type { AnyModel } from '../../ml/index.ts'
import { type Ground, modelFolder } from '../ground.ts'
import { readJson } from '../json-columns.ts'
import { parseReference } from '../reference.ts'
import type { LoadOptions } from '../types.ts'
import { findVersion } from './find.ts'
import { checkFiles, damaged, digestOf, type ModelFile } from './model-files.ts'

/** The model of a reference, after its files were compared with what was registered. */
export async function load(ground: Ground, reference: string, { signal }: LoadOptions = {}): Promise<AnyModel> {
  const wanted = parseReference(reference)
  return ground.use(async db => {
    const row = await findVersion(db, wanted)
    const exact = `${row.model}@${row.number}`
    const folder = modelFolder(ground, row.model, row.number)
    const files = readJson<readonly ModelFile[]>(row.files, `version ${exact}`, isFiles)
    if (digestOf(files) !== row.digest) throw damaged(exact, folder, 'its row in the database does not have the digest it names')
    await checkFiles(folder, files, exact, signal)
    // The estimators are many; who only looks at versions needs none.
    const { loadModel } = await import('../../ml/index.ts')
    try {
      return await loadModel(folder)
    } catch (error) {
      if (!(error instanceof TidemillError) || error.code !== 'ml.damaged-model') throw error
      throw damaged(exact, folder, error.message, error)
    }
  })
}

/** Names are joined to the folder, so they must stay in it. */
function isFiles(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (file: Partial<ModelFile> | null) =>
        typeof file?.name === 'string' && /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(file.name) && typeof file.sha256 === 'string',
    )
  )
}
