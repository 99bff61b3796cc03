/** How trees and forests learn: rows into memory, one byte a value, trees on the threads there are. */
import { TidemillError } from '../errors/index.ts'
import { spread } from './crew.ts'
import type { TreeEnsembleState } from './kinds/index.ts'
import type { Source } from './source.ts'
import { gather, sharedIntegers, type Table } from './table.ts'
import {
  binFeatures,
  type Bins,
  type BinTask,
  type ForestAnswer,
  type ForestTask,
  growTrees,
  joinBins,
  joinTrees,
  planTrees,
  type Target,
  treeImportance,
} from './trees/index.ts'
import type { TreeParams } from './tree-params.ts'
import { builtUrl } from '../workers/index.ts'

export interface TreesWanted {
  readonly role: 'classifier' | 'regressor'
  readonly trees: number
  readonly bootstrap: boolean
  readonly criterion: 'gini' | 'entropy' | 'squaredError'
  readonly params: TreeParams
  /** How many features a node tries, of so many. */
  readonly tries: (features: number) => number
}

/**
 * Learns the trees. Memory: 8 bytes a value while reading, then one byte a value and the trees.
 *
 * @throws ml.no-rows when all rows have weight 0
 */
export async function learnTrees(source: Source, wanted: TreesWanted): Promise<TreeEnsembleState> {
  const { role, trees, bootstrap, criterion, params, tries } = wanted
  const table = await gather(source)
  const columns = table.columns as readonly Float64Array[]
  if (table.weight !== undefined && !table.weight.some(weight => weight > 0))
    throw new TidemillError('ml.no-rows', 'no row to learn from: every weight is 0')
  const codes = new Uint8Array(new SharedArrayBuffer(table.rows * columns.length))
  const bins = await binned(source, columns, table, codes)
  const whole: Omit<ForestTask, 'from' | 'to'> = {
    codes,
    rows: table.rows,
    lowers: bins.lowers,
    uppers: bins.uppers,
    weights: table.weight,
    target: targetOf(table, role),
    sample: sharedIntegers(Int32Array.from({ length: table.rows }, (_, row) => row)),
    settings: {
      criterion,
      maxDepth: params.maxDepth,
      minSplit: params.minSplit,
      minLeaf: params.minLeaf,
      maxFeatures: tries(columns.length),
      bootstrap,
      seed: params.seed,
    },
  }
  const tasks = planTrees(trees, table.rows).map(range => ({ ...whole, ...range }))
  const { crew, signal } = source
  const alone = crew === undefined || tasks.length === 1
  const parts = await spread(
    crew?.size ?? 1,
    tasks,
    async (task): Promise<ForestAnswer> =>
      alone ? growTrees(task) : crew.call<ForestAnswer>(forestTaskUrl, 'growTrees', task, `trees ${task.from + 1} to ${task.to}`),
    { signal },
  )
  const { gains, ...grown } = joinTrees(parts)
  return Object.freeze({
    features: source.features,
    classes: role === 'classifier' ? (table.classes ?? []) : undefined,
    trees: grown,
    importance: treeImportance({ gains, starts: grown.starts }),
  })
}

/** More values than these are put in bins on the threads, feature by feature. */
const fewValues = 500_000
const mostBins = 256

async function binned(source: Source, columns: readonly Float64Array[], table: Table, codes: Uint8Array): Promise<Bins> {
  const { crew, signal } = source
  const tasks = columns.map(
    (column, index): BinTask => ({
      columns: [column],
      weights: table.weight,
      maxBins: mostBins,
      codes: codes.subarray(index * table.rows, (index + 1) * table.rows),
    }),
  )
  const alone = crew === undefined || table.rows * columns.length < fewValues
  const work = async (task: BinTask): Promise<Bins> =>
    alone ? binFeatures(task) : crew.call<Bins>(binTaskUrl, 'binFeatures', task, 'bins')
  return joinBins(await spread(crew?.size ?? 1, tasks, work, { signal }))
}

const binTaskUrl = builtUrl(new URL('./trees/bin-task.ts', import.meta.url))
const forestTaskUrl = builtUrl(new URL('./trees/forest-task.ts', import.meta.url))

function targetOf(table: Table, role: 'classifier' | 'regressor'): Target {
  const target = table.target ?? new Float64Array(table.rows)
  if (role === 'regressor') return { of: 'number', values: target }
  return { of: 'class', codes: sharedIntegers(Int32Array.from(target)), classes: table.classes?.length ?? 1 }
}
