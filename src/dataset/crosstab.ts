import type { CallSite } from '../errors/index.ts'
import { callNode, type ExprNode } from '../expr/index.ts'
import { misuse, type Plan, verbs } from '../plan/index.ts'
import { familyOf } from '../schema/index.ts'
import type { PivotValue } from './pivot-args.ts'

export interface CrosstabOptions {
  readonly values?: (r: never) => object
  readonly into?: readonly PivotValue[]
  readonly normalize?: 'all' | 'rows' | 'columns'
}

/** The table with shares in place of figures: of its row, of its column, or of all; sorted by its rows. */
export function crosstabbed(pivoted: Plan, index: string, normalize: CrosstabOptions['normalize'], at: CallSite): Plan {
  const shared = normalize === undefined ? pivoted : shares(pivoted, index, normalize, at)
  const first = shared.fields.find(field => field.name === index)
  const expr: ExprNode = { op: 'column', name: index, type: first?.type ?? 'unknown', nullable: first?.nullable ?? true }
  return verbs.sort(shared, { by: [{ expr, descending: false, nulls: 'last' }] }, at)
}

function shares(pivoted: Plan, index: string, of: 'all' | 'rows' | 'columns', at: CallSite): Plan {
  if (pivoted.open)
    throw misuse(
      'crosstab needs to know the columns of its rows',
      'give the map before it a schema: map(f, { schema: { ... } })',
      'plan.open-schema',
    )
  const cells = pivoted.fields.filter(field => field.name !== index)
  const text = cells.find(field => familyOf(field.type) !== 'number')
  if (text !== undefined) throw misuse(`shares need numbers, and ${text.name} has none`, 'values: r => r.price.sum()')
  const cell = (field: (typeof cells)[number]): ExprNode => {
    const column: ExprNode = { op: 'column', name: field.name, type: field.type, nullable: field.nullable }
    const float = field.type === 'float64' ? column : callNode('cast', [column], { to: 'float64' })
    return field.nullable ? callNode('coalesce', [float, zero]) : float
  }
  const whole = (total: ExprNode): ExprNode => callNode('over', [callNode('sum', [total])], { partitionBy: [], orderBy: [] })
  const row = cells.map(cell).reduce((sum, one) => callNode('add', [sum, one]))
  const total = (field: (typeof cells)[number]): ExprNode => (of === 'rows' ? row : whole(of === 'all' ? row : cell(field)))
  const columns = cells.map(field => ({ name: field.name, expr: callNode('div', [cell(field), total(field)]) }))
  return verbs.withColumns(pivoted, { columns }, at)
}

const zero: ExprNode = { op: 'literal', value: 0, type: 'float64', nullable: false }
