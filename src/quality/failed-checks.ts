/** Marks each row with the names of the row checks it failed. */
import { TidemillError } from '../errors/index.ts'
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import { type Named, type Plan, verbs } from '../plan/index.ts'
import type { Check } from './check.ts'
import { conditionOf } from './conditions.ts'
import { needColumn } from './need-column.ts'
import { aggregated, extended, filtered, freeName, isFalse, kept, projected, sorted } from './nodes.ts'
import type { SpecOf } from './spec.ts'

export interface NamedCheck {
  readonly name: string
  readonly check: Check<never>
  /** Plan of the other table of `in` and `like`. */
  readonly table?: Plan | undefined
}
/** Cannot be in a name. */
const separator = '\u001f'
/** The column that rejected rows have more. */
const failedColumn = 'failedChecks'

/** Rows with what it takes to say which checks they failed. */
export interface Marked {
  readonly plan: Plan
  /** Check -> true where the row failed it. */
  readonly failed: ReadonlyMap<string, ExprNode>
  /** The place of a row in scan order, where the steps in between lose that order. */
  readonly place: ExprNode | undefined
}

/**
 * The plan with what the checks of rows need, and for each of them the expression that is true where it failed.
 *
 * @param how `count`: rows need no order, and `unique` is left out, as it is counted by its different values
 */
export function markFailures(plan: Plan, checks: readonly NamedCheck[], how: 'count' | 'rows' = 'rows'): Marked {
  const failed = new Map<string, ExprNode>()
  for (const { name, check } of checks) {
    const condition = conditionOf(check, plan.fields)
    if (condition !== undefined) failed.set(name, isFalse(condition))
  }
  const joins = checks.filter(one => one.check['~data'].check === 'in')
  const inOrder = checks.filter(
    ({ check }) => check['~data'].check === 'increasing' || (how === 'rows' && check['~data'].check === 'unique'),
  )
  if (joins.length === 0 && inOrder.length === 0) return { plan, failed, place: undefined }
  let marked = plan
  let place: ExprNode | undefined
  if (inOrder.length > 0 || how === 'rows') {
    // Rows are numbered in scan order first: what comes after loses that order.
    const row: Named = { name: freeName(plan.fields, '~row'), expr: callNode('over', [callNode('rowNumber', [])], {}) }
    marked = extended(plan, [row])
    place = columnNode({ name: row.name, type: row.expr.type, nullable: false })
  }
  for (const one of joins) {
    const { plan: joined, missing } = withReference(marked, one)
    marked = joined
    failed.set(one.name, missing)
  }
  const flags: Named[] = []
  for (const [index, { name, check }] of inOrder.entries()) {
    const spec = check['~data'] as SpecOf<'unique' | 'increasing'>
    const flag: Named = {
      name: freeName(marked.fields, `~again${index}`),
      expr: spec.check === 'unique' ? repeated(spec, plan, place as ExprNode) : falling(spec, plan, place as ExprNode),
    }
    flags.push(flag)
    failed.set(name, columnNode({ name: flag.name, type: 'boolean', nullable: flag.expr.nullable }))
  }
  return { plan: flags.length === 0 ? marked : extended(marked, flags), failed, place }
}

/** True for a later row with values that were there before; a NULL repeats nothing. */
function repeated(spec: SpecOf<'unique'>, plan: Plan, place: ExprNode): ExprNode {
  const values = spec.columns.map(name => columnNode(needColumn(plan.fields, name)))
  const nth = callNode('over', [callNode('rowNumber', [])], {
    partitionBy: values,
    orderBy: [{ expr: place, descending: false, nulls: 'last' }],
  })
  return [...values.map(value => callNode('isNotNull', [value])), callNode('gt', [nth, literalNode(1)])].reduce((all, one) =>
    callNode('and', [all, one]),
  )
}

/** True where a value is below the last one before it. */
function falling(spec: SpecOf<'increasing'>, plan: Plan, place: ExprNode): ExprNode {
  const value = columnNode(needColumn(plan.fields, spec.column))
  const before = callNode('over', [callNode('lastValue', [value], { skipNulls: true })], {
    orderBy: [{ expr: place, descending: false, nulls: 'last' }],
    frame: { unit: 'rows', from: 'unbounded', to: -1 },
  })
  return callNode('coalesce', [callNode(spec.strict ? 'lte' : 'lt', [value, before]), literalNode(false)])
}

/** The rows beside the different values of the other table's key; one row each, as keys are there once. */
function withReference(plan: Plan, { check, table }: NamedCheck): { readonly plan: Plan; readonly missing: ExprNode } {
  const spec = check['~data'] as SpecOf<'in'>
  if (table === undefined) throw new TidemillError('quality.check', `no such table: ${spec.table}`)
  const value = columnNode(needColumn(plan.fields, spec.column))
  const key = columnNode(needColumn(table.fields, spec.key))
  const known = freeName(plan.fields, '~key')
  const there = freeName(plan.fields, '~there')
  const keys = aggregated(filtered(table, callNode('isNotNull', [key])), [{ name: known, expr: key }], [])
  const other = projected(keys, [...kept(keys.fields), { name: there, expr: literalNode(true) }])
  const joined = verbs.join(plan, { other, on: [[spec.column, known]], how: 'left' })
  const met = columnNode({ name: there, type: 'boolean', nullable: true })
  return { plan: joined, missing: callNode('and', [callNode('isNotNull', [value]), callNode('isNull', [met])]) }
}

/** Some rows of the marked plan, in scan order. */
export function inScanOrder(plan: Plan, place: ExprNode | undefined): Plan {
  return place === undefined ? plan : sorted(plan, [{ expr: place, descending: false, nulls: 'last' }])
}

/** The rows without a failed check, and the others with the names of theirs: together all rows, none twice, both in scan order. */
export function divide(plan: Plan, checks: readonly NamedCheck[]): { readonly clean: Plan; readonly rejected: Plan } {
  if (plan.fields.some(field => field.name === failedColumn))
    throw new TidemillError('quality.check', `the data have a column ${failedColumn} already`, { hint: 'rename it before expectThat' })
  const { plan: marked, failed, place } = markFailures(plan, checks)
  let names: ExprNode = literalNode('')
  for (const { name } of checks) {
    const condition = failed.get(name)
    if (condition !== undefined)
      names = callNode('concat', [names, callNode('case', [condition, literalNode(separator + name), literalNode('')])])
  }
  const mark: Named = { name: freeName(marked.fields, '~failed'), expr: names }
  const all = extended(marked, [mark])
  const text = columnNode({ name: mark.name, type: 'string', nullable: false })
  const list: Named = { name: failedColumn, expr: callNode('split', [callNode('slice', [text], { start: 1 })], { separator }) }
  const part = (where: ExprNode): Plan => inScanOrder(filtered(all, where), place)
  return {
    clean: projected(part(callNode('eq', [text, literalNode('')])), kept(plan.fields)),
    rejected: projected(part(callNode('ne', [text, literalNode('')])), [...kept(plan.fields), list]),
  }
}

/** The rows that failed a check, with one column for each check that says so, after the columns of the table; in scan order. */
export function failures(plan: Plan, checks: readonly NamedCheck[]): Plan {
  const { plan: marked, failed, place } = markFailures(plan, checks)
  const conditions = checks.flatMap(({ name }) => failed.get(name) ?? [])
  const any = conditions.reduce((all, one) => callNode('or', [all, one]))
  const flags = conditions.map((expr, index): Named => ({ name: freeName(marked.fields, `~failed${index}`), expr }))
  return projected(inScanOrder(filtered(marked, any), place), [...kept(plan.fields), ...flags])
}
