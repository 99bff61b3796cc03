import { TidemillError } from '../../errors/index.ts'
import { type CallNode, printExpr } from '../../expr/index.ts'
import type { Call, Dialect } from '../dialect.ts'
import { duckdb } from './dialect.ts'
import { fragmentOperand } from './fragment-operand.ts'
import { once } from './once.ts'
import { typeName } from './types.ts'

/** SQL fragments that were checked: the texts between their operands, as the database wrote them back. */
export type CheckedFragments = ReadonlyMap<CallNode, CheckedFragment>
export interface CheckedFragment {
  readonly strings: readonly string[]
  /** Which operand stands behind each text but the last. */
  readonly places: readonly number[]
}

/** The function that an engine registers for normal forms that DuckDB does not know: of a text and the name of the form. */
export const normalizeFunction = 'tidemill_normalize'

/** DuckDB's SQL as an engine runs it that checks fragments and registers functions: of fragments it prints those that were checked and no others. */
export function insideEngine(checked: CheckedFragments): Dialect {
  const functions = { ...duckdb.functions, normalize, sql: (call: Call) => printed(call, checked.get(call.node)) }
  return { ...duckdb, functions }
}

function normalize(call: Call): string {
  const form = call.node.options?.form ?? 'NFC'
  if (form === 'NFC') return duckdb.functions.normalize(call)
  // A text of ASCII, as many bytes as characters, is in every form.
  return once(
    call.args[0] ?? 'NULL',
    text => `CASE WHEN strlen(${text}) = length(${text}) THEN ${text} ELSE ${normalizeFunction}(${text}, '${form}') END`,
  )
}

function printed({ node, args }: Call, found: CheckedFragment | undefined): string {
  if (found === undefined) throw new TidemillError('engine.internal', `an SQL fragment that was not checked: ${printExpr(node)}`)
  const { strings, places } = found
  const operand = (at: number | undefined): string => (at === undefined ? '' : `(${fragmentOperand(args[at] ?? 'NULL', node.args[at])})`)
  return `CAST(${strings.map((text, at) => `${text}${operand(places[at])}`).join('')} AS ${typeName(node.type)})`
}
