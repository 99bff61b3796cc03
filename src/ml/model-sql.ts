import { TidemillError } from '../errors/index.ts'
import type { ExprNode } from '../expr/index.ts'
import { type Dialect, duckdb, printSqlExpr, quoteName } from '../sql/index.ts'
import { kindNamed } from './kinds/index.ts'
import { expressions, type ModelData } from './model-data.ts'

const dialects: Readonly<Record<string, Dialect>> = Object.freeze({ duckdb })

/** The prediction as one bare expression. */
export function modelSql(data: ModelData, dialect: string): string {
  const target = dialectNamed(dialect)
  const prediction = expressed(data).get('prediction')
  if (kindNamed(data.kind).role(data.state) === 'transformer' || prediction === undefined)
    throw new TidemillError('ml.no-sql', `a ${data.kind} has no single prediction`, { hint: 'toSelect(table) writes the whole statement' })
  return printSqlExpr(prediction, target)
}

/** All columns of a table, those the model writes replaced or added. */
export function modelSelect(data: ModelData, table: string, dialect: string): string {
  const target = dialectNamed(dialect)
  const own = new Set(data.features.map(field => field.name))
  const list = (columns: readonly (readonly [string, ExprNode])[]): string =>
    columns.map(([name, expr]) => `${printSqlExpr(expr, target)} AS ${quoteName(target, name)}`).join(', ')
  const written = [...expressed(data)]
  const replaced = written.filter(([name]) => own.has(name))
  const added = written.filter(([name]) => !own.has(name))
  const star = replaced.length === 0 ? '*' : `* REPLACE (${list(replaced)})`
  return `SELECT ${[star, ...(added.length === 0 ? [] : [list(added)])].join(', ')} FROM ${quoteName(target, table)}`
}

function expressed(data: ModelData): ReadonlyMap<string, ExprNode> {
  // The statement stands alone: its table may have NULLs where the rows that were learnt from had none.
  const found = expressions(
    data,
    data.features.map(field => ({ ...field, nullable: true })),
  )
  if (found !== undefined) return found
  throw new TidemillError(
    'ml.no-sql',
    `this ${data.kind} cannot be written as SQL: it is too large, or has steps that are no expressions`,
    {
      hint: 'use it in a plan (data.transform(model)), where it runs beside the engine; or learn fewer and smaller trees',
      details: { kind: data.kind },
    },
  )
}

function dialectNamed(name: string): Dialect {
  const found = Object.hasOwn(dialects, name) ? dialects[name] : undefined
  if (found !== undefined) return found
  throw new TidemillError('ml.no-sql', `unknown dialect: ${name} (have ${Object.keys(dialects).join(', ')})`)
}
