import { TidemillError } from '../../errors/index.ts'
import { type CallNode, printExpr } from '../../expr/index.ts'
import type { Call, Dialect } from '../dialect.ts'
import { duckdb } from './dialect.ts'
import { fragmentOperand } from './fragment-operand.ts'
import { typeName } from './types.ts'

/** SQL fragments that were checked: the texts between their operands, as the database wrote them back. */
export type CheckedFragments = ReadonlyMap<CallNode, CheckedFragment>
export interface CheckedFragment {
  readonly strings: readonly string[]
  /** Which operand stands behind each text but the last. */
  readonly places: readonly number[]
}

/** DuckDB's SQL with fragments, of which it prints those that were checked and no others. */
export function withFragments(checked: CheckedFragments): Dialect {
  if (checked.size === 0) return duckdb
  return { ...duckdb, functions: { ...duckdb.functions, sql: call => printed(call, checked.get(call.node)) } }
}

function printed({ node, args }: Call, found: CheckedFragment | undefined): string {
  if (found === undefined) throw new TidemillError('engine.internal', `an SQL fragment that was not checked: ${printExpr(node)}`)
  const { strings, places } = found
  const operand = (at: number | undefined): string => (at === undefined ? '' : `(${fragmentOperand(args[at] ?? 'NULL', node.args[at])})`)
  return `CAST(${strings.map((text, at) => `${text}${operand(places[at])}`).join('')} AS ${typeName(node.type)})`
}
