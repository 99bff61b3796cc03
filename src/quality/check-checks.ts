import { type TidemillError, whatIs } from '../errors/index.ts'
import { needRelation, type Relation } from '../plan/index.ts'
import { isContract } from './contract.ts'
import { wrong } from './need-that.ts'

const example = "expectThat(orders, [column('amount').notNull(), rowCount().between(1, 1e6)])"

/** Throws where `expectThat` got no table, or no list of checks. */
export function checkExpectations(data: unknown, checks: unknown, options: unknown): asserts data is Relation<unknown> {
  needRelation(data, 'expectThat', { code: 'plan.argument', example })
  if (typeof options !== 'object' || options === null) throw wrong(`expectThat wants an object of options, not ${whatIs(options)}`, example)
  if (isContract(checks)) return
  if (!Array.isArray(checks)) {
    if (typeof checks === 'object' && checks !== null && 'format' in checks)
      throw wrong('expectThat wants a contract, not its JSON', 'contractFrom(json) reads it, loadContract(path) its file')
    const one = isCheck(checks)
    throw wrong(`expectThat wants an array of checks, not ${one ? 'one check' : whatIs(checks)}`, one ? 'put it into [ ]' : example)
  }
  for (const [index, check] of checks.entries()) if (!isCheck(check)) throw noCheck(check, index)
}

function noCheck(value: unknown, index: number): TidemillError {
  const what = `check ${index + 1} of expectThat`
  if (typeof value === 'function')
    return wrong(`${what} is a function`, 'each(r => r.shippedAt.gte(r.orderedAt)) makes a check of a condition')
  if (typeof value === 'object' && value !== null && 'notNull' in value)
    return wrong(`${what} is a column without a check`, "say what holds: column('amount').notNull(), .between(0, 100), .unique()")
  if (typeof value === 'object' && value !== null && Object.keys(value).join() === 'between')
    return wrong(`${what} is a count without bounds`, 'rowCount().between(1, 1e6)')
  return wrong(`${what} is no check: ${whatIs(value)}`, example)
}

function isCheck(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '~data' in value
}
