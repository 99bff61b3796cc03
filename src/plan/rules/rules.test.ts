import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildOrder, type CallNode, callNode, columnNode, type ExprNode, literalNode } from '../../expr/index.ts'
import type { Schema } from '../../schema/index.ts'
import { freeName } from '../fields.ts'
import { inputsOf, nodesOf } from '../inputs.ts'
import { joinFields, rightColumns } from '../join-fields.ts'
import type { AsOfNode, JoinNode, Plan } from '../nodes.ts'
import { optimise, rules } from '../optimise.ts'
import { printPlan } from '../print.ts'
import { verbs } from '../verbs/index.ts'

// A tiny interpreter: what a plan means, written without any thought for speed ---------------------------------------------

type Row = Readonly<Record<string, unknown>>
type Tables = Readonly<Record<string, readonly Row[]>>

function interpret(plan: Plan, tables: Tables): Row[] {
  const input = (): Row[] => interpret(inputsOf(plan)[0] as Plan, tables)
  switch (plan.node) {
    case 'scan': {
      const all = (tables[(plan.source.options as { table: string }).table] ?? []).filter(
        row => plan.where === undefined || value(plan.where, row) === true,
      )
      return all.slice(0, plan.limit).map(row => pick(row, plan.fields))
    }
    case 'filter': {
      const rows = input()
      return rows.filter((row, index) => value(plan.where, row, rows, index) === true)
    }
    case 'project': {
      const rows = input()
      return rows.map((row, index) => Object.fromEntries(plan.columns.map(column => [column.name, value(column.expr, row, rows, index)])))
    }
    case 'aggregate': {
      const groups = new Map<string, { readonly key: Row; readonly rows: Row[] }>()
      if (plan.keys.length === 0) groups.set('[]', { key: {}, rows: [] })
      for (const row of input()) {
        const key = Object.fromEntries(plan.keys.map(({ name, expr }) => [name, value(expr, row)]))
        const group = groups.get(JSON.stringify(Object.values(key))) ?? { key, rows: [] }
        group.rows.push(row)
        groups.set(JSON.stringify(Object.values(key)), group)
      }
      return [...groups.values()].map(({ key, rows }) => ({
        ...key,
        ...Object.fromEntries(plan.aggs.map(({ name, expr }) => [name, total(expr, rows)])),
      }))
    }
    case 'join':
      return join(plan, tables)
    case 'union':
      return plan.inputs.flatMap(one => interpret(one, tables).map(row => pick(row, plan.fields)))
    case 'sort':
      return input().toSorted((a, b) => {
        for (const { expr, descending } of plan.by) {
          const [x, y] = [value(expr, a), value(expr, b)] as [number | null, number | null]
          if (x === y) continue
          if (x === null || y === null) return x === null ? 1 : -1
          return (x - y) * (descending ? -1 : 1)
        }
        return 0
      })
    case 'limit':
      return input().slice(plan.offset, plan.offset + plan.rows)
    case 'split': {
      if (plan.how.kind !== 'rows') throw new Error('only splits by row number here')
      const { rows } = plan.how
      const own = rows[plan.part] ?? []
      const named = new Set(Object.values(rows).flatMap(part => (part === 'rest' ? [] : part)))
      return input().filter((_, index) => (own === 'rest' ? !named.has(index) : own.includes(index)))
    }
    case 'transform':
      return input().map(row => {
        const before = { ...row }
        return Object.assign(before, Object.fromEntries(plan.step.adds.map(field => [field.name, Number(row['a'] ?? 0) + 100])))
      })
    case 'asOf':
      return nearest(plan, tables)
    case 'explode':
    case 'map':
    case 'eventTime':
    case 'process':
    case 'onError':
    case 'late':
    case 'sink':
    case 'deferred':
      throw new Error(`${plan.node} is not in the interpreter`)
  }
}

function join(plan: JoinNode, tables: Tables): Row[] {
  const [left, right] = [interpret(plan.left, tables), interpret(plan.right, tables)]
  const added = rightColumns(plan.left.fields, plan.right.fields, plan.on, plan.how, plan.suffix)
  const meets = (a: Row, b: Row): boolean => plan.on.every(([x, y]) => a[x] !== null && a[x] === b[y])
  const made = (a: Row | undefined, b: Row | undefined): Row => ({
    ...Object.fromEntries(plan.left.fields.map(({ name }) => [name, a?.[name] ?? b?.[new Map(plan.on).get(name) ?? ''] ?? null])),
    ...Object.fromEntries(added.map(({ from, name }) => [name, b?.[from.name] ?? null])),
  })
  if (plan.how === 'semi' || plan.how === 'anti') return left.filter(a => right.some(b => meets(a, b)) === (plan.how === 'semi'))
  const rows: Row[] = []
  for (const a of left) {
    const partners = right.filter(b => meets(a, b))
    rows.push(...partners.map(b => made(a, b)).filter(row => plan.where === undefined || value(plan.where, row) === true))
    if (partners.length === 0 && (plan.how === 'left' || plan.how === 'full')) rows.push(made(a, undefined))
  }
  if (plan.how === 'right' || plan.how === 'full')
    rows.push(...right.filter(b => !left.some(a => meets(a, b))).map(b => made(undefined, b)))
  expect(joinFields(plan.left.fields, plan.right.fields, plan.on, plan.how, plan.suffix).map(f => f.name)).toEqual(
    plan.fields.map(f => f.name),
  )
  return rows
}

function nearest(plan: AsOfNode, tables: Tables): Row[] {
  const [left, right] = [interpret(plan.left, tables), interpret(plan.right, tables)]
  const added = rightColumns(plan.left.fields, plan.right.fields, plan.on, 'left', plan.suffix)
  const [at, other] = plan.by
  return left.map(a => {
    const moment = a[at] as number | null
    const before = right
      .filter(b => plan.on.every(([x, y]) => a[x] !== null && a[x] === b[y]))
      .filter(b => moment !== null && b[other] !== null && (b[other] as number) <= moment)
    // Of equal moments the first: the interpreter must choose alike before and after the rules.
    const best = before.reduce<Row | undefined>(
      (most, b) => (most === undefined || (b[other] as number) > (most[other] as number) ? b : most),
      undefined,
    )
    return { ...a, ...Object.fromEntries(added.map(({ from, name }) => [name, best?.[from.name] ?? null])) }
  })
}

function value(expr: ExprNode, row: Row, rows: readonly Row[] = [], index = 0): unknown {
  if (expr.op === 'literal') return expr.value
  if (expr.op === 'column') {
    if (!Object.hasOwn(row, expr.name)) throw new Error(`no column ${expr.name} in ${Object.keys(row).join(', ')}`)
    return row[expr.name]
  }
  if (expr.op === 'over' && expr.args[0]?.op === 'rowNumber') return index + 1
  if (expr.op === 'over')
    return rows.slice(0, index + 1).reduce((sum, one) => sum + Number(value((expr.args[0] as CallNode).args[0] as ExprNode, one) ?? 0), 0)
  const args = expr.args.map(arg => value(arg, row, rows, index)) as [any, any]
  const [a, b] = args
  if (expr.op === 'isNull') return a === null
  if (expr.op === 'isNotNull') return a !== null
  if (expr.op === 'coalesce') return a ?? b
  if (expr.op === 'and') return a === false || b === false ? false : a === null || b === null ? null : true
  if (expr.op === 'or') return a === true || b === true ? true : a === null || b === null ? null : false
  if (args.includes(null)) return null
  const known: Readonly<Record<string, () => unknown>> = {
    add: () => a + b,
    sub: () => a - b,
    gt: () => a > b,
    eq: () => a === b,
    not: () => !a,
  }
  const run = known[expr.op]
  if (run === undefined) throw new Error(`${expr.op} is not in the interpreter`)
  return run()
}

function total(expr: ExprNode, rows: readonly Row[]): unknown {
  const [inner, where] = expr.op === 'where' ? expr.args : []
  if (inner !== undefined && where !== undefined)
    return total(
      inner,
      rows.filter(row => value(where, row) === true),
    )
  if (expr.op !== 'sum' && expr.op !== 'count') throw new Error(`${expr.op} is not in the interpreter`)
  if (expr.args[0] === undefined) return rows.length
  const known = rows.map(row => value(expr.args[0] as ExprNode, row)).filter(one => one !== null) as number[]
  return expr.op === 'count' ? known.length : known.length === 0 ? null : known.reduce((a, b) => a + b)
}

function pick(row: Row, fields: Schema): Row {
  return Object.fromEntries(fields.map(({ name }) => [name, row[name]]))
}

// Random plans -----------------------------------------------------------------------------------------------------------

const int = (name: string) => ({ name, type: 'int64', nullable: true }) as const
const scan = (table: string, columns: readonly string[]): Plan => verbs.scan({ kind: 'test', options: { table } }, columns.map(int))
const one = scan('one', ['a', 'b', 'c'])
const two = scan('two', ['a', 'd', 'b'])

interface Step {
  readonly kind: number
  readonly x: number
  readonly y: number
  readonly z: number
}
const step = fc.record({ kind: fc.nat(18), x: fc.nat(30), y: fc.nat(30), z: fc.nat(30) })
const cell = fc.option(fc.integer({ min: -2, max: 3 }), { nil: null })
const table = (names: readonly string[]) => fc.array(fc.record(Object.fromEntries(names.map(name => [name, cell]))), { maxLength: 7 })
const tables = fc.record({ one: table(['a', 'b', 'c']), two: table(['a', 'd', 'b']) })

function column(plan: Plan, index: number): ExprNode {
  return columnNode(plan.fields[index % plan.fields.length] ?? int('a'))
}

function number(plan: Plan, { x, y, z }: Step): ExprNode {
  const first = column(plan, x)
  const made = [
    first,
    callNode('add', [first, column(plan, y)]),
    callNode('sub', [column(plan, y), literalNode(z)]),
    callNode('coalesce', [first, literalNode(z)]),
  ]
  return made[z % made.length] ?? first
}

function condition(plan: Plan, it: Step): ExprNode {
  const more = callNode('gt', [number(plan, it), literalNode(it.x % 4)])
  const known = callNode('isNotNull', [column(plan, it.y)])
  const made = [
    more,
    callNode('and', [more, known]),
    callNode('or', [callNode('not', [more]), known]),
    callNode('eq', [column(plan, it.x), column(plan, it.z)]),
  ]
  return made[it.y % made.length] ?? more
}

function addStep(plan: Plan, other: Plan, it: Step): Plan {
  const { kind, x, y, z } = it
  const name = plan.fields[x % plan.fields.length]?.name ?? 'a'
  switch (kind) {
    case 0:
    case 1:
    case 2:
      return verbs.filter(plan, { where: condition(plan, it) })
    case 3:
      return verbs.withColumns(plan, { columns: [{ name: ['a', 'e', 'f'][y % 3] ?? 'e', expr: number(plan, it) }] })
    case 4: {
      const kept = plan.fields.filter((_, index) => index === 0 || (y >> index) % 2 === 0).map(field => field.name)
      return verbs.select(plan, { columns: [...kept.toReversed(), { name: freeName(plan.fields, 's'), expr: number(plan, it) }] })
    }
    case 5: {
      const aggs = [
        { name: 'n', expr: callNode('count', []) },
        { name: 't', expr: callNode('sum', [number(plan, it)]) },
      ]
      if (name === 'n' || name === 't') return plan
      const key = z % 2 === 0 ? name : { name: 'k', expr: callNode('add', [column(plan, x), literalNode(1)]) }
      return verbs.aggregate(plan, { keys: z % 5 === 0 ? [] : [key], aggs: z % 3 === 0 ? aggs.slice(0, 1) : aggs })
    }
    case 6: {
      const right = x % 2 === 0 ? other : plan
      const how = (['inner', 'left', 'right', 'full', 'semi', 'anti'] as const)[y % 6] ?? 'inner'
      const key = right.fields[z % right.fields.length]?.name ?? 'a'
      const suffix = `Of${nodesOf(plan).length}`
      return verbs.join(plan, { other: right, on: [[name, key]], how, suffix })
    }
    case 7:
      return verbs.union(plan, { other: x % 2 === 0 ? plan : verbs.filter(plan, { where: condition(plan, it) }) })
    case 8:
      return verbs.sort(plan, { by: buildOrder(plan.fields, false, name) })
    case 9:
      return verbs.limit(plan, { rows: x % 6, offset: y % 3 })
    case 10:
      return verbs.split(plan, { how: { kind: 'rows', rows: { a: [0, 2, 5], b: 'rest' } }, parts: {}, part: x % 2 === 0 ? 'a' : 'b' })
    case 11: {
      const running = callNode('over', [callNode('sum', [column(plan, x)])], {
        orderBy: [{ expr: column(plan, y), descending: false, nulls: 'last' }],
      })
      return verbs.withColumns(plan, { columns: [{ name: 'w', expr: running }] })
    }
    case 12:
      return verbs.distinct(plan, { columns: [] })
    case 13: {
      const running = callNode('over', [callNode('sum', [column(plan, x)])], {
        orderBy: [{ expr: column(plan, y), descending: false, nulls: 'last' }],
      })
      return verbs.filter(plan, { where: callNode('gt', [running, literalNode(z % 5)]) })
    }
    case 14: {
      if (!plan.fields.some(field => field.name === 'a')) return plan
      const step = {
        kind: 'test',
        state: {},
        needs: [int('a')],
        adds: [int(x % 2 === 0 ? 'a' : 'p')],
        code: { url: '', export: '', hash: '' },
      }
      return verbs.transform(plan, { step })
    }
    case 15: {
      if (plan.fields.length > 6) return plan
      const key = other.fields[z % other.fields.length]?.name ?? 'a'
      const at = other.fields[y % other.fields.length]?.name ?? 'a'
      const suffix = `N${nodesOf(plan).length}`
      return verbs.joinAsOf(plan, { other, on: z % 2 === 0 ? [] : [[name, key]], by: [name, at], suffix })
    }
    case 16:
    case 17: {
      const others = verbs.filter(plan, { where: condition(plan, it) })
      return kind === 16 ? verbs.intersect(plan, { other: others }) : verbs.except(plan, { other: others })
    }
    default: {
      if (plan.fields.length > 6) return plan
      const suffix = `W${nodesOf(plan).length}`
      const joined = verbs.joinWhere(plan, { other, suffix })
      const where = callNode('gt', [column(joined, x), column(joined, y)])
      return verbs.joinWhere(plan, { other, suffix, where })
    }
  }
}

function planOf(steps: readonly Step[]): Plan {
  const half = Math.floor(steps.length / 3)
  const other = steps.slice(0, half).reduce((plan, it) => (it.kind === 6 || it.kind > 14 ? plan : addStep(plan, two, it)), two)
  return steps.slice(half).reduce((plan, it) => addStep(plan, other, it), one)
}

/** Columns with their types, and rows in order with their columns in order. */
function meaning(plan: Plan, data: Tables): unknown {
  return [plan.fields.map(field => [field.name, field.type]), interpret(plan, data).map(row => JSON.stringify(Object.entries(row)))]
}

test('rules do not change what a plan gives, one by one and together', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 9 }), tables, (steps, data) => {
      const plan = planOf(steps)
      const before = meaning(plan, data)
      for (const changed of [...rules.map(rule => rule.apply(plan)), optimise(plan), optimise(optimise(plan))])
        expect(meaning(changed, data), `${printPlan(plan)}\n=>\n${printPlan(changed)}`).toEqual(before)
    }),
    { seed: 20261121, numRuns: 1500 },
  )
})
