/** What the rows have that the model has not learnt from: gaps, and categories it has never seen. */
import type { Dataset } from '../dataset/index.ts'
import { count } from '../expr/index.ts'
import type { AnyModel } from '../ml/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { statesIn } from './model-states.ts'
import { counted } from './output.ts'
import type { Predicted } from './predict-table.ts'

const mostShown = 5

/** One line each; none when there is nothing to say. */
export async function predictNotes({ read, data }: Predicted, model: AnyModel, signal: AbortSignal): Promise<readonly string[]> {
  const notes: string[] = []
  const gaps = await gapsIn(read, model, signal)
  const [output] = model.adds
  const without =
    output === undefined || model.role === 'transformer' ? 0 : await data.filter(r => r[output.name].isNull()).count({ signal })
  const list = gaps.map(({ name, rows }) => `${name} ${rows}`).join(', ')
  if (without > 0)
    notes.push(`${counted(without, 'row')} without a prediction: NULL in a column that the model does not fill (NULLs: ${list})`)
  else if (gaps.length > 0) notes.push(`NULLs filled as the model learnt to: ${list}`)
  for (const [name, known] of categoriesOf(model)) notes.push(...(await unseen(read, name, known, signal)))
  return notes
}

async function gapsIn(
  data: Dataset<OpenRow>,
  model: AnyModel,
  signal: AbortSignal,
): Promise<readonly { readonly name: string; readonly rows: number }[]> {
  const features = data.schema.filter(field => field.nullable && model.features.includes(field.name))
  if (features.length === 0) return []
  const [found] = await data
    .agg(r => Object.fromEntries(features.map(({ name }, index) => [`c${index}`, count().where(r[name].isNull())])))
    .rows({ signal })
  return features.map(({ name }, index) => ({ name, rows: Number(found?.[`c${index}`] ?? 0) })).filter(({ rows }) => rows > 0)
}

/** The categories that the encoders of a model know, by column of the data. */
function categoriesOf(model: AnyModel): ReadonlyMap<string, readonly (string | number)[]> {
  const known = new Map<string, readonly (string | number)[]>()
  for (const { kind, state } of statesIn(model)) {
    if (kind !== 'oneHotEncoder') continue
    const { features, categories } = state as unknown as {
      readonly features: readonly string[]
      readonly categories: readonly (readonly (string | number)[])[]
    }
    for (const [index, name] of features.entries()) if (model.features.includes(name)) known.set(name, categories[index] ?? [])
  }
  return known
}

async function unseen(
  data: Dataset<OpenRow>,
  name: string,
  known: readonly (string | number)[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = await data
    .dropNulls(name)
    .filter(r => r[name].in([...known]).not())
    .groupBy(name)
    .agg(() => ({ 'rows of value': count() }))
    .sort(r => r['rows of value'].desc())
    .rows({ signal })
  if (found.length === 0) return []
  const shown = found.slice(0, mostShown).map(row => `${String(row[name])} (${counted(Number(row['rows of value']), 'row')})`)
  const more = found.length > mostShown ? `, and ${found.length - mostShown} more` : ''
  return [`unseen category of ${name}, counted as none of those the model knows: ${shown.join(', ')}${more}; it knows ${listed(known)}`]
}

function listed(known: readonly (string | number)[]): string {
  return known.length > 10 ? `${known.slice(0, 10).join(', ')} and ${known.length - 10} more` : known.join(', ')
}
