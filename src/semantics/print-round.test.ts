import { runInThisContext } from 'node:vm'
import { expect, test } from 'vitest'
import * as expr from '../expr/index.ts'
import { interval, list, map, oneOf, struct } from '../schema/index.ts'
import { conformanceCases, readCase } from './index.ts'

/** What a printed expression may call. */
const free = {
  coalesce: expr.coalesce,
  col: expr.col,
  greatest: expr.greatest,
  interval,
  least: expr.least,
  list,
  map,
  oneOf,
  struct,
  listOf: expr.listOf,
  lit: expr.lit,
  makeDate: expr.makeDate,
  makeDatetime: expr.makeDatetime,
  range: expr.range,
  structOf: expr.structOf,
  sql:
    (to: unknown) =>
    (text: TemplateStringsArray, ...parts: readonly unknown[]): expr.Expr =>
      expr.toExpr(expr.fragmentNode(text.raw, parts, expr.castTo(to))),
  when: expr.when,
}

/** The node that the text of an expression makes. */
function reread(text: string, schema: Parameters<typeof expr.buildExprs>[1]): expr.ExprNode | undefined {
  const names = schema.map(field => field.name)
  const make = runInThisContext(`(${[...Object.keys(free), ...names].join(', ')}) => (${text})`) as (
    ...values: readonly unknown[]
  ) => unknown
  return expr.buildExprs('test', schema, false, ['column', 'window'], ((r: Readonly<Record<string, unknown>>) => ({
    value: make(...Object.values(free), ...names.map(name => r[name])),
  })) as (r: never) => object)['value']
}

const scalar = conformanceCases.filter(({ plan, rule }) => plan === 'project' && !['rank', 'window-frame', 'first-by'].includes(rule))

test('what an expression prints makes the same expression', () => {
  const wrong: string[] = []
  let right = 0
  for (const one of scalar) {
    const { schema, exprs } = readCase(one)
    for (const node of Object.values(exprs)) {
      if (expr.kindOf(node) !== 'column') continue
      const text = expr.printExpr(node)
      try {
        expect(reread(text, schema)).toEqual(node)
        right++
      } catch (error) {
        wrong.push(`${one.name}: ${text} ${error instanceof Error ? error.message.slice(0, 160) : ''}`)
      }
    }
  }
  expect(wrong).toEqual([])
  expect(right).toBeGreaterThan(200)
})
