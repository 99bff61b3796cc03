import { showing, type Shown } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Relation } from '../plan/index.ts'
import type { Role } from './kinds/index.ts'
import { makeModel } from './model.ts'
import { openSource, type Source, type Wanted } from './source.ts'
import type { Estimator, Learnt } from './types.ts'

/** What makes an estimator one: its parameters (complete and checked), how it learns, and how it is made again with others. */
export interface Definition<R extends Role, P extends object> {
  readonly role: R
  readonly kind: string
  readonly params: Readonly<P>
  learn(source: Source): Promise<object>
  with(params: Partial<P>): Estimator<R, P>
}

/** An estimator from its definition. */
export function estimator<R extends Role, P extends object>(definition: Definition<R, P>): Estimator<R, P> {
  const { role, kind, params } = definition
  const learn = async (source: Source): Promise<Learnt> => ({ kind, state: Object.freeze(await definition.learn(source)) })
  const made: Untyped = {
    role,
    kind,
    params,
    with: changed => definition.with(changed as Partial<P>),
    async fit(data: Relation<unknown>, options: Wanted = {}) {
      const needsTarget = role === 'regressor' || role === 'classifier'
      if (needsTarget && typeof options.target !== 'string') {
        const have = data.schema.map(field => field.name).join(', ')
        throw new TidemillError('ml.unknown-target', `no target was named (have ${have})`, { hint: "fit(data, { target: 'price' })" })
      }
      const source = await openSource(data, needsTarget ? options : { ...options, target: undefined })
      let rows = 0
      const counted: Source = {
        ...source,
        blocks: async function* () {
          rows = 0
          for await (const block of source.blocks()) {
            rows += block.rows
            yield block
          }
        },
      }
      const learnt = await learn(counted)
      return makeModel({ ...learnt, features: source.fields, target: source.targetField, rows })
    },
    '~learn': learn,
    ...showing(() => {
      const pairs = Object.entries(params).map(([name, value]) => [name, String(value)] as const)
      return { kind: 'keyValues', title: `${kind} (${role})`, pairs }
    }),
  }
  // The types of `fit` follow the rows of the data; what runs is the same for all.
  return Object.freeze(made) as unknown as Estimator<R, P>
}

interface Untyped extends Shown {
  readonly role: Role
  readonly kind: string
  readonly params: object
  with(params: object): unknown
  fit(data: Relation<unknown>, options?: Wanted): Promise<unknown>
  readonly '~learn': (source: Source) => Promise<Learnt>
}
