import { didYouMean, TidemillError } from '../errors/index.ts'
import { printType, type Schema } from '../schema/index.ts'

/** A column of this name. @throws expr.unknown-column */
export function needColumn(schema: Schema, name: string): Schema[number] {
  const field = schema.find(one => one.name === name)
  if (field !== undefined) return field
  const have = schema.map(one => one.name)
  const hint = didYouMean([name], have)
  throw new TidemillError('expr.unknown-column', `unknown column: ${name} (have ${have.join(', ')})`, hint === undefined ? {} : { hint })
}

/** A column that says when. @throws quality.check */
export function needInstant(schema: Schema, name: string): Schema[number] {
  const field = needColumn(schema, name)
  if (field.type === 'timestamp' || field.type === 'datetime') return field
  throw new TidemillError('quality.check', `${name} says no time: ${printType(field.type)} (fresh needs a timestamp)`)
}
