import { columnNode, type ExprNode } from '../expr/index.ts'
import type { Field, Schema } from '../schema/index.ts'
import { kindNamed } from './kinds/index.ts'
import { valueNode } from './source.ts'
import type { Learnt } from './types.ts'

/** A fitted model as data: all there is to it. */
export interface ModelData extends Learnt {
  readonly features: Schema
  readonly target: Field | undefined
  readonly rows: number
}

/** What the model writes, as expressions over columns of these types; undefined when it cannot be expressions. */
export function expressions(data: ModelData, fields: Schema): ReadonlyMap<string, ExprNode> | undefined {
  const known = new Map(fields.map(field => [field.name, field]))
  return kindNamed(data.kind).express(data.state, name => {
    const field = known.get(name)
    return field === undefined ? columnNode({ name, type: 'float64', nullable: true }) : valueNode(field)
  })
}
