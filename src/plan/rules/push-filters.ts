import { columnsOf, type ExprNode, substitute } from '../../expr/index.ts'
import { depthOf, hasWindow, sizeOf } from '../exprs.ts'
import { columnOf, isPassing } from '../fields.ts'
import { withInputs } from '../inputs.ts'
import { rightColumns } from '../join-fields.ts'
import type { JoinNode, Named, Plan } from '../nodes.ts'
import type { Rule } from '../seams.ts'
import { type Conjunct, conjunction, conjunctsOf, filtered } from './conjunction.ts'

/** A condition that grows past this by substitution stays where it is: what it is made of would be computed twice. */
const mostSize = 60
const mostDepth = 20

/**
 * Moves conditions towards the sources and into scans, so that fewer rows are read; conditions that meet are combined.
 *
 * They pass projects (by putting in what the columns are made of), sorts, unions, join sides whose rows are kept or dropped alike, and aggregates over
 * their keys. They never pass windows, limits, splits or functions: there the other rows, or their number, matter. Nor do they pass what a stream knows and
 * a table does not: how far time has come, late rows and kept state are those of all rows.
 */
export const pushFilters: Rule = { name: 'push filters down', apply: plan => push(plan, [], new Map()) }

type Rebuild = (input: Plan) => Plan

/** `done` keeps nodes that were met without pending conditions, so that what is read twice stays one node. */
function push(plan: Plan, conditions: readonly Conjunct[], done: Map<Plan, Plan>): Plan {
  const rebuilds: Rebuild[] = []
  let pending = conditions
  let node = plan
  let bottom: Plan | undefined
  while (bottom === undefined) {
    const known = pending.length === 0 ? done.get(node) : undefined
    if (known !== undefined) {
      bottom = known
      break
    }
    if (pending.length === 0) rebuilds.push(remember(node, done))
    if (node.node === 'filter' && !hasWindow(node.where)) {
      pending = [...conjunctsOf(node.where, node.at), ...pending]
      node = node.input
      continue
    }
    if (!('input' in node)) {
      bottom = pushIntoLeaf(node, pending, done)
      break
    }
    const passing: Conjunct[] = []
    const staying: Conjunct[] = []
    for (const condition of pending) {
      const expr = passed(node, condition.expr)
      if (expr === undefined) staying.push(condition)
      else passing.push({ ...condition, expr })
    }
    if (passing.length === 0 && staying.length > 0) {
      // From here on without conditions, so that a step that is read twice is found again.
      rebuilds.push(input => filtered(input, staying))
      pending = []
      continue
    }
    const current = node
    rebuilds.push(input => filtered(withInputs(current, [input]), staying))
    pending = passing
    node = node.input
  }
  return rebuilds.reduceRight((input, rebuild) => rebuild(input), bottom)
}

function remember(node: Plan, done: Map<Plan, Plan>): Rebuild {
  return made => {
    done.set(node, made)
    return made
  }
}

/** The condition as it reads below a node with one input; undefined where it must stay above. */
function passed(node: Extract<Plan, { readonly input: Plan }>, condition: ExprNode): ExprNode | undefined {
  switch (node.node) {
    case 'project':
      if (node.notNull?.some(name => columnsOf(condition).has(name)) === true) return undefined
      return node.columns.some(column => hasWindow(column.expr)) ? undefined : throughColumns(condition, node.columns)
    case 'aggregate': {
      // A key that is not in a grouping set is NULL there: a condition on it is about groups, not about rows.
      if (node.window !== undefined || node.running !== undefined || node.sets !== undefined) return undefined
      const keys = new Set(node.keys.map(key => key.name))
      return keys.size > 0 && isSubset(columnsOf(condition), keys) ? throughColumns(condition, node.keys) : undefined
    }
    case 'sort':
      return condition
    case 'explode':
      return [node.column, ...(node.also ?? [])].some(name => columnsOf(condition).has(name)) ? undefined : condition
    case 'transform':
      return node.step.adds.some(field => columnsOf(condition).has(field.name)) ? undefined : condition
    case 'filter':
    case 'limit':
    case 'split':
    case 'map':
    case 'eventTime':
    case 'process':
    case 'onError':
    case 'late':
    case 'sink':
      return undefined
  }
}

function throughColumns(condition: ExprNode, columns: readonly Named[]): ExprNode | undefined {
  const used = columnsOf(condition)
  const made = columns.filter(column => used.has(column.name) && !isPassing(column))
  if (made.length === 0) return condition
  const changed = substitute(condition, new Map(made.map(column => [column.name, column.expr])))
  const grown = sizeOf(changed) > Math.max(mostSize, sizeOf(condition)) || depthOf(changed) > Math.max(mostDepth, depthOf(condition))
  return grown ? undefined : changed
}

function pushIntoLeaf(node: Exclude<Plan, { readonly input: Plan }>, pending: readonly Conjunct[], done: Map<Plan, Plan>): Plan {
  switch (node.node) {
    case 'scan': {
      if (pending.length === 0) return node
      if (node.limit !== undefined) return filtered(node, pending)
      const before = node.where === undefined ? [] : conjunctsOf(node.where, node.at)
      return { ...node, where: conjunction([...before, ...pending]) }
    }
    case 'union':
      return withInputs(
        node,
        node.inputs.map(input => push(input, pending, done)),
      )
    case 'join':
      return pushIntoJoin(node, pending, done)
    case 'asOf': {
      // A left row's partner does not depend on other left rows; which right row is the nearest depends on all of them.
      const own = new Set(node.left.fields.map(field => field.name))
      const left = pending.filter(({ expr }) => columnsOf(expr).size > 0 && isSubset(columnsOf(expr), own))
      const staying = pending.filter(condition => !left.includes(condition))
      return filtered(withInputs(node, [push(node.left, left, done), push(node.right, [], done)]), staying)
    }
    case 'deferred':
      return filtered(
        withInputs(
          node,
          node.inputs.map(input => push(input, [], done)),
        ),
        pending,
      )
  }
}

function pushIntoJoin(node: JoinNode, pending: readonly Conjunct[], done: Map<Plan, Plan>): Plan {
  const lefts = leftExprs(node)
  const rights = rightExprs(node)
  const left: Conjunct[] = []
  const right: Conjunct[] = []
  const staying: Conjunct[] = []
  for (const condition of pending) {
    const columns = columnsOf(condition.expr)
    if (node.check !== undefined) staying.push(condition)
    else if (columns.size > 0 && isSubset(columns, lefts)) left.push(condition)
    else if (columns.size > 0 && isSubset(columns, new Set(rights.keys())))
      right.push({ ...condition, expr: substitute(condition.expr, rights) })
    else staying.push(condition)
  }
  return filtered(withInputs(node, [push(node.left, left, done), push(node.right, right, done)]), staying)
}

/** Output columns by which rows of the left side may be dropped before the join. */
function leftExprs(node: JoinNode): ReadonlySet<string> {
  const drops = node.how === 'inner' || node.how === 'left' || node.how === 'semi' || node.how === 'anti'
  return new Set(drops ? node.left.fields.map(field => field.name) : [])
}

/** Output columns by which rows of the right side may be dropped before the join, and what they are there. */
function rightExprs(node: JoinNode): ReadonlyMap<string, ExprNode> {
  if (node.how !== 'inner' && node.how !== 'right') return new Map()
  const fields = new Map(node.right.fields.map(field => [field.name, field]))
  const columns = rightColumns(node.left.fields, node.right.fields, node.on, node.how, node.suffix)
  const exprs = new Map(columns.map(({ from, name }) => [name, columnOf(from)]))
  // The keys of a right join are those of the right side.
  if (node.how === 'right')
    for (const [leftName, rightName] of node.on) {
      const field = fields.get(rightName)
      if (field !== undefined) exprs.set(leftName, columnOf(field))
    }
  return exprs
}

function isSubset(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const item of a) if (!b.has(item)) return false
  return true
}
