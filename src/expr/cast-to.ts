import { TidemillError } from '../errors/index.ts'
import { type DataType, typeNamed } from '../schema/index.ts'
import { problem } from './problem.ts'
import { shown } from './shown.ts'

/**
 * The type that a cast, or an SQL fragment, was told: by its name, or as `list('int64')` and their like make it.
 *
 * @throws expr.argument, schema.type
 */
export function castTo(value: unknown): DataType {
  if (typeof value === 'string') {
    try {
      return typeNamed(value)
    } catch (cause) {
      if (cause instanceof TidemillError)
        throw problem(cause.code, cause.message, { details: cause.details, ...(cause.hint === undefined ? {} : { hint: cause.hint }) })
      throw cause
    }
  }
  if (typeof value === 'object' && value !== null) {
    const data = (value as { readonly '~data'?: { readonly type: DataType } })['~data']
    return data === undefined ? (value as DataType) : data.type
  }
  throw problem('expr.argument', `cast wants the name of a type, not ${shown(value)}`)
}
