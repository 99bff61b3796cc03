import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import { type Named, type Plan, type Relation, verbs } from '../plan/index.ts'
import { asFloat, cellAt, collect, isFiniteNumber, type Run } from './figures.ts'
import { needColumn } from './need-column.ts'
import { aggregated, countWhere, extended, filtered, projected } from './nodes.ts'

/**
 * The Kolmogorov-Smirnov distance of a column in two tables: the greatest difference of their cumulative shares, exact, over the finite values. Undefined where one of them has
 * none.
 */
export async function kolmogorovSmirnov(
  data: Relation<unknown>,
  one: Plan,
  other: Plan,
  name: string,
  run: Run,
): Promise<number | undefined> {
  const side = (plan: Plan, of: number): Plan => {
    const real = asFloat(needColumn(plan.fields, name))
    return projected(filtered(plan, isFiniteNumber(real)), [
      { name: 'x', expr: callNode('coalesce', [real, literalNode(0, 'float64')]) },
      { name: 'side', expr: literalNode(of, 'int64') },
    ])
  }
  const both = verbs.union(side(one, 0), { other: side(other, 1) })
  const x = columnNode({ name: 'x', type: 'float64', nullable: false })
  const from = (of: number): ExprNode =>
    countWhere(callNode('eq', [columnNode({ name: 'side', type: 'int64', nullable: false }), literalNode(of, 'int64')]))
  const grouped = aggregated(
    both,
    [{ name: 'x', expr: x }],
    [
      { name: 'a', expr: from(0) },
      { name: 'b', expr: from(1) },
    ],
  )
  const share = (of: string): ExprNode => {
    const count = columnNode({ name: of, type: 'int64', nullable: false })
    const total = callNode('sum', [count])
    const upTo = callNode('over', [total], {
      orderBy: [{ expr: x, descending: false, nulls: 'last' }],
      frame: { unit: 'rows', from: 'unbounded', to: 0 },
    })
    return callNode('div', [real(upTo), real(callNode('over', [total], { partitionBy: [], orderBy: [] }))])
  }
  const shares: readonly Named[] = [
    { name: 'shareA', expr: share('a') },
    { name: 'shareB', expr: share('b') },
  ]
  const step = extended(grouped, shares)
  const [a, b] = shares.map(({ name: of, expr }) => columnNode({ name: of, type: 'float64', nullable: expr.nullable })) as [
    ExprNode,
    ExprNode,
  ]
  const distance = callNode('max', [callNode('abs', [callNode('sub', [a, b])])])
  const [answer] = await collect(data, aggregated(step, [], [{ name: 'd', expr: distance }]), run)
  const found = answer === undefined ? null : cellAt(answer, 0, 0)
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

function real(node: ExprNode): ExprNode {
  return callNode('cast', [node], { to: 'float64' })
}
