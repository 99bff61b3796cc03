/** The methods of builders that aggregate, order, or look at other rows. */
import { OrderItem } from './base.ts'
import { callNode } from './call-node.ts'
import { functions } from './functions.ts'
import { families, type Make, type Method, method, numberOf } from './method-forms.ts'
import type { ExprNode, ExprOptions, FunctionName } from './node.ts'
import { orderNodes } from './operand.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { shown } from './shown.ts'
import { kindOf } from './walk.ts'
import { over, where } from './window.ts'

/** An aggregate, a lag or a lead: of columns only. */
function ofColumn(name: FunctionName, args: Method['args'] = [0, 0], options?: (args: readonly unknown[]) => ExprOptions): Method {
  const make: Make = (self, given) => callNode(name, [column(name, self)], options?.(given))
  return { of: families(functions[name].of), args, make }
}

function column(name: string, self: ExprNode): ExprNode {
  const kind = kindOf(self)
  if (kind === 'column' || kind === 'constant') return self
  throw problem('expr.kind', `${name}() wants a column, but ${printExpr(self)} is ${kind === 'window' ? 'a window value' : 'an aggregate'}`)
}

function ordering(descending: boolean): readonly Method[] {
  return method('any', 0, 1, (self, [options]) => {
    const nulls = (options as { readonly nulls?: unknown } | undefined)?.nulls ?? 'last'
    if (nulls !== 'first' && nulls !== 'last') throw problem('expr.argument', `nulls are first or last, not ${shown(nulls)}`)
    return new OrderItem({ expr: self, descending, nulls })
  })
}

function byOrder(name: 'first' | 'last'): readonly Method[] {
  return method('any', 1, 1, (self, [options]) => {
    const orderBy = (options as { readonly orderBy?: unknown } | null)?.orderBy
    if (orderBy === undefined) throw problem('expr.argument', `${name}() without an order`, { hint: `.${name}({ orderBy: r.at })` })
    const by = orderNodes(orderBy)
    for (const { expr } of by) column('orderBy', expr)
    return callNode(name, [column(name, self)], { orderBy: by })
  })
}

const rows = ([count = 1]: readonly unknown[]): ExprOptions => ({ rows: numberOf('rows', count) })

/** Method name -> its forms. */
export const aggregateMethods: Readonly<Record<string, readonly Method[]>> = {
  asc: ordering(false),
  desc: ordering(true),

  count: [ofColumn('count')],
  countDistinct: [ofColumn('countDistinct')],
  sum: [ofColumn('sum')],
  mean: [ofColumn('mean')],
  min: [ofColumn('min')],
  max: [ofColumn('max')],
  median: [ofColumn('median')],
  quantile: [ofColumn('quantile', [1, 1], ([q]) => ({ q: numberOf('quantile', q) }))],
  stddev: [ofColumn('stddev')],
  variance: [ofColumn('variance')],
  first: byOrder('first'),
  last: byOrder('last'),
  list: [ofColumn('list')],
  any: [ofColumn('any')],
  all: [ofColumn('all')],
  lag: [ofColumn('lag', [0, 1], rows)],
  lead: [ofColumn('lead', [0, 1], rows)],

  over: method('any', 1, 1, (self, [window]) => over(self, window)),
  where: method('any', 1, 1, (self, [condition]) => where(self, condition)),
}
