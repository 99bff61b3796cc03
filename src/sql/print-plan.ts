import { TidemillError } from '../errors/index.ts'
import { someNode } from '../expr/index.ts'
import {
  type AggregateNode,
  type AsOfNode,
  type JoinNode,
  type Plan,
  refuseStream,
  rightNames,
  type ScanNode,
  type UnionNode,
} from '../plan/index.ts'
import { sameType } from '../schema/index.ts'
import type { Dialect, Select } from './dialect.ts'
import { safeNames } from './names.ts'
import { printColumn, printInScope, printOrder, type Scope } from './print-expr.ts'
import { checkedSide, manyToMany } from './print-join-check.ts'
import { printSplit } from './print-split.ts'
import { markSpan, type Span, takeSpans } from './spans.ts'

/** A statement, the parts that come from the user's lines, and the scans whose numbers stand in the errors of values that do not fit. */
export interface SqlText {
  readonly text: string
  readonly spans: readonly Span[]
  readonly scans: readonly ScanNode[]
}

interface Printing {
  readonly dialect: Dialect
  readonly steps: Plan[]
  readonly scans: ScanNode[]
  /** Joins around what is printed now. */
  joins: number
}

/**
 * A plan as one SELECT of nested subqueries. Columns come by position; those whose names differ by case only get other names.
 *
 * @param before scans of other statements whose numbers come first
 *
 * The plan must be closed, lowered and free of functions: others are `plan.gap`.
 */
export function printSql(plan: Plan, dialect: Dialect, before: readonly ScanNode[] = []): SqlText {
  const printing: Printing = { dialect, steps: [], scans: [...before], joins: 0 }
  const { text, spans } = takeSpans(
    render(select(plan, printing)),
    printing.steps.map(step => ({ step: step.node, at: step.at })),
  )
  return { text, spans, scans: printing.scans }
}

function render({ columns = '*', from, where, tail }: Select): string {
  return `SELECT ${columns} FROM ${from}${where === undefined ? '' : ` WHERE ${where}`}${tail === undefined ? '' : ` ${tail}`}`
}

function isBare(parts: Select): boolean {
  return parts.columns === undefined && parts.where === undefined && parts.tail === undefined
}

/** A SELECT as what stands behind FROM. */
function from(parts: Select, alias = 't'): string {
  return isBare(parts) ? parts.from : `(${render(parts)}) AS ${alias}`
}

function scopeOf(plan: Plan, dialect: Dialect, prefix = ''): Scope {
  const names = safeNames(plan.fields)
  const places = new Map(plan.fields.map((field, index) => [field.name, `${prefix}${dialect.quoteName(names[index] ?? field.name)}`]))
  return name => {
    const text = places.get(name)
    if (text === undefined)
      throw new TidemillError('plan.unknown-column', `unknown column: ${name} (have ${plan.fields.map(field => field.name).join(', ')})`)
    return text
  }
}

/** A pipeline of one-input nodes is printed from its source up, so that a long chain does not deepen the stack. */
function select(plan: Plan, printing: Printing): Select {
  const chain: Plan[] = []
  let at = plan
  while ('input' in at) {
    chain.push(at)
    at = at.input
  }
  let parts = marked(at, printing, () => source(at, printing))
  for (const node of chain.reverse()) parts = marked(node, printing, () => step(node, parts, printing))
  return parts
}

function marked(node: Plan, printing: Printing, make: () => Select): Select {
  const id = printing.steps.length
  printing.steps.push(node)
  const made = make()
  if (node.at === undefined) return made
  // The part a step wrote itself: its condition, its columns, its tail, else the place it reads.
  if (node.node === 'filter' && made.where !== undefined) return { ...made, where: markSpan(made.where, id) }
  if ((node.node === 'sort' || node.node === 'limit') && made.tail !== undefined) return { ...made, tail: markSpan(made.tail, id) }
  if (['scan', 'filter', 'limit'].includes(node.node) && made.columns === undefined) return { ...made, from: markSpan(made.from, id) }
  return { ...made, columns: made.columns === undefined ? undefined : markSpan(made.columns, id) }
}

function source(plan: Plan, printing: Printing): Select {
  if (plan.node === 'scan') return scan(plan, printing)
  if (plan.node === 'join') return join(plan, printing)
  if (plan.node === 'asOf') return asOf(plan, printing)
  if (plan.node === 'union') return union(plan, printing)
  throw new TidemillError('plan.gap', `a step that cannot be written as SQL: ${plan.node}`, { details: { node: plan.node } })
}

/** How many aggregates have a condition of their own. */
function conditionsIn(aggs: AggregateNode['aggs']): number {
  let found = 0
  for (const { expr } of aggs)
    someNode(expr, node => {
      if (node.op === 'where') found++
      return false
    })
  return found
}

function step(plan: Plan, input: Select, printing: Printing): Select {
  const { dialect } = printing
  if (!('input' in plan)) throw new TidemillError('plan.gap', `a step that cannot be written as SQL: ${plan.node}`)
  const scope = scopeOf(plan.input, dialect)
  const names = safeNames(plan.fields).map(name => dialect.quoteName(name))
  switch (plan.node) {
    case 'filter': {
      const condition = printInScope(plan.where, dialect, scope)
      if (someNode(plan.where, node => node.op === 'over')) return { from: windowFiltered(from(input), condition, names, dialect) }
      if (input.columns === undefined && input.tail === undefined)
        return { from: input.from, where: input.where === undefined ? condition : `${input.where} AND ${condition}` }
      return { from: from(input), where: condition }
    }
    case 'project': {
      const columns = plan.columns.map((column, index) => `${printColumn(column.expr, dialect, scope)} AS ${names[index]}`).join(', ')
      if (input.columns === undefined && input.tail === undefined) return { columns, from: input.from, where: input.where }
      return { columns, from: from(input) }
    }
    case 'aggregate': {
      refuseStream(plan)
      const unused = (place: number): boolean => plan.sets?.every(set => !set.includes(place)) === true
      const keys = plan.keys.map(({ expr }, place) =>
        unused(place) ? `CAST(NULL AS ${dialect.typeName(expr.type)})` : printColumn(expr, dialect, scope),
      )
      const filters = conditionsIn(plan.aggs) > dialect.mostFilters ? 'inside' : 'behind'
      const aggs = plan.aggs.map(agg => printColumn(agg.expr, dialect, scope, filters))
      const level = plan.level === undefined ? [] : [levelOf(plan, keys, dialect)]
      const columns = [...keys, ...level, ...aggs].map((text, index) => `${text} AS ${names[index]}`).join(', ')
      // By position: a key that is a constant would be read as the number of a column.
      const sets = plan.sets?.map(set => `(${set.map(place => place + 1).join(', ')})`)
      const by = sets === undefined ? keys.map((_, index) => index + 1) : [`GROUPING SETS (${sets.join(', ')})`]
      const tail = keys.length === 0 ? undefined : `GROUP BY ${by.join(', ')}`
      if (input.columns === undefined && input.tail === undefined) return { columns, from: input.from, where: input.where, tail }
      return { columns, from: from(input), tail }
    }
    case 'sort': {
      const tail = `ORDER BY ${printOrder(plan.by, dialect, scope)}`
      if (input.columns === undefined && input.tail === undefined) return { from: input.from, where: input.where, tail }
      return { from: from(input), tail }
    }
    case 'limit': {
      const tail = `LIMIT ${plan.rows}${plan.offset === 0 ? '' : ` OFFSET ${plan.offset}`}`
      const shares = input.tail?.startsWith('ORDER BY') === true || (input.tail === undefined && input.columns === undefined)
      const made = shares ? { ...input, tail: input.tail === undefined ? tail : `${input.tail} ${tail}` } : { from: from(input), tail }
      // Below a join it must be the limit that chooses the rows, and nothing that the join knows.
      return printing.joins > 0 ? { from: dialect.fence(render(made)) } : made
    }
    case 'split':
      return printSplit(plan, from(input), dialect, scope, names)
    case 'explode': {
      const lists = [plan.column, ...(plan.also ?? [])]
      const places = plan.input.fields.flatMap((field, index) => (lists.includes(field.name) ? [index] : []))
      return dialect.explode(names, places, from(input), plan.outer === true)
    }
    default:
      throw new TidemillError('plan.gap', `a step that cannot be written as SQL: ${plan.node}`, {
        hint: 'it must be cut out, or lowered, before the plan is printed',
        details: { node: plan.node },
      })
  }
}

/** SQL has no windows in a WHERE: the condition is a column first, and no step shares this SELECT, as windows look at the rows before it. */
function windowFiltered(input: string, condition: string, names: readonly string[], dialect: Dialect): string {
  let keep = '~keep'
  while (names.includes(dialect.quoteName(keep))) keep = `${keep}_`
  const column = dialect.quoteName(keep)
  return `(SELECT ${names.length === 0 ? column : names.join(', ')} FROM (SELECT *, ${condition} AS ${column} FROM ${input}) AS t WHERE ${column}) AS t`
}

function scan(plan: ScanNode, printing: Printing): Select {
  const { dialect } = printing
  const id = printing.scans.length
  printing.scans.push(plan)
  let parts = dialect.scan(plan, safeNames(plan.fields), id)
  if (plan.where !== undefined) {
    const where = printInScope(plan.where, dialect, scopeOf(plan, dialect))
    parts = isBare(parts) ? { ...parts, where } : { from: from(parts), where }
  }
  if (plan.limit !== undefined) parts = { ...parts, tail: `LIMIT ${plan.limit}` }
  return parts
}

function join(plan: JoinNode, printing: Printing): Select {
  const { dialect } = printing
  const left = scopeOf(plan.left, dialect, 'l.')
  const right = scopeOf(plan.right, dialect, 'r.')
  const partner = new Map(plan.on)
  const rightKeys = new Set(plan.on.map(([, name]) => name))
  const leftOnly = plan.how === 'semi' || plan.how === 'anti'
  const texts = plan.left.fields.map(({ name }) => {
    const key = partner.get(name)
    if (key === undefined) return left(name)
    if (plan.how === 'right') return right(key)
    return plan.how === 'full' ? `coalesce(${left(name)}, ${right(key)})` : left(name)
  })
  const others =
    leftOnly && plan.where === undefined
      ? []
      : plan.right.fields.filter(field => !rightKeys.has(field.name)).map(field => right(field.name))
  const all = [...texts, ...others]
  const names = safeNames(plan.fields).map(name => dialect.quoteName(name))
  const conditions = plan.on.map(([a, b]) => `${left(a)} = ${right(b)}`)
  if (plan.where !== undefined) {
    // The condition names the join's own columns; a semi join has none of the right side, so there the names are those it would have.
    const places = new Map(plan.fields.map((field, index) => [field.name, all[index]]))
    const taken = new Set(plan.left.fields.map(field => field.name))
    if (leftOnly)
      for (const field of plan.right.fields)
        if (!rightKeys.has(field.name)) places.set(taken.has(field.name) ? `${field.name}${plan.suffix}` : field.name, right(field.name))
    conditions.push(printInScope(plan.where, dialect, name => places.get(name) ?? left(name)))
  }
  const on = conditions.length === 0 ? 'true' : conditions.join(' AND ')
  const columns = names.map((name, index) => `${all[index]} AS ${name}`).join(', ')
  printing.joins++
  const sides = [render(select(plan.left, printing)), render(select(plan.right, printing))] as const
  printing.joins--
  const [l, r] = checkedSide(plan, sides, [scopeOf(plan.left, dialect), scopeOf(plan.right, dialect)], dialect)
  const made: Select = { columns, from: `(${l}) AS l ${dialect.joins[plan.how]} (${r}) AS r ON ${on}` }
  return plan.check?.manyToMany === 'fail' ? { ...made, where: manyToMany(plan, left, dialect) } : made
}

/** The nearest right row by an inequality; equal keys beside it. */
function asOf(plan: AsOfNode, printing: Printing): Select {
  const { dialect } = printing
  const [left, right] = [scopeOf(plan.left, dialect, 'l.'), scopeOf(plan.right, dialect, 'r.')]
  const names = safeNames(plan.fields).map(name => dialect.quoteName(name))
  const [at, other] = plan.by
  const canBeNull = (side: Plan, name: string): boolean => side.fields.find(field => field.name === name)?.nullable !== false
  // An engine may take a NULL for the latest moment of all: it has no partner, and is none.
  const partner = (name: string): string =>
    canBeNull(plan.left, at) ? `CASE WHEN ${left(at)} IS NOT NULL THEN ${right(name)} END` : right(name)
  const texts = [...plan.left.fields.map(field => left(field.name)), ...[...rightNames({ ...plan, how: 'left' }).keys()].map(partner)]
  const sign = `${plan.direction === 'backward' ? '>' : '<'}${plan.strict ? '' : '='}`
  const on = [...plan.on.map(([a, b]) => `${left(a)} = ${right(b)}`), `${left(at)} ${sign} ${right(other)}`]
  printing.joins++
  const [l, all] = [render(select(plan.left, printing)), render(select(plan.right, printing))]
  printing.joins--
  const r = canBeNull(plan.right, other) ? `SELECT * FROM (${all}) AS t WHERE ${scopeOf(plan.right, dialect)(other)} IS NOT NULL` : all
  return {
    columns: names.map((name, index) => `${texts[index]} AS ${name}`).join(', '),
    from: `(${l}) AS l ${dialect.asOf} (${r}) AS r ON ${on.join(' AND ')}`,
  }
}

/** The names of the keys a row of grouping sets is grouped by. */
function levelOf(plan: AggregateNode, keys: readonly string[], dialect: Dialect): string {
  const sets = plan.sets ?? []
  const used = plan.keys.flatMap((_, place) => (sets.some(set => set.includes(place)) ? [place] : []))
  if (used.length === 0) return dialect.quoteText('')
  const cases = sets.map(set => {
    const mask = used.reduce((bits, place) => bits * 2 + (set.includes(place) ? 0 : 1), 0)
    return `WHEN ${mask} THEN ${dialect.quoteText(set.map(place => plan.keys[place]?.name).join(', '))}`
  })
  return `CASE CAST(grouping(${used.map(place => keys[place]).join(', ')}) AS BIGINT) ${cases.join(' ')} END`
}

function union(plan: UnionNode, printing: Printing): Select {
  const { dialect } = printing
  const names = safeNames(plan.fields).map(name => dialect.quoteName(name))
  const parts = plan.inputs.map(input => {
    const scope = scopeOf(input, dialect)
    const columns = plan.fields.map((field, index) => {
      const own = input.fields.find(other => other.name === field.name)
      const text = scope(field.name)
      return `${own === undefined || sameType(own.type, field.type) ? text : dialect.convert(text, own.type, field.type)} AS ${names[index]}`
    })
    return render({ columns: columns.join(', '), from: from(select(input, printing)) })
  })
  return { from: `(${parts.join(' UNION ALL ')}) AS t` }
}
