/** The estimator: what prepares the columns, and what learns. */
import type { Dataset } from '../dataset/index.ts'
import { TidemillError } from '../errors/index.ts'
import {
  type AnyEstimator,
  type AnyModel,
  columns,
  decisionTreeClassifier,
  decisionTreeRegressor,
  imputer,
  linearRegression,
  logisticRegression,
  oneHotEncoder,
  type Part,
  pipeline,
  randomForestClassifier,
  randomForestRegressor,
  standardScaler,
  type Steps,
} from '../ml/index.ts'
import type { OpenRow } from '../schema/index.ts'
import type { FeatureColumn, TrainColumns } from './train-columns.ts'
import type { ModelName, Task, TrainRequest } from './train-request.ts'

/** An estimator chosen by its name: the compiler knows neither its parameters nor the columns. */
export interface Learner {
  readonly kind: string
  readonly role: 'regressor' | 'classifier'
  readonly params: Readonly<Record<string, unknown>>
  with(params: Readonly<Record<string, unknown>>): Learner
  fit(
    data: Dataset<OpenRow>,
    options: { readonly target: string; readonly workers?: number | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<AnyModel>
}
export interface TrainModel {
  /** Preparation and model in one. */
  readonly learner: Learner
  /** The simplest guess over the same columns: the most frequent label, the mean. */
  readonly baseline: (rows: number) => Learner
  readonly kind: string
  /** The parameters of the model alone. */
  readonly params: Readonly<Record<string, unknown>>
  /** What is done with the columns, in words. */
  readonly prepared: readonly string[]
}
type Factory = (params: object) => AnyEstimator

const factories: Readonly<Record<Task, Partial<Readonly<Record<ModelName, Factory>>>>> = {
  classes: { logistic: logisticRegression, tree: decisionTreeClassifier, forest: randomForestClassifier },
  number: { linear: linearRegression, tree: decisionTreeRegressor, forest: randomForestRegressor },
}
const words: Readonly<Record<Task, string>> = { classes: 'classes', number: 'a number' }

/** The step of the pipeline that learns. */
export const modelStep = 'model'

/**
 * Puts the estimator together.
 *
 * @throws cli.usage for a model that does not fit the target; ml.param for a parameter that the model does not have
 */
export function trainModel(request: TrainRequest, task: Task, features: TrainColumns): TrainModel {
  const factory = factories[task][request.model]
  if (factory === undefined)
    throw new TidemillError(
      'cli.usage',
      `--model ${request.model} cannot predict ${words[task]} (have ${Object.keys(factories[task]).join(', ')})`,
      {
        hint:
          task === 'classes'
            ? 'for classes: --model logistic; to predict a number: --regress'
            : 'to predict a number: --model linear; for classes: --classify',
      },
    )
  const own = Object.entries(request.params).filter(([name]) => !name.includes('.'))
  const inside = Object.entries(request.params).filter(([name]) => name.includes('.'))
  const seeded = 'seed' in factory({}).params ? { seed: request.seed } : {}
  const model = factory({ ...seeded, ...Object.fromEntries(own) })
  const scaled = request.model === 'linear' || request.model === 'logistic'
  const { prepare, prepared } = preparation(features, scaled)
  const whole = learnerOf({ prepare, [modelStep]: model })
  return {
    learner: inside.length === 0 ? whole : whole.with(Object.fromEntries(inside)),
    // A tree that may not ask anything is one leaf.
    baseline: rows => {
      const guess = { minSplit: rows + 1 }
      return learnerOf({ prepare, guess: task === 'classes' ? decisionTreeClassifier(guess) : decisionTreeRegressor(guess) })
    },
    kind: model.kind,
    params: model.params as Readonly<Record<string, unknown>>,
    prepared,
  }
}

function learnerOf(steps: Steps): Learner {
  // What it takes is looked at when it learns.
  return pipeline(steps) as unknown as Learner
}

/** NULLs are filled in every column, so that a row with a gap gets a prediction too. */
function preparation(
  { numbers, texts }: TrainColumns,
  scaled: boolean,
): { readonly prepare: AnyEstimator; readonly prepared: readonly string[] } {
  const parts: Record<string, Part> = {}
  const prepared: string[] = []
  if (numbers.length > 0) {
    const fill = imputer({ strategy: 'median' })
    parts['numbers'] = { of: names(numbers), use: scaled ? pipeline({ fill, scale: standardScaler() }) : fill }
    prepared.push(
      `${counted(numbers, 'number')}: NULLs become the median${gaps(numbers)}${scaled ? '; scaled to mean 0 and deviation 1' : ''}`,
    )
  }
  if (texts.length > 0) {
    parts['texts'] = { of: names(texts), use: pipeline({ fill: imputer({ strategy: 'mode' }), encode: oneHotEncoder() }) }
    const made = texts.reduce((sum, text) => sum + (text.categories ?? 0), 0)
    prepared.push(
      `${counted(texts, 'text')}: NULLs become the most frequent${gaps(texts)}; a column of 0 and 1 for each of ${made} categories; a category never seen is none of them`,
    )
  }
  return { prepare: columns(parts), prepared }
}

const names = (all: readonly FeatureColumn[]): readonly string[] => all.map(column => column.name)

function counted(all: readonly FeatureColumn[], thing: string): string {
  return `${all.length} ${thing}${all.length === 1 ? '' : 's'}`
}

/** ` (here total_bedrooms: 207)`. */
function gaps(all: readonly FeatureColumn[]): string {
  const with_ = all.filter(column => column.nulls > 0)
  if (with_.length === 0) return ' (here there are none)'
  const shown = with_.slice(0, 5).map(column => `${column.name}: ${column.nulls}`)
  return ` (here ${shown.join(', ')}${with_.length > 5 ? `, and in ${with_.length - 5} more columns` : ''})`
}
