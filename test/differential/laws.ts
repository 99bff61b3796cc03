/** Laws of kernels and SQL: both give the same values of a drawn expression, or an error of the same code; and what is not promised to be the same. */
import { type Batch, rawAt, sliceRows, takeRows } from '../../src/batch/index.ts'
import { embedded } from '../../src/engines/embedded/index.ts'
import { TidemillError } from '../../src/errors/index.ts'
import { callNode, columnsOf as columnsIn, type ExprNode, literalNode, printExpr } from '../../src/expr/index.ts'
import { aggregator, evaluate } from '../../src/kernels/index.ts'
import { type Engine, type Plan, verbs } from '../../src/plan/index.ts'
import { withEngine } from '../../src/testing/index.ts'
import { columnsOf, edgeTable, groupCount } from './table.ts'
import { type Draw, trees } from './trees.ts'

const table = edgeTable(100)
const columns = columnsOf(table)
const [row, group] = columns as [ExprNode, ExprNode]

/** An engine with the table of edge values in it. */
export interface Ground {
  readonly engine: Engine
  readonly plan: Plan
}
/** What is wrong with one drawn expression; undefined: nothing. */
export type Law = (ground: Ground, draw: Draw) => Promise<string | undefined>

/** Lays the table of edge values into an embedded engine for as long as `use` takes. */
export async function onGround<T>(use: (ground: Ground) => Promise<T>): Promise<T> {
  return withEngine(embedded(), async engine => {
    const { plan } = await engine.stage(only(table), table.fields)
    return use({ engine, plan })
  })
}

async function* only(batch: Batch): AsyncGenerator<Batch> {
  yield batch
}

/** Values in order, or the code of the error. */
type Outcome = readonly unknown[] | string

function outcome(work: () => readonly unknown[]): Outcome {
  try {
    return work()
  } catch (error) {
    return codeOf(error)
  }
}

function codeOf(error: unknown): string {
  if (error instanceof TidemillError) return error.code
  throw error
}

function onKernels(node: ExprNode, batch: Batch): Outcome {
  return outcome(() => {
    const column = evaluate(node, batch)
    return Array.from({ length: batch.rows }, (_, at) => rawAt(column, at))
  })
}

/** The second column of a plan, in the order of the first. */
async function onEngine(engine: Engine, made: Plan): Promise<Outcome> {
  try {
    const values: (readonly [number, unknown])[] = []
    for await (const { rows, columns: parts } of engine.run(made)) {
      const [place, value] = parts
      if (place !== undefined && value !== undefined)
        for (let at = 0; at < rows; at++) values.push([rawAt(place, at) as number, rawAt(value, at)])
    }
    return values.sort(([a], [b]) => a - b).map(([, value]) => value)
  } catch (error) {
    return codeOf(error)
  }
}

function rowsWhere(plan: Plan, rows: readonly number[]): Plan {
  if (rows.length === table.rows) return plan
  return verbs.filter(plan, { where: callNode('in', [row, ...rows.map(one => literalNode(one, 'int32'))]) })
}

/** Codes of all parts of a tree that fail alone, in any row: which of them is met first is the engine's affair. */
function codesOf(node: ExprNode, batch: Batch): Set<string> {
  const own = onKernels(node, batch)
  const codes = new Set<string>()
  if (typeof own === 'string' && batch.rows > 1)
    for (let at = 0; at < batch.rows; at++) {
      const one = onKernels(node, sliceRows(batch, at, at + 1))
      if (typeof one === 'string') codes.add(one)
    }
  if (typeof own === 'string') codes.add(own)
  // Aggregates have no value per row; their operands have.
  codes.delete('expr.kind')
  if (!('args' in node)) return codes
  for (const part of [...node.args, ...(node.options?.orderBy ?? []).map(by => by.expr)])
    for (const code of codesOf(part, batch)) codes.add(code)
  return codes
}

/**
 * Functions for which another operand may decide, comparisons (DuckDB makes `x > 4` of `x + 1 > 5`), and `count`, which needs no value: whether an error shows that
 * nobody asked for is not promised.
 */
const lazy: ReadonlySet<string> = new Set([
  'and',
  'or',
  'in',
  'between',
  'coalesce',
  'count',
  'clip',
  'lt',
  'lte',
  'gt',
  'gte',
  'eq',
  'ne',
  'isNull',
  'isNotNull',
  'listAppend',
  'isNan',
  'isFinite',
  'isInfinite',
])

/**
 * A part without columns may be computed before there are rows. What a `coalesce` may not need is computed for all rows when it stands twice in the statement (a
 * value and its guard): the engine takes such parts out, but not out of a CASE.
 */
function mayComeEarly(node: ExprNode, code: Outcome): boolean {
  if (!('args' in node) || typeof code !== 'string') return false
  if (columnsIn(node).size === 0 && onKernels(node, table) === code) return true
  if (node.op === 'coalesce' && node.args.slice(1).some(arg => codesOf(arg, table).has(code))) return true
  return node.args.some(arg => mayComeEarly(arg, code))
}

function mayBeSpared(node: ExprNode, batch: Batch): boolean {
  if (!('args' in node)) return false
  // What is NULL whatever the other operands are.
  const isNull = (arg: ExprNode): boolean => (batch.rows === 1 || columnsIn(arg).size === 0) && onKernels(arg, batch)[0] === null
  const decided = lazy.has(node.op) || node.args.some(isNull)
  return (decided && node.args.some(arg => codesOf(arg, batch).size > 0)) || node.args.some(arg => mayBeSpared(arg, batch))
}

function alike(a: unknown, b: unknown, tolerance: number): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b))
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, at) => alike(one, b[at], tolerance))
  return a === b
}

/** The first place at which two outcomes differ, as text. */
function difference(kernels: Outcome, sql: Outcome, tolerance = 0): string | undefined {
  if (typeof kernels === 'string' || typeof sql === 'string')
    return kernels === sql ? undefined : `kernels ${show(kernels)}, SQL ${show(sql)}`
  const at = kernels.findIndex((value, place) => !alike(value, sql[place], tolerance))
  return at < 0 ? undefined : `kernels ${show(kernels[at])}, SQL ${show(sql[at])} at ${at}`
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? `${part}n` : typeof part === 'number' ? String(part) : part,
  )
}

/** A value per row. */
export const rowLaw: Law = async ({ engine, plan }, draw) => {
  const node = trees(draw, columns).value('any', 3)
  const whole = onKernels(node, table)
  const places = Array.from({ length: table.rows }, (_, at) => at)
  const failing = typeof whole === 'string' ? places.filter(at => typeof onKernels(node, sliceRows(table, at, at + 1)) === 'string') : []
  const good = places.filter(at => !failing.includes(at))
  const kernels = typeof whole === 'string' ? onKernels(node, takeRows(table, Int32Array.from(good))) : whole
  const about = `${printExpr(node)} (${JSON.stringify(node.type)})`
  const select = (rows: readonly number[]): Plan =>
    verbs.select(rowsWhere(plan, rows), {
      columns: [
        { name: 'row', expr: row },
        { name: 'value', expr: node },
      ],
    })
  const sql = good.length === 0 ? [] : await onEngine(engine, select(good))
  if (typeof sql === 'string' && mayComeEarly(node, sql)) return undefined
  const wrong = good.length === 0 ? undefined : difference(kernels, sql)
  if (wrong !== undefined) return `${about}: ${wrong}`
  const bad = failing[draw(Math.max(1, failing.length))]
  if (bad === undefined) return undefined
  const alone = sliceRows(table, bad, bad + 1)
  const codes = codesOf(node, alone)
  const code = await onEngine(engine, select([bad]))
  return (typeof code === 'string' ? codes.has(code) : mayBeSpared(node, alone))
    ? undefined
    : `${about}: kernels ${[...codes].join()}, SQL ${show(code)} in row ${bad}`
}

/** Powers, logarithms and `exp` agree but for the last bits, which are those of a library. */
export const libraryLaw: Law = async ({ engine, plan }, draw) => {
  const { value } = trees(draw, columns)
  const [a, b] = [value('number', 1), value('number', 1)]
  const nodes = [
    callNode('pow', [a, b]),
    callNode('ln', [a]),
    callNode('exp', [a]),
    ...[2, 10, 3, 0.5].map(base => callNode('log', [a], { base })),
  ]
  for (const node of nodes) {
    const kernels = onKernels(node, table)
    if (typeof kernels === 'string') continue
    const wrong = difference(
      kernels,
      await onEngine(
        engine,
        verbs.select(plan, {
          columns: [
            { name: 'row', expr: row },
            { name: 'value', expr: node },
          ],
        }),
      ),
      1e-14,
    )
    if (wrong !== undefined) return `${printExpr(node)}: ${wrong}`
  }
  return undefined
}

/** A value per group. */
export const groupLaw: Law = async ({ engine, plan }, draw) => {
  const node = trees(draw, columns).aggregate(2)
  const make = (some: number): readonly [kernels: Outcome, plan: Plan] => {
    const size = table.rows / groupCount
    const [from, to] = some < 0 ? [0, table.rows] : [some * size, (some + 1) * size]
    const fields = [{ name: 'group', type: 'int32', nullable: false } as const, { name: 'value', type: node.type, nullable: true }]
    const kernels = outcome(() => {
      const all = aggregator([{ name: 'group', expr: group }], [{ name: 'value', expr: node }], fields)
      all.update(sliceRows(table, from, to))
      const { rows, columns: parts } = all.finish()
      return Array.from({ length: rows }, (_, at) => rawAt(parts[1] as never, at))
    })
    const input = rowsWhere(
      plan,
      Array.from({ length: to - from }, (_, at) => from + at),
    )
    return [kernels, verbs.aggregate(input, { keys: ['group'], aggs: [{ name: 'value', expr: node }] })]
  }
  const about = `${printExpr(node)} (${JSON.stringify(node.type)})`
  const [kernels, made] = make(-1)
  const sql = await onEngine(engine, made)
  const wrong = difference(kernels, sql, 1e-9)
  if (wrong === undefined || (typeof kernels === 'object' && typeof sql === 'object'))
    return wrong === undefined ? undefined : `${about}: ${wrong}`
  for (let one = 0; one < groupCount; one++) {
    const [own, part] = make(one)
    const other = await onEngine(engine, part)
    if (typeof own === 'string' && (typeof other === 'string' ? codesOf(node, table).has(other) : mayBeSpared(node, table))) continue
    const problem = difference(own, other, 1e-9)
    if (problem !== undefined) return `${about}: ${problem} in group ${one}`
  }
  return undefined
}

/** All of them, by the name the command line knows. */
export const laws: Readonly<Record<string, Law>> = { rows: rowLaw, library: libraryLaw, groups: groupLaw }
