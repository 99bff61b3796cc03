/** How an encoder learns: one pass that collects the categories of each column. */
import { TidemillError } from '../errors/index.ts'
import { valuesAt } from './blocks.ts'
import { type Category, type Coded, compareCategories, nameTwice, type OneHotState, oneHotName } from './kinds/index.ts'
import { weighs } from './learners.ts'
import { throwAll } from './problems.ts'
import type { Source } from './source.ts'
import { numbersAt } from './statistics/fold.ts'

/** @throws ml.no-rows, ml.no-values, ml.too-many-categories, plan.duplicate-column */
export async function learnOneHot(
  source: Source,
  params: { readonly drop: 'none' | 'first'; readonly unknown: 'ignore' | 'error'; readonly maxCategories: number },
): Promise<OneHotState> {
  const { features } = source
  const seen = features.map(() => new Set<Category>())
  let weight = 0
  for await (const block of source.blocks()) {
    source.signal?.throwIfAborted()
    const weights = source.weight ? numbersAt(block, features.length + (source.target ? 1 : 0)) : undefined
    weight += weights === undefined ? block.rows : weights.reduce((sum, share) => sum + share, 0)
    for (const [index, known] of seen.entries()) collect(known, valuesAt(block, index), weights, params.maxCategories)
  }
  weighs(weight)
  check(features, seen, params.maxCategories)
  const state: OneHotState = {
    features,
    categories: Object.freeze(seen.map(known => Object.freeze([...known].sort(compareCategories)))),
    drop: params.drop,
    unknown: params.unknown,
  }
  freeNames(state)
  return state
}

/** Stops one above the limit: a column of ids must not fill the memory. */
function collect(known: Set<Category>, values: Float64Array | Coded, weights: Float64Array | undefined, most: number): void {
  if (known.size > most) return
  const rows = values instanceof Float64Array ? values.length : values.codes.length
  for (let row = 0; row < rows && known.size <= most; row++) {
    if (weights?.[row] === 0) continue
    if (values instanceof Float64Array) {
      if (!Number.isNaN(values[row])) known.add((values[row] as number) + 0)
    } else if ((values.codes[row] as number) >= 0) known.add(values.values[values.codes[row] as number] as string)
  }
}

function check(features: readonly string[], seen: readonly ReadonlySet<Category>[], most: number): void {
  const many = features.filter((_, i) => (seen[i] as ReadonlySet<Category>).size > most)
  const empty = features.filter((_, i) => seen[i]?.size === 0)
  if (many.length > 0)
    throw new TidemillError('ml.too-many-categories', `columns with more than ${most} categories: ${many.join(', ')}`, {
      hint: 'leave out columns that name a row, as ids do; or raise oneHotEncoder({ maxCategories })',
      details: { columns: many, maxCategories: most },
    })
  throwAll(empty.length === 0 ? [] : [['ml.no-values', `columns without any value: ${empty.join(', ')}`]])
}

function freeNames(state: OneHotState): void {
  const taken = state.features.flatMap((feature, i) =>
    (state.categories[i] ?? []).map(category => oneHotName(feature, category)).filter(name => state.features.includes(name)),
  )
  const name = taken[0] ?? nameTwice(state)
  if (name !== undefined)
    throw new TidemillError('plan.duplicate-column', `two columns would be called ${name}`, {
      hint: 'an encoder names its columns feature=category: rename the feature with the = in its name',
      details: { name },
    })
}
