/** Learns from one part, judges by the other. */
import type { Dataset } from '../dataset/index.ts'
import { type AnyModel, type FeatureImportance, gridSearch, permutationImportance, type SearchResult } from '../ml/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { statesIn } from './model-states.ts'
import { type Learner, modelStep, type TrainModel } from './train-model.ts'
import type { TrainRequest } from './train-request.ts'

export interface TrainParts {
  readonly train: Dataset<OpenRow>
  readonly test: Dataset<OpenRow>
}
/** Metrics by name, and what is no number beside them (a confusion matrix). */
export type Figures = Readonly<Record<string, unknown>>
export interface Learnt {
  readonly model: AnyModel
  readonly search: Search | undefined
  /** Of the rows it learnt from: what it says of itself. */
  readonly training: Figures
  /** Of the rows it has not seen: what counts. */
  readonly heldOut: Figures
  /** What the simplest guess makes of the rows held out. */
  readonly baseline: Figures
  readonly importance: readonly FeatureImportance[]
  /** How many held-out rows the importance was measured on. */
  readonly importanceRows: number
  readonly notes: readonly string[]
}
export interface Search {
  readonly scoring: string
  readonly folds: number
  readonly best: Figures
  /** Best first. */
  readonly candidates: readonly Figures[]
}

/** Importance shuffles every feature of these rows five times: more would take long and say the same. */
const importanceRows = 5_000

/**
 * Fits (or searches), then measures on both parts.
 *
 * @throws what `fit` and `gridSearch` throw
 */
export async function learn(
  { train, test }: TrainParts,
  { learner, baseline }: TrainModel,
  request: TrainRequest,
  signal: AbortSignal,
): Promise<Learnt> {
  const { target, seed } = request
  const options = { target, signal }
  const { model, search, notes } = await fitted(learner, train, request, signal)
  const training = (await model.evaluate(train, { signal })) as Figures
  const heldOut = (await model.evaluate(test, { signal })) as Figures
  const guess = await baseline(model.rows).fit(train, options)
  const judged = test.limit(importanceRows)
  return {
    model,
    search,
    training,
    heldOut,
    baseline: (await guess.evaluate(test, { signal })) as Figures,
    importance: await permutationImportance(model, judged, { seed, signal }),
    importanceRows: Math.min(importanceRows, Number(heldOut['rows'])),
    notes: [...notes, ...unfinished(model)],
  }
}

async function fitted(
  learner: Learner,
  train: Dataset<OpenRow>,
  request: TrainRequest,
  signal: AbortSignal,
): Promise<{ readonly model: AnyModel; readonly search: Search | undefined; readonly notes: readonly string[] }> {
  const options = { target: request.target, signal }
  if (request.grid === undefined) return { model: await learner.fit(train, options), search: undefined, notes: [] }
  const grid = Object.fromEntries(Object.entries(request.grid).map(([name, values]) => [whole(name), values]))
  const { folds, scoring } = request
  // The estimator was chosen by its name, so its parameters are checked when the candidates are made.
  const searched = gridSearch(learner as never, grid as never, { folds, ...(scoring === undefined ? {} : { scoring: scoring as never }) })
  const found = (await (searched as unknown as Learner).fit(train, options)) as unknown as SearchResult<object, AnyModel>
  return {
    model: found.best,
    search: {
      scoring: found.scoring,
      folds: found.folds,
      best: short(pick(found.bestParams as Figures, Object.keys(grid))),
      candidates: found.table().map(short),
    },
    notes: found.notes,
  }
}

/** `trees` is the model's own; a name with a dot is of another step. */
function whole(name: string): string {
  return name.includes('.') ? name : `${modelStep}.${name}`
}

/** Names as the command line has them. */
function short(row: Figures): Figures {
  const own = `${modelStep}.`
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name.startsWith(own) ? name.slice(own.length) : name, value]))
}

function pick(values: Figures, names: readonly string[]): Figures {
  return Object.fromEntries(names.map(name => [name, values[name]]))
}

function unfinished(model: AnyModel): readonly string[] {
  return statesIn(model).flatMap(({ kind, state }) =>
    state['converged'] === false
      ? [
          `${kind} did not settle in ${String(state['iterations'])} iterations: give it more with --param maxIterations=${Number(state['iterations']) * 10}`,
        ]
      : [],
  )
}
