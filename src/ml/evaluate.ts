import { TidemillError } from '../errors/index.ts'
import type { Relation } from '../plan/index.ts'
import { blockOf } from './blocks.ts'
import { kindNamed } from './kinds/index.ts'
import type { ModelData } from './model-data.ts'
import { openSource } from './source.ts'
import { type RegressionErrors, regressionErrors } from './statistics/errors.ts'
import { fold, numbersAt } from './statistics/fold.ts'

/** Predicts every row and compares; of a transformer only the rows are counted. */
export async function evaluateModel(
  data: ModelData,
  relation: Relation<unknown>,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<RegressionErrors | { readonly rows: number }> {
  const kind = kindNamed(data.kind)
  const columns = featuresIn(data, relation)
  const source = await openSource(relation, { columns, target: data.target?.name, signal: options.signal })
  if (data.target === undefined) {
    let rows = 0
    for await (const block of source.blocks()) rows += block.rows
    return { rows }
  }
  async function* compared(): ReturnType<typeof source.blocks> {
    for await (const block of source.blocks()) {
      const known = new Map(columns.map((name, i) => [name, numbersAt(block, i)]))
      const prediction = kind.predict(data.state, known, block.rows).get('prediction') as Float64Array
      yield blockOf(['target', 'prediction'], [numbersAt(block, columns.length), prediction], block.rows)
    }
  }
  return fold(regressionErrors(), compared())
}

/** The names of the features, all of them there. */
function featuresIn(data: ModelData, relation: Relation<unknown>): string[] {
  const names = data.features.map(field => field.name)
  const have = new Set(relation.plan.fields.map(field => field.name))
  const missing = relation.plan.open ? [] : names.filter(name => !have.has(name))
  if (missing.length > 0)
    throw new TidemillError('ml.missing-feature', `missing feature: ${missing.join(', ')} (have ${[...have].join(', ')})`, {
      details: { missing },
    })
  return names
}
