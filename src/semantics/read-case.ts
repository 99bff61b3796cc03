import { type Schema, schemaOf } from '../schema/index.ts'
import { buildCondition, buildExprs, buildOrder } from '../expr/index.ts'
import type { ExprNode, OrderNode } from '../expr/index.ts'
import { columnNode, nullableTotals } from '../expr/index.ts'
import { canonical } from './canonical.ts'
import type { ConformanceCase } from './case.ts'

/** A case with its expressions built; a runner makes a plan or a call of a kernel of it. */
export interface ReadCase {
  readonly schema: Schema
  /** The columns of the result. */
  readonly fields: Schema
  /** `project`: the columns. `aggregate`: the aggregates; the keys come first in `fields`. */
  readonly exprs: Readonly<Record<string, ExprNode>>
  readonly keys: Readonly<Record<string, ExprNode>>
  readonly where?: ExprNode
  readonly by?: readonly OrderNode[]
}

/** Builds the expressions of a case. */
export function readCase({ table, plan, keys = [], exprs, name }: ConformanceCase): ReadCase {
  const schema = schemaOf(table.schema)
  const none = { schema, fields: schema, exprs: {}, keys: {} }
  if (plan === 'filter') return { ...none, where: buildCondition(name, schema, false, ['column', 'window'], exprs) }
  if (plan === 'sort') return { ...none, by: buildOrder(schema, false, exprs) }
  const allowed = plan === 'project' ? (['column', 'window'] as const) : (['aggregate', 'count'] as const)
  const built = buildExprs(name, schema, false, allowed, exprs as (r: never) => object)
  const made =
    plan === 'aggregate' && keys.length === 0
      ? Object.fromEntries(Object.entries(built).map(([column, node]) => [column, nullableTotals(node)]))
      : built
  const keyFields = keys.map(key => {
    const field = schema.find(one => one.name === key)
    if (field === undefined) throw new Error(`no key ${key}`)
    return field
  })
  return {
    schema,
    fields: [...keyFields, ...Object.entries(made).map(([column, { type, nullable }]) => ({ name: column, type, nullable }))],
    exprs: made,
    keys: Object.fromEntries(keyFields.map(field => [field.name, columnNode(field)])),
  }
}

/**
 * What is wrong with a result; undefined when it is what the case wants.
 *
 * @param rows values by column, physical or the user's
 */
export function compareCase(one: ConformanceCase, fields: Schema, rows: readonly (readonly unknown[])[]): string | undefined {
  const texts = rows.map(row => row.map((value, column) => canonical(value, fields[column]?.type ?? 'unknown')))
  const [got, want] = [texts, one.want].map(all => (one.ordered === true ? all : sorted(all))) as [string[][], string[][]]
  if (got.length !== want.length) return `${got.length} rows instead of ${want.length}`
  for (const [index, row] of want.entries())
    for (const [column, wanted] of row.entries()) {
      const text = got[index]?.[column] ?? 'nothing'
      if (text === wanted || isNear(text, wanted, one.tolerance)) continue
      return `${fields[column]?.name} is ${text} instead of ${wanted} in [${row.join(', ')}], got [${(got[index] ?? []).join(', ')}]`
    }
  return undefined
}

function sorted(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows
    .map(row => [row, JSON.stringify(row)] as const)
    .sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([row]) => row)
}

function isNear(text: string, wanted: string, tolerance: number | undefined): boolean {
  if (tolerance === undefined) return false
  const [a, b] = [Number(text), Number(wanted)]
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b))
}
