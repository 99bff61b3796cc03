import { didYouMean, TidemillError } from '../errors/index.ts'
import type { AnyModel } from '../ml/index.ts'

/** A model under the name and version it is served as. */
export interface ServedModel {
  readonly name: string
  readonly version: string
  /** The aliases that point at this version now. */
  readonly aliases?: readonly string[] | undefined
  readonly model: AnyModel
}
/** Where a server finds its models. It is asked for every request, so what it answers may change while the server runs. */
export interface ModelSource {
  names(): Promise<readonly string[]>
  /**
   * The model of `price`, `price@champion` or `price@3`.
   *
   * @throws models.unknown-model, models.unknown-version, models.unknown-alias, models.reference
   */
  get(reference: string): Promise<ServedModel>
  /** The versions that can be asked for by number; without, only the one that `get` gives. */
  versions?(name: string): Promise<readonly string[]>
}

/**
 * Models in memory, each as version 1 of its name.
 *
 * @example
 * const served = app({ models: fixedModels({ price: model }), tokens: known })
 * @throws models.bad-name for a name that cannot stand in a reference
 */
export function fixedModels(models: Readonly<Record<string, AnyModel>>): ModelSource {
  const served = new Map(Object.entries(models).map(([name, model]) => [name, Object.freeze({ name, version: '1', model })]))
  const names = [...served.keys()]
  const wrong = names.filter(name => !/^[\w-][\w.-]{0,99}$/.test(name))
  if (wrong.length > 0)
    throw new TidemillError('models.bad-name', `bad model name: ${wrong.join(', ')}`, {
      hint: 'letters, digits, - _ and . inside: house-price',
    })
  return Object.freeze({
    names: async () => names,
    async get(reference: string) {
      const [name = '', pointer, ...more] = reference.split('@')
      if (more.length > 0 || pointer === '')
        throw new TidemillError('models.reference', `reference of the wrong form: ${reference.slice(0, 200)}`)
      const found = served.get(name)
      if (found === undefined) {
        const hint = didYouMean([name.slice(0, 100)], names)
        throw new TidemillError(
          'models.unknown-model',
          `unknown model: ${name.slice(0, 100)} (${having(names)})`,
          hint === undefined ? {} : { hint },
        )
      }
      if (pointer === undefined || pointer === found.version) return found
      const [code, what] = /^\d+$/.test(pointer)
        ? (['models.unknown-version', 'version'] as const)
        : (['models.unknown-alias', 'alias'] as const)
      const have = what === 'version' ? `have ${found.version}` : 'there is none'
      throw new TidemillError(code, `unknown ${what} of ${name}: ${pointer.slice(0, 100)} (${have})`)
    },
  })
}

function having(names: readonly string[]): string {
  if (names.length === 0) return 'there is none'
  return `have ${names.slice(0, 20).join(', ')}${names.length > 20 ? `, and ${names.length - 20} more` : ''}`
}
