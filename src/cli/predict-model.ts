import { stat } from 'node:fs/promises'
import { TidemillError } from '../errors/index.ts'
import { type AnyModel, loadModel } from '../ml/index.ts'
import { openWorkspace } from '../models/index.ts'

export interface FoundModel {
  readonly model: AnyModel
  /** `folder models/price`, `price version 3 of .tidemill`. */
  readonly from: string
}

/**
 * The model that a word on the command line means: a saved folder, where there is one of this name or it looks like a path, else a registered model.
 *
 * @throws storage.not-found, ml.damaged-model for a folder; what the registry throws for a name, naming what there is
 */
export async function findModel(word: string, folder: string, signal: AbortSignal): Promise<FoundModel> {
  if (word.trim() === '')
    throw new TidemillError('cli.usage', 'name of the model is empty', {
      hint: 'a saved folder, or a registered model such as price@champion',
    })
  const found = await stat(word).catch(() => undefined)
  if (found?.isFile() === true)
    throw new TidemillError('ml.damaged-model', `a file is no model: ${word}`, {
      hint: 'a saved model is a folder; the order is tidemill predict MODEL FILE',
    })
  if (found !== undefined || /[\\/]|^\./.test(word)) return { model: await loadModel(word), from: `folder ${word}` }
  // A word that means nothing must not leave a workspace behind.
  const workspace = await openWorkspace(folder, { existing: true }).catch((error: unknown) => {
    throw noWorkspace(error, word, folder)
  })
  try {
    const version = await workspace.models.find(word).catch((error: unknown) => {
      throw unknownModel(error, word)
    })
    return {
      model: await workspace.models.load(`${version.name}@${version.number}`, { signal }),
      from: `${version.name} version ${version.number} of ${folder}`,
    }
  } finally {
    await workspace.close()
  }
}

function unknownModel(error: unknown, word: string): unknown {
  if (!(error instanceof TidemillError) || error.code !== 'models.unknown-model') return error
  return new TidemillError(error.code, error.message, {
    cause: error,
    hint: error.hint ?? `there is no folder ${word} either`,
    details: error.details,
  })
}

function noWorkspace(error: unknown, word: string, folder: string): unknown {
  if (!(error instanceof TidemillError) || error.code !== 'storage.not-found') return error
  return new TidemillError('models.unknown-model', `unknown model: ${word} (no folder of this name, and no registry at ${folder})`, {
    cause: error,
    hint: 'name the folder of a saved model, or say where the registry is: --workspace DIR',
  })
}
