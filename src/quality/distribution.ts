/** How often the values of a column come, in few numbers: what `like` compares with, and a contract can keep. */
import { TidemillError } from '../errors/index.ts'
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import { needRelation, type Named, type Plan, type Relation } from '../plan/index.ts'
import { type Field, familyOf, printType, type Schema } from '../schema/index.ts'
import { needName, needThat } from './need-that.ts'
import { asFloat, cellAt, collect, isFiniteNumber, type Run } from './figures.ts'
import { aggregated, countWhere, filtered, limited, sorted } from './nodes.ts'
import { needColumn } from './need-column.ts'

/** Counts of values. `numbers`: bins below, between and from the inner `edges`, so one more than edges. `values`: each by its text; `other` is the rest. */
export type Distribution =
  | { readonly kind: 'numbers'; readonly edges: readonly number[]; readonly counts: readonly number[] }
  | { readonly kind: 'values'; readonly values: readonly string[]; readonly counts: readonly number[]; readonly other: number }

const most = 30

/**
 * Counts the values of a column: numbers in bins of equal counts (deciles unless told), texts and booleans by value (the 30 most frequent, and the rest). NULL, NaN and
 * the infinities are left out.
 *
 * @example
 * const usual = await distribution(await tm.read(parquet('last-year.parquet')), 'amount')
 * const report = await expectThat(orders, [column('amount').like(usual, { psi: 0.2 })])
 * @throws expr.unknown-column; quality.check for a column of another type, or without a value
 */
export async function distribution<R>(
  data: Relation<R>,
  column: keyof R & string,
  options: { readonly bins?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<Distribution> {
  needRelation(data, 'distribution', { code: 'plan.argument', example: "await distribution(orders, 'amount')" })
  needName('distribution', column)
  const { bins = 10 } = options
  needThat(Number.isInteger(bins) && bins >= 2 && bins <= 100, 'bins', 'a whole number from 2 to 100', bins, '{ bins: 10 }')
  const plan = data.plan.open ? await data.engine.learn(data.plan, options) : data.plan
  const field = needColumn(plan.fields, column)
  const made = kindOf(field) === 'numbers' ? await numbers(data, plan, field, bins, options) : await values(data, plan, field, options)
  if (made.counts.every(count => count === 0)) throw new TidemillError('quality.check', `no value to compare with: ${column}`)
  return made
}

/** How the values of a column are compared. @throws quality.check */
export function kindOf(field: Field): Distribution['kind'] {
  const family = familyOf(field.type)
  if (family === 'number') return 'numbers'
  if (family === 'text' || family === 'boolean') return 'values'
  throw new TidemillError('quality.check', `no distribution of ${field.name}: ${printType(field.type)} (have numbers, text, booleans)`)
}

async function numbers(data: Relation<unknown>, plan: Plan, field: Field, bins: number, options: Run): Promise<Distribution> {
  const qs = Array.from({ length: bins - 1 }, (_, index) => (index + 1) / bins)
  const real = asFloat(field)
  const asked = aggregated(filtered(plan, isFiniteNumber(real)), [], [{ name: 'q', expr: callNode('quantiles', [real], { qs }) }])
  const [answer] = await collect(data, asked, options)
  const found = answer === undefined ? null : (cellAt(answer, 0, 0) as readonly number[] | null)
  const edges = [...new Set((found ?? []).filter(edge => Number.isFinite(edge)))].toSorted((a, b) => a - b)
  const empty: Distribution = { kind: 'numbers', edges, counts: edges.map(() => 0) }
  const [counted] = await collect(data, aggregated(plan, [], countsOf(plan.fields, field.name, empty, 'n')), options)
  return { kind: 'numbers', edges, counts: readCounts(empty, index => (counted === undefined ? 0 : Number(cellAt(counted, index, 0)))) }
}

async function values(data: Relation<unknown>, plan: Plan, field: Field, options: Run): Promise<Distribution> {
  const value = asText(field)
  const count = columnNode({ name: 'count', type: 'int64', nullable: false })
  const text = columnNode({ name: 'value', type: 'string', nullable: true })
  const groups = aggregated(
    filtered(plan, callNode('isNotNull', [value])),
    [{ name: 'value', expr: value }],
    [{ name: 'count', expr: callNode('count', []) }],
  )
  const top = limited(
    sorted(groups, [
      { expr: count, descending: true, nulls: 'last' },
      { expr: text, descending: false, nulls: 'last' },
    ]),
    most,
  )
  const found: { value: string; count: number }[] = []
  for (const batch of await collect(data, top, options))
    for (let row = 0; row < batch.rows; row++) found.push({ value: String(cellAt(batch, 0, row)), count: Number(cellAt(batch, 1, row)) })
  const [all] = await collect(data, aggregated(plan, [], [{ name: 'n', expr: callNode('count', [columnNode(field)]) }]), options)
  const total = all === undefined ? 0 : Number(cellAt(all, 0, 0))
  const counts = found.map(one => one.count)
  return { kind: 'values', values: found.map(one => one.value), counts, other: total - counts.reduce((sum, one) => sum + one, 0) }
}

/** Aggregates that count a column in the bins of a distribution; `readCounts` reads them by their place. */
export function countsOf(schema: Schema, name: string, like: Distribution, prefix: string): readonly Named[] {
  const field = needColumn(schema, name)
  if (kindOf(field) !== like.kind)
    throw new TidemillError('quality.check', `${name} is ${printType(field.type)}, the reference has ${like.kind}`)
  const value = like.kind === 'numbers' ? asFloat(field) : asText(field)
  const all = like.kind === 'numbers' ? isFiniteNumber(value) : callNode('isNotNull', [value])
  const agg = (index: number, condition: ExprNode): Named => ({ name: `${prefix}.${index}`, expr: countWhere(condition) })
  const parts =
    like.kind === 'numbers'
      ? like.edges.map((edge, index) => agg(index + 1, callNode('and', [all, callNode('lt', [value, literalNode(edge, 'float64')])])))
      : like.values.map((text, index) => agg(index + 1, callNode('eq', [value, literalNode(text, 'string')])))
  return [agg(0, all), ...parts]
}

/** The counts of `countsOf`: of numbers one for each bin; of values one for each, and the rest. */
export function readCounts(like: Distribution, read: (index: number) => number): readonly number[] {
  const total = read(0)
  if (like.kind === 'values') {
    const counts = like.values.map((_, index) => read(index + 1))
    return [...counts, total - counts.reduce((sum, one) => sum + one, 0)]
  }
  const below = [0, ...like.edges.map((_, index) => read(index + 1)), total]
  return below.slice(1).map((count, index) => count - (below[index] as number))
}

/**
 * The population stability index of counts in the same bins: the sum of (a - b) ln(a / b) over the shares; 0 when they are equal. An empty bin counts as a share of 0.0001,
 * or a millionth of the least share when that is smaller, as in Evidently. Under 0.1 is usually called stable, above 0.2 a shift.
 *
 * @example
 * populationStability([10, 20, 70], [12, 18, 70]) // 0.0058
 * @throws quality.check for counts of different lengths, or without a value
 */
export function populationStability(reference: readonly number[], current: readonly number[]): number {
  if (reference.length !== current.length)
    throw new TidemillError('quality.check', `counts of different lengths: ${reference.length} and ${current.length}`)
  const [a, b] = [sharesOf(reference), sharesOf(current)]
  return a.reduce((sum, share, index) => sum + (share - (b[index] as number)) * Math.log(share / (b[index] as number)), 0)
}

function sharesOf(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (!(total > 0)) throw new TidemillError('quality.check', 'counts without a value')
  const least = Math.min(...counts.filter(count => count > 0)) / total
  const empty = least <= 0.0001 ? least / 1e6 : 0.0001
  return counts.map(count => (count === 0 ? empty : count / total))
}

function asText(field: Field): ExprNode {
  return field.type === 'string' ? columnNode(field) : callNode('cast', [columnNode(field)], { to: 'string' })
}
