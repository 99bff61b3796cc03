/** Whether a table has what a fitted model asks for: checked before anything is read. */
import { TidemillError } from '../errors/index.ts'
import type { Relation } from '../plan/index.ts'
import { type Field, printType, type Schema } from '../schema/index.ts'
import type { Label } from './kinds/index.ts'
import { isLearnable, isText } from './values.ts'

/** The features as the data have them. @throws ml.missing-feature, ml.not-numeric, ml.not-text */
export function featureFields(features: Schema, have: Schema): Schema {
  const found = features.map(feature => have.find(field => field.name === feature.name))
  const missing = features.filter((_, i) => found[i] === undefined)
  if (missing.length > 0)
    throw new TidemillError(
      'ml.missing-feature',
      `missing feature: ${missing.map(field => field.name).join(', ')} (have ${have.map(field => field.name).join(', ')})`,
      { details: { missing: missing.map(field => field.name) } },
    )
  const fields = found as Field[]
  const named = (wrong: readonly Field[]): string => wrong.map(field => `${field.name} (${printType(field.type)})`).join(', ')
  const numbers = fields.filter((field, i) => !isText((features[i] as Field).type) && !isLearnable(field.type))
  if (numbers.length > 0) throw new TidemillError('ml.not-numeric', `columns that are no numbers: ${named(numbers)}`)
  const texts = fields.filter((field, i) => isText((features[i] as Field).type) && !isText(field.type))
  if (texts.length > 0)
    throw new TidemillError('ml.not-text', `columns that are no text: ${named(texts)}`, { hint: "cast them: r.code.cast('string')" })
  return fields
}

/** The same of a table whose columns are known; those of an open plan are known when it is read. */
export function checkFeatures(features: Schema, relation: Relation<unknown>): void {
  if (!relation.plan.open) featureFields(features, relation.plan.fields)
}

const words: Readonly<Record<string, string>> = Object.freeze({ string: 'text', boolean: 'true and false', number: 'whole numbers' })

/** Throws when the labels of the data are of another kind than those that were learnt: each would count as a wrong prediction. */
export function checkLabels(target: Field, classes: readonly Label[]): void {
  const kind = isText(target.type) ? 'string' : target.type === 'boolean' ? 'boolean' : 'number'
  const learnt = typeof classes[0]
  if (classes.length === 0 || kind === learnt) return
  throw new TidemillError(
    'ml.no-labels',
    `target ${target.name} is ${printType(target.type)}, the model has learnt labels of ${words[learnt] ?? learnt}`,
    {
      hint: `cast it: r.${target.name}.cast('${learnt === 'number' ? 'int64' : learnt}')`,
      details: { target: target.name },
    },
  )
}
