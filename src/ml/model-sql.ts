import { TidemillError } from '../errors/index.ts'
import { type Dialect, duckdb, printSqlExpr, quoteName } from '../sql/index.ts'
import { kindNamed } from './kinds/index.ts'
import { expressions, type ModelData } from './model-data.ts'

const dialects: Readonly<Record<string, Dialect>> = Object.freeze({ duckdb })

/** The prediction as one bare expression. */
export function modelSql(data: ModelData, dialect: string): string {
  const target = dialectNamed(dialect)
  const prediction = expressions(data, data.features).get('prediction')
  if (kindNamed(data.kind).role(data.state) === 'transformer' || prediction === undefined)
    throw new TidemillError('ml.no-sql', `a ${data.kind} has no single prediction`, { hint: 'toSelect(table) writes the whole statement' })
  return printSqlExpr(prediction, target)
}

/** All columns of a table, those the model writes replaced or added. */
export function modelSelect(data: ModelData, table: string, dialect: string): string {
  const target = dialectNamed(dialect)
  const written = [...expressions(data, data.features)]
    .map(([name, expr]) => `${printSqlExpr(expr, target)} AS ${quoteName(target, name)}`)
    .join(', ')
  const columns = kindNamed(data.kind).role(data.state) === 'transformer' ? `* REPLACE (${written})` : `*, ${written}`
  return `SELECT ${columns} FROM ${quoteName(target, table)}`
}

function dialectNamed(name: string): Dialect {
  const found = Object.hasOwn(dialects, name) ? dialects[name] : undefined
  if (found !== undefined) return found
  throw new TidemillError('ml.no-sql', `unknown dialect: ${name} (have ${Object.keys(dialects).join(', ')})`)
}
