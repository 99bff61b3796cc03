import type { CallSite } from '../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../expr/index.ts'
import { misuse, type Plan, verbs } from '../plan/index.ts'
import { familyOf } from '../schema/index.ts'
import type { PivotValue } from './pivot-args.ts'

export interface CrosstabOptions {
  readonly values?: (r: never) => object
  readonly into?: readonly PivotValue[]
  readonly normalize?: 'all' | 'rows' | 'columns'
  readonly margins?: boolean | string
}

/** The hidden column of a crosstab with margins. */
export const marginLevel = '~level'

/** The table with shares in place of figures: of its row, of its column, or of all; sorted by its rows, the totals last. */
export function crosstabbed(
  pivoted: Plan,
  index: string,
  { normalize, margins }: { readonly normalize: CrosstabOptions['normalize']; readonly margins: string | undefined },
  at: CallSite,
): Plan {
  const shared = normalize === undefined ? pivoted : shares(pivoted, index, { of: normalize, margins }, at)
  const first = shared.fields.find(field => field.name === index)
  const expr: ExprNode = { op: 'column', name: index, type: first?.type ?? 'unknown', nullable: first?.nullable ?? true }
  const byIndex = { expr, descending: false, nulls: 'last' } as const
  if (margins === undefined) return verbs.sort(shared, { by: [byIndex] }, at)
  const last = { expr: isTotal, descending: false, nulls: 'last' } as const
  return verbs.drop(verbs.sort(shared, { by: [last, byIndex] }, at), { columns: [marginLevel] }, at)
}

const isTotal: ExprNode = callNode('eq', [{ op: 'column', name: marginLevel, type: 'string', nullable: false }, literalNode('')])

/** As pandas: shares of rows have a row of totals and no column, shares of columns a column and no row, shares of all both. */
function shares(
  pivoted: Plan,
  index: string,
  { of, margins }: { readonly of: 'all' | 'rows' | 'columns'; readonly margins: string | undefined },
  at: CallSite,
): Plan {
  if (pivoted.open)
    throw misuse(
      'crosstab needs to know the columns of its rows',
      'give the map before it a schema: map(f, { schema: { ... } })',
      'plan.open-schema',
    )
  const figures = pivoted.fields.filter(field => field.name !== index && !(margins !== undefined && field.name === marginLevel))
  const cells = figures.filter(field => field.name !== margins)
  const text = cells.find(field => familyOf(field.type) !== 'number')
  if (text !== undefined) throw misuse(`shares need numbers, and ${text.name} has none`, 'values: r => r.price.sum()')
  const cell = (field: (typeof cells)[number]): ExprNode => {
    const column: ExprNode = { op: 'column', name: field.name, type: field.type, nullable: field.nullable }
    const float = field.type === 'float64' ? column : callNode('cast', [column], { to: 'float64' })
    return field.nullable ? callNode('coalesce', [float, zero]) : float
  }
  const own = (expr: ExprNode): ExprNode => (margins === undefined ? expr : callNode('case', [isTotal, zero, expr]))
  const whole = (total: ExprNode): ExprNode => callNode('over', [callNode('sum', [own(total)])], { partitionBy: [], orderBy: [] })
  const row = cells.map(cell).reduce((sum, one) => callNode('add', [sum, one]))
  const total = (field: (typeof cells)[number]): ExprNode => (of === 'rows' ? row : whole(of === 'all' ? row : cell(field)))
  const share = (field: (typeof cells)[number]): ExprNode => {
    if (field.name === margins) return callNode('div', [cell(field), whole(cell(field))])
    const plain = callNode('div', [cell(field), total(field)])
    // Cells of the row of totals are shares of that row.
    return margins !== undefined && of === 'all' ? callNode('case', [isTotal, callNode('div', [cell(field), row]), plain]) : plain
  }
  const shown = margins !== undefined && of === 'rows' ? verbs.drop(pivoted, { columns: [margins] }, at) : pivoted
  const columns = figures.filter(field => shown.fields.includes(field)).map(field => ({ name: field.name, expr: share(field) }))
  const shared = verbs.withColumns(shown, { columns }, at)
  if (margins === undefined || of !== 'columns') return withCorner(shared, margins, of, at)
  return verbs.filter(shared, { where: callNode('not', [isTotal]) }, at)
}

/** The total of all is 1, also where the totals of another aggregate than a sum do not add up to it. */
function withCorner(shared: Plan, margins: string | undefined, of: 'all' | 'rows' | 'columns', at: CallSite): Plan {
  const field = shared.fields.find(one => one.name === margins)
  if (of !== 'all' || field === undefined) return shared
  const column: ExprNode = { op: 'column', name: field.name, type: field.type, nullable: field.nullable }
  const expr = callNode('case', [isTotal, { op: 'literal', value: 1, type: 'float64', nullable: false }, column])
  return verbs.withColumns(shared, { columns: [{ name: field.name, expr }] }, at)
}

const zero: ExprNode = { op: 'literal', value: 0, type: 'float64', nullable: false }
