import { showing, type Shown } from '../display/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import type { Relation } from '../plan/index.ts'
import type { Field, Schema } from '../schema/index.ts'
import { cancellable } from './cancelled.ts'
import { checkObject, checkOptions, checkSignal, checkWorkers } from './check-arguments.ts'
import { checkRelation } from './check-relation.ts'
import { withClasses } from './classes.ts'
import { crewOf } from './crew.ts'
import type { EstimatorData, Role } from './estimator-data.ts'
import { makeModel } from './model.ts'
import { numbersOnly, openSource, type Source, type Takes, type Wanted } from './source.ts'
import type { Estimator, FitSettings, Learnt, Takes as TypedTakes } from './types.ts'

/** What makes an estimator one: its parameters (complete and checked), how it learns, and how it is made again with others. */
export interface Definition<R extends Role, P extends object, T extends TypedTakes = 'numeric', Needs = {}> {
  readonly role: R
  readonly kind: string
  readonly params: Readonly<P>
  /** What its features may hold besides numbers. Default: nothing. */
  readonly takes?: Takes
  /** The features it asks for by name; default: all columns. */
  readonly columns?: readonly string[] | undefined
  /** How parameters are read, where that is not obvious. */
  readonly notes?: readonly string[]
  /** What it is made of, by name. */
  readonly parts?: EstimatorData['parts']
  learn(source: Source): Promise<object>
  with(params: Partial<P>): Estimator<R, P, T, Needs>
}

/** An estimator from its definition. */
export function estimator<R extends Role, P extends object, T extends TypedTakes = 'numeric', Needs = {}>(
  definition: Definition<R, P, T, Needs>,
): Estimator<R, P, T, Needs> {
  const { role, kind, params, takes = numbersOnly, columns, parts, notes = [] } = definition
  const learn = async (source: Source): Promise<Learnt> => ({ kind, state: Object.freeze(await definition.learn(source)) })
  const made: Untyped = {
    role,
    kind,
    params,
    with(changed) {
      checkObject(kind, changed, 'an object of parameters')
      return definition.with(changed as Partial<P>)
    },
    fit: (data: Relation<unknown>, options: Wanted & FitSettings = {}) =>
      cancellable('learning', options?.signal, async () => {
        const { source, fields, targetField } = await openTraining(data, { role, takes, columns }, options)
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
        return makeModel({ ...learnt, features: fields, target: targetField, rows })
      }),
    '~learn': learn,
    '~takes': takes,
    '~columns': columns,
    '~notes': notes,
    '~data': Object.freeze({ kind, params: params as EstimatorData['params'], ...(parts === undefined ? {} : { parts }) }),
    ...showing(() => {
      const pairs = Object.entries(params).map(([name, value]) => [name, String(value)] as const)
      return { kind: 'keyValues', title: `${kind} (${role})`, pairs }
    }),
  }
  // The types of `fit` follow the rows of the data; what runs is the same for all.
  return Object.freeze(made) as unknown as Estimator<R, P, T, Needs>
}

/** Opens the data that an estimator is to learn from: features, target (a classifier's as class numbers), weight, threads. */
export async function openTraining(
  data: Relation<unknown>,
  { role, takes, columns }: { readonly role: Role; readonly takes: Takes; readonly columns: readonly string[] | undefined },
  options: Wanted & FitSettings,
  call: string = 'fit',
): Promise<{ readonly source: Source; readonly fields: Schema; readonly targetField: Field | undefined }> {
  checkRelation(data, call)
  const needsTarget = role === 'regressor' || role === 'classifier'
  checkOptions(call, options, needsTarget ? ['target', ...fitOptions] : fitOptions)
  if (needsTarget && typeof options.target !== 'string') {
    const have = data.schema.map(field => field.name).join(', ')
    throw new TidemillError('ml.unknown-target', `no target was named (have ${have})`, { hint: "fit(data, { target: 'price' })" })
  }
  const { weight, signal, workers } = options
  checkWorkers(workers)
  checkSignal(signal)
  if (options.columns !== undefined && !isNames(options.columns))
    throw new TidemillError('ml.param', `columns must be a list of names, not ${whatIs(options.columns)}`)
  if (needsTarget && weight !== undefined && weight === options.target)
    throw new TidemillError('ml.param', `the weight cannot be the target: ${weight}`)
  const wanted = { ...options, columns: options.columns ?? columns, takes, labels: role === 'classifier' }
  const opened = await openSource(data, needsTarget ? wanted : { ...wanted, target: undefined })
  const { pool } = data
  const crew = pool === undefined ? undefined : crewOf(pool, { workers, signal })
  const source = { ...opened, crew }
  const { fields, targetField } = opened
  if (role !== 'classifier' || targetField === undefined) return { source, fields, targetField }
  return { source: await withClasses(source, targetField), fields, targetField }
}

const fitOptions = ['weight', 'columns', 'workers', 'signal'] as const satisfies readonly (keyof (Wanted & FitSettings))[]

/** True for an array of texts; what types promise, JavaScript does not. */
function isNames(columns: unknown): boolean {
  return Array.isArray(columns) && columns.every(name => typeof name === 'string')
}

interface Untyped extends Shown {
  readonly role: Role
  readonly kind: string
  readonly params: object
  with(params: object): unknown
  fit(data: Relation<unknown>, options?: Wanted & FitSettings): Promise<unknown>
  readonly '~learn': (source: Source) => Promise<Learnt>
  readonly '~takes': Takes
  readonly '~columns': readonly string[] | undefined
  readonly '~notes': readonly string[]
  readonly '~data': EstimatorData
}
