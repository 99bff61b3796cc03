/** Marks each row with the names of the row checks it failed. */
import { TidemillError } from '../errors/index.ts'
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import type { Named, Plan } from '../plan/index.ts'
import { type Check, needColumn } from './check.ts'
import { extended, filtered, freeName, isFalse, kept, projected, sorted } from './nodes.ts'

export interface NamedCheck {
  readonly name: string
  readonly check: Check<never>
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

/** The plan with what `unique` needs, and for each check of rows the expression that is true where it failed. */
export function markFailures(plan: Plan, checks: readonly NamedCheck[]): Marked {
  const failed = new Map<string, ExprNode>()
  const uniques: { readonly name: string; readonly column: string }[] = []
  for (const { name, check } of checks) {
    const data = check['~data']
    if (data.of === 'row') failed.set(name, isFalse(data.condition(plan.fields)))
    if (data.of === 'unique') uniques.push({ name, column: data.column })
  }
  if (uniques.length === 0) return { plan, failed, place: undefined }
  // Two steps: rows are numbered in scan order first, then within each value by that number.
  const row: Named = { name: freeName(plan.fields, '~row'), expr: callNode('over', [callNode('rowNumber', [])], {}) }
  const numbered = extended(plan, [row])
  const place = columnNode({ name: row.name, type: row.expr.type, nullable: false })
  const flags: Named[] = []
  for (const [index, { name, column }] of uniques.entries()) {
    const value = columnNode(needColumn(plan.fields, column))
    const nth = callNode('over', [callNode('rowNumber', [])], {
      partitionBy: [value],
      orderBy: [{ expr: place, descending: false, nulls: 'last' }],
    })
    const flag: Named = {
      name: freeName(numbered.fields, `~again${index}`),
      expr: callNode('and', [callNode('isNotNull', [value]), callNode('gt', [nth, literalNode(1)])]),
    }
    flags.push(flag)
    failed.set(name, columnNode({ name: flag.name, type: 'boolean', nullable: false }))
  }
  return { plan: extended(numbered, flags), failed, place }
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
