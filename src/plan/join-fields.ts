import type { Field, Schema } from '../schema/index.ts'
import type { JoinHow, JoinNode } from './nodes.ts'

type Keys = readonly (readonly [left: string, right: string])[]

/** A column of the right side and the name it gets in the join. */
export interface RightColumn {
  readonly from: Field
  readonly name: string
}

/** The right side's columns that come into the join, with their new names. Semi and anti joins take none. */
export function rightColumns(left: Schema, right: Schema, on: Keys, how: JoinHow, suffix: string): readonly RightColumn[] {
  if (how === 'semi' || how === 'anti') return []
  const keys = new Set(on.map(pair => pair[1]))
  const taken = new Set(left.map(field => field.name))
  return right
    .filter(field => !keys.has(field.name))
    .map(field => ({ from: field, name: taken.has(field.name) ? `${field.name}${suffix}` : field.name }))
}

/** The columns of a join, in order: see JoinNode. */
export function joinFields(left: Schema, right: Schema, on: Keys, how: JoinHow, suffix: string): Schema {
  if (how === 'semi' || how === 'anti') return left
  const keyOf = new Map(on)
  const rightFields = new Map(right.map(field => [field.name, field]))
  const leftNull = how === 'right' || how === 'full'
  const rightNull = how === 'left' || how === 'full'
  const lefts = left.map(field => {
    const key = keyOf.get(field.name)
    const other = key === undefined ? undefined : rightFields.get(key)
    if (other === undefined) return leftNull ? { ...field, nullable: true } : field
    return { ...field, nullable: keyNullable(field, other, how) }
  })
  const rights = rightColumns(left, right, on, how, suffix).map(({ from, name }) => ({
    name,
    type: from.type,
    nullable: from.nullable || rightNull,
  }))
  return [...lefts, ...rights]
}

/** The names the right side's columns have in a join: old name to new name. */
export function rightNames(node: Pick<JoinNode, 'left' | 'right' | 'on' | 'how' | 'suffix'>): ReadonlyMap<string, string> {
  return new Map(
    rightColumns(node.left.fields, node.right.fields, node.on, node.how, node.suffix).map(({ from, name }) => [from.name, name]),
  )
}

function keyNullable(left: Field, right: Field, how: JoinHow): boolean {
  if (how === 'inner') return false
  if (how === 'left') return left.nullable
  return how === 'right' ? right.nullable : left.nullable || right.nullable
}
