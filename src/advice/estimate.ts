import { type ExprNode, someNode } from '../expr/index.ts'
import { inputsOf, type Named, type Plan, type ScanNode } from '../plan/index.ts'
import { rowsPerCpuSecond } from './rates.ts'
import type { ColumnFigures, StepFigures } from './types.ts'

export interface Estimate {
  readonly rows: number
  readonly steps: readonly StepFigures[]
}
interface Known {
  readonly rowsOf: (scan: ScanNode) => number
  /** Figures of a column of the result, or of a source, by name. */
  readonly column: (name: string) => ColumnFigures | undefined
  readonly rowBytes: number
}

/** What nobody has counted passes a filter by a third, as in System R (Selinger and others, 1979). */
const passing = 1 / 3
const itemsOfList = 3
/** A group, or an entry of a hash table, besides its values. */
const entryBytes = 48

/** Rows that come out of a plan, and what each of its steps holds in memory. Steps that hand rows on hold nothing. */
export function estimate(plan: Plan, known: Known): Estimate {
  const inputs = inputsOf(plan).map(input => estimate(input, known))
  const before = inputs.flatMap(input => input.steps)
  const [first, second] = inputs
  const rowsIn = first?.rows ?? 0
  const done = (rows: number, name: string, memoryBytes = 0, rate = rowsPerCpuSecond[name], worked = rowsIn): Estimate => ({
    rows,
    steps:
      rate === undefined
        ? before
        : [...before, { step: name, rowsIn: worked, memoryBytes: Math.round(memoryBytes), cpuSeconds: worked / rate }],
  })
  switch (plan.node) {
    case 'scan':
      return { rows: known.rowsOf(plan), steps: [] }
    case 'filter':
      return done(rowsIn * passing, 'filter')
    case 'limit':
      return done(Math.min(rowsIn, plan.rows), 'limit')
    case 'sort':
      return done(rowsIn, 'sort', rowsIn * known.rowBytes)
    case 'split':
      return done(
        plan.how.kind === 'sample' ? Math.min(rowsIn, plan.how.rows) : rowsIn * (plan.parts[plan.part] ?? 1),
        'sort',
        rowsIn * known.rowBytes,
      )
    case 'aggregate': {
      const groups = groupsOf(plan.keys, rowsIn, known)
      return done(groups, 'aggregate', groups * (entryBytes + 16 * (plan.keys.length + plan.aggs.length)))
    }
    case 'join':
    case 'asOf': {
      const right = second?.rows ?? 0
      const rows =
        plan.node === 'join' && plan.on.length === 0 ? rowsIn * right * (plan.where === undefined ? 1 : passing) : Math.max(rowsIn, right)
      return done(rows, 'join', right * (entryBytes + known.rowBytes), rowsPerCpuSecond['join'], rowsIn + right)
    }
    case 'union':
      return done(
        inputs.reduce((sum, input) => sum + input.rows, 0),
        'union',
      )
    case 'explode':
      return done(rowsIn * itemsOfList, 'explode')
    case 'project':
      return plan.columns.some(column => someNode(column.expr, isWindow))
        ? done(rowsIn, 'window', rowsIn * known.rowBytes)
        : done(rowsIn, 'project')
    case 'map':
      return done(rowsIn, 'map')
    default:
      return done(rowsIn, plan.node)
  }
}

function isWindow(node: ExprNode): boolean {
  return node.op === 'over'
}

/** The product of the keys' different values, but no more than the rows. */
function groupsOf(keys: readonly Named[], rows: number, known: Known): number {
  if (keys.length === 0) return 1
  let groups = 1
  for (const { expr } of keys) groups *= (expr.op === 'column' ? known.column(expr.name)?.distinct : undefined) ?? Math.sqrt(rows)
  return Math.min(rows, Math.max(1, Math.round(groups)))
}
