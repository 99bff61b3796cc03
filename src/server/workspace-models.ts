import { TidemillError } from '../errors/index.ts'
import type { AnyModel } from '../ml/index.ts'
import type { Models } from '../models/index.ts'
import type { ModelSource, ServedModel } from './model-source.ts'
import { orNone } from './overview.ts'

/**
 * The models of a workspace. A reference is looked up for every request, so a promotion or a rollback counts from the next request on, also one made by another
 * process. Models stay in memory by version, which never changes; those not asked for the longest are let go.
 *
 * @param options `keep`: how many models stay in memory; default 32
 * @example
 * const served = app({ models: workspaceModels(tm.models), tokens: known })
 */
export function workspaceModels(
  registry: Pick<Models, 'list' | 'versions' | 'find' | 'load'>,
  { keep = 32 }: { readonly keep?: number } = {},
): ModelSource {
  const loaded = new Map<string, Promise<AnyModel>>()
  const load = (key: string, reference: string): Promise<AnyModel> => {
    const known = loaded.get(key)
    const model = known ?? registry.load(reference)
    // Last in the order of use.
    loaded.delete(key)
    loaded.set(key, model)
    if (known === undefined) {
      // A file that is mended is read again.
      model.catch(() => void (loaded.get(key) === model && loaded.delete(key)))
      const oldest = loaded.size > keep ? loaded.keys().next().value : undefined
      if (oldest !== undefined) loaded.delete(oldest)
    }
    return model
  }
  return Object.freeze({
    names: () => orNone(async () => (await registry.list()).map(one => one.name)),
    versions: async (name: string) => (await registry.versions(name)).map(one => String(one.number)).toReversed(),
    async get(reference: string): Promise<ServedModel> {
      const { name, number, digest, aliases } = await registry.find(reference).catch((error: unknown) => {
        throw noneYet(error, reference)
      })
      // By number: the alias may be moved while the model is read.
      const model = await load(`${name}@${number} ${digest}`, `${name}@${number}`)
      return { name, version: String(number), aliases, model }
    },
  })
}

/** A folder of jobs that no model was registered in yet. */
function noneYet(error: unknown, reference: string): unknown {
  if (!(error instanceof TidemillError) || error.code !== 'storage.not-found') return error
  return new TidemillError('models.unknown-model', `unknown model: ${reference.slice(0, 100)} (there is none)`, { cause: error })
}
