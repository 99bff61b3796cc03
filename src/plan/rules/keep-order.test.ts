import fc from 'fast-check'
import { expect, test } from 'vitest'
import { callNode, columnNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { exprsOf, hasWindow } from '../exprs.ts'
import type { Plan } from '../nodes.ts'
import { optimise } from '../optimise.ts'
import { printPlan } from '../print.ts'
import { sortedNodes } from '../sorted.ts'
import { verbs } from '../verbs/index.ts'
import { keepOrder } from './keep-order.ts'

type Row = Readonly<Record<string, number>>
const int = (name: string) => ({ name, type: 'int64', nullable: false }) as const
const table = verbs.scan({ kind: 'test', options: { table: 'one' } }, ['a', 'b'].map(int))
const by = (name: string) => [{ expr: columnNode(int(name)), descending: false, nulls: 'last' as const }]
const total = callNode('over', [callNode('sum', [columnNode(int('a'))])], { partitionBy: [columnNode(int('b'))], orderBy: [] })

/** What a plan gives on an engine that turns the rows round behind each window, or, where it `keeps` them, on one that does not. */
function run(plan: Plan, rows: readonly Row[], keeps: boolean): readonly Row[] {
  if (plan.node === 'scan') {
    const { where } = plan
    return rows.filter(row => where === undefined || value(where, row, rows, 0) === 1).slice(0, plan.limit)
  }
  const input = 'input' in plan ? run(plan.input, rows, keeps) : []
  const turned =
    exprsOf(plan).some(isPartitioned) && !keeps ? (all: readonly Row[]): readonly Row[] => all.toReversed() : (all: readonly Row[]) => all
  if (plan.node === 'project')
    return turned(input.map((row, at) => Object.fromEntries(plan.columns.map(({ name, expr }) => [name, value(expr, row, input, at)]))))
  if (plan.node === 'filter') return turned(input.filter((row, at) => value(plan.where, row, input, at) === 1))
  if (plan.node === 'limit') return input.slice(plan.offset, plan.offset + plan.rows)
  if (plan.node === 'sort')
    return input.toSorted((x, y) => {
      for (const { expr, descending } of plan.by) {
        const less = value(expr, x, input, 0) - value(expr, y, input, 0)
        if (less !== 0) return descending ? -less : less
      }
      return 0
    })
  throw new Error(`${plan.node} is not run here`)
}

function isPartitioned(expr: ExprNode): boolean {
  return hasWindow(expr) && JSON.stringify(expr).includes('"sum"')
}

function value(expr: ExprNode, row: Row, rows: readonly Row[], at: number): number {
  if (expr.op === 'column') return row[expr.name] ?? Number.NaN
  if (expr.op === 'literal') return Number(expr.value)
  if (expr.op === 'over' && expr.args[0]?.op === 'rowNumber') return at + 1
  if (expr.op === 'over') return rows.filter(other => other['b'] === row['b']).reduce((sum, other) => sum + (other['a'] ?? 0), 0)
  const [x = 0, y = 0] = expr.args.map(arg => value(arg, row, rows, at))
  if (expr.op === 'add') return x + y
  if (expr.op === 'gt') return Number(x > y)
  if (expr.op === 'and') return x * y
  throw new Error(`${expr.op} is not run here`)
}

const steps: readonly ((plan: Plan, n: number) => Plan)[] = [
  plan => verbs.withColumns(plan, { columns: [{ name: 'b', expr: callNode('add', [total, columnNode(int('b'))]) }] }),
  plan => verbs.withColumns(plan, { columns: [{ name: `t${plan.fields.length}`, expr: total }] }),
  (plan, n) => verbs.filter(plan, { where: callNode('gt', [total, literalNode(n)]) }),
  (plan, n) => verbs.filter(plan, { where: callNode('gt', [columnNode(int('a')), literalNode(n)]) }),
  (plan, n) => verbs.limit(plan, { rows: n + 2, offset: n % 2 }),
  (plan, n) => verbs.withRowIndex(plan, { name: `i${plan.fields.length}`, from: n }),
  // `a` is told apart in each row: rows equal in a sort come in no fixed order.
  plan => verbs.sort(plan, { by: by('a') }),
  plan => verbs.sort(plan, { by: [...by('b'), ...by('a')] }),
]

test('behind a sort an engine that turns rows round at windows gives them as they were', () => {
  const drawn = fc.array(fc.record({ step: fc.nat(steps.length - 1), n: fc.nat(5) }), { maxLength: 8 })
  const data = fc.uniqueArray(fc.record({ a: fc.integer({ min: 0, max: 40 }), b: fc.nat(2) }), { selector: row => row.a, maxLength: 9 })
  let turned = 0
  fc.assert(
    fc.property(drawn, data, (kinds, rows) => {
      const plan = kinds.reduce((made, { step, n }) => steps[step]?.(made, n) ?? made, verbs.sort(table, { by: by('a') }))
      const before = run(plan, rows, true)
      if (JSON.stringify(run(plan, rows, false)) !== JSON.stringify(before)) turned++
      for (const made of [keepOrder.apply(plan), optimise(plan), optimise(optimise(plan))])
        expect(run(made, rows, false), `${printPlan(plan)}\n=>\n${printPlan(made)}`).toEqual(before)
    }),
    { seed: 20261122, numRuns: 2000 },
  )
  expect(turned).toBeGreaterThan(200)
})

test('nothing is sorted again where nobody sees the order, or nobody gave one', () => {
  const windowed = (plan: Plan): Plan => verbs.withColumns(plan, { columns: [{ name: 't', expr: total }] })
  const sorted = verbs.sort(table, { by: by('a') })
  const count = { keys: ['b'], aggs: [{ name: 'n', expr: callNode('count', []) }] }
  for (const plan of [
    windowed(table),
    verbs.limit(windowed(table), { rows: 3 }),
    verbs.aggregate(windowed(sorted), count),
    verbs.sort(windowed(sorted), { by: by('b') }),
    verbs.join(windowed(sorted), { other: table, on: [['a', 'a']], suffix: '2' }),
    windowed(verbs.aggregate(sorted, { keys: ['a', 'b'], aggs: [] })),
    verbs.withRowIndex(sorted, { name: 'i' }),
  ])
    expect(keepOrder.apply(plan)).toBe(plan)
  const kept = keepOrder.apply(windowed(sorted))
  expect(
    printPlan(kept)
      .split('\n')
      .map(line => line.trim().split(' ')[0]),
  ).toEqual(['select', 'sort', 'project', 'project', 'sort', 'scan'])
  expect(keepOrder.apply(kept)).toBe(kept)
  expect(sortedNodes(kept).has(kept)).toBe(true)
})
