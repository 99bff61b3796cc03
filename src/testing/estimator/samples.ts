/** Rows to learn from, that fit what an estimator takes. */
import type { AnyEstimator, AnyModel } from '../../ml/index.ts'
import type { Relation } from '../../plan/index.ts'
import type { SchemaSpec } from '../../schema/index.ts'
import { seededRandom } from '../../time/index.ts'

/** How the labels of a classifier are written. */
export type Labels = 'text' | 'whole' | 'boolean'
export type Sample = Readonly<Record<string, string | number | boolean | null>>
const types: Readonly<Record<string, string>> = { a: 'float64', b: 'float64', n: 'int32', t: 'string' }

/** What an estimator reads of the samples. */
export interface Subject {
  readonly estimator: AnyEstimator
  readonly features: readonly string[]
  readonly numbers: readonly string[]
  readonly predicts: boolean
}

/** Looks at what an estimator says about itself. */
export function subject(make: () => AnyEstimator): Subject {
  const estimator = make()
  const features = estimator['~columns'] ?? (estimator['~takes'].text ? ['a', 'b', 'n', 't'] : ['a', 'b', 'n'])
  const unknown = features.filter(name => types[name] === undefined)
  if (unknown.length > 0)
    throw new Error(
      `the estimator names ${unknown.join(', ')}; the samples have ${Object.keys(types).join(', ')}: let it name some of those`,
    )
  const predicts = estimator.role === 'regressor' || estimator.role === 'classifier'
  return { estimator, features, numbers: features.filter(name => name !== 't'), predicts }
}

/**
 * Rows of a plane with noise. The features have few different values, so that they can be categories too, and few of them are exact in binary. A regressor's
 * target `y` is a number, a classifier's a label of three (of two when boolean); a transformer has none.
 */
export function samples(
  { estimator, predicts }: Subject,
  options: { readonly count?: number; readonly seed?: number; readonly labels?: Labels } = {},
): readonly Sample[] {
  const { count = 400, seed = 5, labels = 'text' } = options
  const random = seededRandom(seed)
  const level = (levels: number): number => Math.floor(random.next() * levels)
  const places = ['Oslo', 'Bergen', 'Ålesund', '\u{1F600}']
  return Array.from({ length: count }, () => {
    const a = level(40) / 7 - 3
    const b = level(60) * 1.1
    const n = level(20)
    const at = level(4)
    const height = 3 * a - 0.1 * b + n + 2 * at + random.next()
    const y = estimator.role === 'regressor' ? height : labelOf(height, labels)
    return { a, b, n, ...(estimator['~takes'].text ? { t: places[at] as string } : {}), ...(predicts ? { y } : {}) }
  })
}

function labelOf(height: number, labels: Labels): string | number | boolean {
  const place = height < 5 ? 0 : height < 12 ? 1 : 2
  if (labels === 'boolean') return place > 0
  return labels === 'text' ? (['low', 'middle', 'à part'][place] as string) : ([-3, 0, 11][place] as number)
}

/** The types of the samples. `nullable`: features that may be NULL. */
export function schemaOf(
  { estimator, predicts }: Subject,
  options: { readonly labels?: Labels; readonly nullable?: readonly string[] } = {},
): SchemaSpec {
  const { labels = 'text', nullable = [] } = options
  const names = estimator['~takes'].text ? ['a', 'b', 'n', 't'] : ['a', 'b', 'n']
  const target = estimator.role === 'regressor' ? 'float64' : { text: 'string', whole: 'int64', boolean: 'boolean' }[labels]
  const features = names.map(name => [name, nullable.includes(name) ? `${types[name]}?` : types[name]] as const)
  return Object.fromEntries([...features, ...(predicts ? [['y', target] as const] : [])]) as SchemaSpec
}

/** The rows with NULLs in these features, each in every eleventh row, never two in one. */
export function withNulls(rows: readonly Sample[], features: readonly string[]): readonly Sample[] {
  return rows.map((row, i) => {
    const name = features[i % 11]
    return name === undefined ? row : { ...row, [name]: null }
  })
}

interface Fitting {
  fit(data: unknown, options: object): Promise<AnyModel>
}

/** `fit` without the types that follow a row the compiler knows. */
export function fit(estimator: AnyEstimator, data: Relation<unknown>, options: object = {}): Promise<AnyModel> {
  const target = estimator.role === 'regressor' || estimator.role === 'classifier' ? { target: 'y' } : {}
  return (estimator as unknown as Fitting).fit(data, { ...target, ...options })
}
