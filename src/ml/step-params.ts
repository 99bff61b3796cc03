/** Parameters of what is made of named estimators: `step.parameter`. */
import { throwParams } from './params.ts'
import type { AnyEstimator } from './types.ts'

/** `{ scale: standardScaler(), fit: linearRegression() }` has the parameters `scale.withMean`, `fit.intercept`... */
export type ParamsOf<S> = Flat<
  { [N in keyof S & string]: S[N] extends { readonly params: infer P } ? { [K in keyof P & string as `${N}.${K}`]: P[K] } : {} }[keyof S &
    string]
>
/** A union of objects as one object. */
export type Flat<U> = (U extends unknown ? (u: U) => void : never) extends (all: infer A) => void
  ? { -readonly [K in keyof A]: A[K] }
  : never

export type Named = readonly (readonly [name: string, use: AnyEstimator])[]

/** All parameters by their paths. */
export function pathsOf(list: Named): Readonly<Record<string, unknown>> {
  const params: Record<string, unknown> = {}
  for (const [name, use] of list) for (const [key, value] of Object.entries(use.params)) params[`${name}.${key}`] = value
  return Object.freeze(params)
}

/** What is wrong with the name of a step or part. */
export function nameProblems(what: 'step' | 'part', name: string): readonly string[] {
  if (/^\d+$/.test(name)) return [`${what} name ${name} is a number, which JavaScript moves to the front`]
  return name === '' || name.includes('.') ? [`${what} name '${name}' must be a word without a dot`] : []
}

/** The estimators again, those with changed parameters made anew. @throws ml.param for a path that is not there */
export function changedUses(kind: string, list: Named, changed: object): Record<string, AnyEstimator> {
  const have = Object.keys(pathsOf(list))
  const own = new Map<string, Record<string, unknown>>()
  const problems: string[] = []
  for (const [path, value] of Object.entries(changed)) {
    if (!have.includes(path)) problems.push(`unknown parameter: ${path} (have ${have.join(', ')})`)
    const dot = path.indexOf('.')
    const name = path.slice(0, dot)
    own.set(name, { ...own.get(name), [path.slice(dot + 1)]: value })
  }
  throwParams(kind, problems)
  return Object.fromEntries(list.map(([name, use]) => [name, own.has(name) ? use.with(own.get(name) as never) : use]))
}
