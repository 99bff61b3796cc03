import { TidemillError } from '../../errors/index.ts'
import { printExpr } from '../../expr/index.ts'
import type { Dialect, Printer } from '../dialect.ts'
import { inCommon } from './casts.ts'
import { aggregates } from './aggregates.ts'
import { bytes } from './bytes.ts'
import { guard } from './guards.ts'
import { rangeStep, windows } from './windows.ts'
import { lists } from './lists.ts'
import { literal } from './literals.ts'
import { math } from './math.ts'
import { numbers } from './numbers.ts'
import { scan } from './scan.ts'
import { quoteName, quoteText } from './text.ts'
import { texts } from './texts.ts'
import { times } from './times.ts'
import { typeName } from './types.ts'

/** `over` and `where` are handled by the printer: they wrap the aggregates inside. */
const wrapped: Readonly<Record<'over' | 'where', Printer>> = {
  over: ({ args }) => args[0] ?? 'NULL',
  where: ({ args }) => args[0] ?? 'NULL',
}

/** What a fragment says is known to the engine that checked it only (`withFragments`). */
const unchecked: Readonly<Record<'sql', Printer>> = {
  sql: ({ node }) => {
    throw new TidemillError('plan.gap', `an SQL fragment is printed by the engine that checks it only: ${printExpr(node)}`)
  },
}

/** DuckDB's SQL, carrying the rows of the table of semantics. */
export const duckdb: Dialect = Object.freeze({
  name: 'duckdb',
  functions: { ...numbers, ...math, ...texts, ...bytes, ...times, ...lists, ...aggregates, ...windows, ...wrapped, ...unchecked },
  quoteName,
  quoteText,
  typeName,
  literal,
  convert: inCommon,
  scan,
  joins: { inner: 'JOIN', left: 'LEFT JOIN', right: 'RIGHT JOIN', full: 'FULL JOIN', semi: 'SEMI JOIN', anti: 'ANTI JOIN' },
  explode: (columns: readonly string[], places: readonly number[], from: string, outer: boolean) => {
    const items = (name: string): string => (outer ? `CASE WHEN coalesce(len(${name}), 0) = 0 THEN [NULL] ELSE ${name} END` : name)
    return { columns: columns.map((name, at) => (places.includes(at) ? `unnest(${items(name)}) AS ${name}` : name)).join(', '), from }
  },
  // Each FILTER costs as much as there are others: 96 of them 3.1 s of CPU, as CASE 0.6 s; of a dozen both cost the same.
  mostFilters: 12,
  asOf: 'ASOF LEFT JOIN',
  twiceError: (which: string, key: string) => guard('plan.join-keys', { wanted: which }, key),
  // DuckDB moves what a join learns of its keys below a LIMIT, which then takes other rows (duckdb#22924, in 1.5.6 too); it does not look into a materialized CTE.
  fence: (select: string) => `(WITH fenced AS MATERIALIZED (${select}) SELECT * FROM fenced) AS t`,
  rangeStep,
  md5: (text: string) => `md5(${text})`,
  text: (value: string) => `CAST(${value} AS VARCHAR)`,
  rowNumber: 'row_number() OVER () - 1',
  numbers: (values: readonly number[]) => `(SELECT unnest(CAST([${values.join(', ')}] AS BIGINT[])))`,
})
