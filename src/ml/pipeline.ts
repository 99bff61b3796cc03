import { type Batch, takeRows } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Problem } from '../schema/index.ts'
import { blockOfValues, featuresAt } from './blocks.ts'
import { checkObject } from './check-arguments.ts'
import { estimator } from './estimator.ts'
import { fitting } from './fitting.ts'
import { kept } from './kept.ts'
import { type Coded, featuresAfter, type FittedStep, kindNamed, type PipelineState, type Role } from './kinds/index.ts'
import type { Source } from './source.ts'
import { changedUses, type Flat, nameProblems, type Named, type ParamsOf, pathsOf } from './step-params.ts'
import { numbersAt } from './statistics/fold.ts'
import type { AnyEstimator, Estimator } from './types.ts'

export interface Steps {
  readonly [step: string]: AnyEstimator
}
type RolesOf<S> = S[keyof S] extends { readonly role: infer R } ? R : never
type RoleOf<S> = [Exclude<RolesOf<S>, 'transformer'>] extends [never] ? 'transformer' : Exclude<RolesOf<S>, 'transformer'> & Role
type Ordered<S> = {
  [N in keyof S]: N extends number | `${number}`
    ? Problem<'a step name must not be a number: JavaScript would move it to the front'>
    : unknown
}

/**
 * Types cannot see the order of keys. So a step that names its columns decides what the whole reads; else one that takes text lets text in, and the order is
 * checked when it learns.
 */
type TakesOf<S> = 'named' extends TakesIn<S> ? 'named' : 'any' extends TakesIn<S> ? 'any' : 'numeric'
type TakesIn<S> = S[keyof S] extends infer E ? (E extends { readonly '~needs'?: { readonly takes: infer T } } ? T : never) : never
type NeedsOf<S> = Flat<{ [N in keyof S]: S[N] extends { readonly '~needs'?: { readonly needs: infer M } } ? M : never }[keyof S]>

/**
 * Estimators one after the other, as one: each step learns from what the steps before it make of the data, so that test rows never leak into a scaler.
 *
 * All steps but the last transform; the last decides what the whole does. Parameters are named `step.parameter`. A pipeline can be a step of another. It reads
 * all columns, or, with a step of `columns(...)`, those that the first such step names.
 *
 * @example
 * const price = pipeline({ scale: standardScaler(), fit: linearRegression() })
 * const model = await price.with({ 'scale.withMean': false }).fit(train, { target: 'price' })
 * @throws ml.steps when the steps do not fit together
 */
export function pipeline<const S extends Steps>(steps: S & Ordered<S>): Estimator<RoleOf<S>, ParamsOf<S>, TakesOf<S>, NeedsOf<S>> {
  checkObject('pipeline', steps, 'an object of steps', 'ml.steps')
  const list = Object.entries(steps as Steps)
  const role = checkSteps(list) as RoleOf<S>
  return estimator<RoleOf<S>, ParamsOf<S>, TakesOf<S>, NeedsOf<S>>({
    role,
    kind: 'pipeline',
    params: pathsOf(list) as ParamsOf<S>,
    takes: { text: list.some(([, step]) => step['~takes'].text), missing: list.some(([, step]) => step['~takes'].missing) },
    // As in the types, wherever the step stands: what the steps before it make has no place in the data.
    columns: list.find(([, step]) => step['~columns'] !== undefined)?.[1]['~columns'],
    parts: list.map(([name, step]) => ({ name, use: step['~data'] })),
    learn: source => learnSteps(source, list),
    with: changed => pipeline(changedUses('pipeline', list, changed) as S & Ordered<S>),
  })
}

/** The role of the last step. */
function checkSteps(list: Named): Role {
  const last = list[list.length - 1]
  if (last === undefined)
    throw new TidemillError('ml.steps', 'a pipeline without steps', {
      hint: 'pipeline({ scale: standardScaler(), fit: linearRegression() })',
    })
  const problems: string[] = []
  for (const [index, [name, step]] of list.entries()) {
    if (typeof step !== 'object' || step === null || typeof step['~learn'] !== 'function') problems.push(`step ${name} is no estimator`)
    else if (index < list.length - 1 && step.role !== 'transformer')
      problems.push(`step ${name} is a ${step.role}, but only the last step may predict`)
    problems.push(...nameProblems('step', name))
  }
  if (problems.length > 0) throw new TidemillError('ml.steps', problems.join('; '), { details: { problems } })
  return last[1].role
}

async function learnSteps(source: Source, list: Named): Promise<PipelineState> {
  const steps: FittedStep[] = []
  let current = source
  for (const [name, step] of list) {
    const fitted = { name, ...(await step['~learn'](fitting(current, step['~takes'], name))) }
    steps.push(Object.freeze(fitted))
    current = after(current, fitted)
  }
  return { features: source.features, steps: Object.freeze(steps) }
}

/** The source as the next step sees it. */
export function after(source: Source, step: FittedStep): Source {
  const kind = kindNamed(step.kind)
  if (kind.role(step.state) !== 'transformer') return source
  const features = featuresAfter(source.features, kind.inputs(step.state), kind.outputs(step.state))
  const { table: _, ...rest } = source
  return kept({
    ...rest,
    features,
    async *blocks() {
      for await (const all of source.blocks()) {
        const block = withoutWeightless(all, source)
        const known = featuresAt(block, source.features)
        const written = kind.predict(step.state, known, block.rows)
        const extra = block.fields
          .slice(source.features.length)
          .map((field, i) => ({ name: field.name, data: numbersAt(block, source.features.length + i) }))
        const data = features.map(name => (written.get(name) ?? known.get(name)) as Float64Array | Coded)
        yield blockOfValues([...features, ...extra.map(item => item.name)], [...data, ...extra.map(item => item.data)], block.rows)
      }
    },
  })
}

/** A row of weight 0 is as if it were not there: an encoder must not refuse its categories. */
function withoutWeightless(block: Batch, source: Source): Batch {
  if (!source.weight) return block
  const weights = numbersAt(block, block.columns.length - 1)
  return weights.includes(0)
    ? takeRows(
        block,
        Int32Array.from(weights.keys()).filter(row => weights[row] !== 0),
      )
    : block
}
