import { ClassifierGrower, labelBits } from './grow-classifier.ts'
import { RegressorGrower } from './grow-regressor.ts'
import { WeightedClassifierGrower } from './grow-weighted-classifier.ts'
import type { Grower } from './grower.ts'
import type { GrowSettings, TreeData } from './settings.ts'
import type { GrownTrees } from './tree-table.ts'

/** What the trees are to tell of a row: its class by number, or a number. */
export type Target =
  | { readonly of: 'class'; readonly codes: Int32Array; readonly classes: number }
  | { readonly of: 'number'; readonly values: Float64Array }

/** Some trees of a forest as a message to a worker; the arrays may be over shared memory. */
export interface ForestTask extends TreeData {
  readonly target: Target
  /** The rows to learn from, by number, in any order; the order matters to the draws. */
  readonly sample: Int32Array
  readonly settings: GrowSettings
  /** The numbers of the trees: from `from` to `to` - 1. */
  readonly from: number
  readonly to: number
}
export type ForestAnswer = GrownTrees

/**
 * Grows some trees of a forest. A tree depends on the seed and its own number only, so a forest has the same bits however it is cut into tasks.
 *
 * At least one row of the sample must have a weight above 0.
 */
export function growTrees(task: ForestTask): ForestAnswer {
  const grower = growerOf(task)
  for (let tree = task.from; tree < task.to; tree++) grower.grow(task.sample, task.settings, tree)
  return grower.take()
}

function growerOf({ target, settings, sample, codes, rows, lowers, uppers, weights }: ForestTask): Grower {
  const data: TreeData = { codes, rows, lowers, uppers, weights }
  if (target.of === 'number') return new RegressorGrower({ ...data, targets: target.values })
  const classData = { ...data, targets: target.codes, classes: target.classes }
  const { criterion } = settings
  if (criterion === 'squaredError') throw new RangeError('squared error is no criterion for classes')
  if (criterion === 'gini' && (weights === undefined || areCounts(weights, sample, labelBits(target.classes))))
    return new ClassifierGrower(classData)
  return new WeightedClassifierGrower(classData, criterion)
}

/** Whether the weights are whole numbers, small enough that sums of their squares are exact and that they stand beside a label in 32 bits. */
function areCounts(weights: Float64Array, sample: Int32Array, labelBits: number): boolean {
  const most = 2 ** Math.min(26, 30 - labelBits) / sample.length
  return sample.every(row => Number.isInteger(weights[row]) && (weights[row] as number) <= most)
}
