import { columnsOf } from '../../expr/index.ts'
import type { DataType, Schema } from '../../schema/index.ts'
import { exprsOf } from '../exprs.ts'
import { passing } from '../fields.ts'
import { inputsOf, nodesOf, withInputs } from '../inputs.ts'
import { rightColumns } from '../join-fields.ts'
import type { AggregateNode, JoinNode, MapNode, Named, Plan, ProjectNode, ScanNode, UnionNode } from '../nodes.ts'
import type { Rule } from '../seams.ts'

/** Leaves out columns that nobody reads, down to the scans. A node keeps at least one column, as rows are counted by their columns. */
export const pruneColumns: Rule = {
  name: 'prune columns',
  apply(plan) {
    const order = nodesOf(plan)
    const wanted = wantedColumns(plan, order)
    const done = new Map<Plan, Plan>()
    for (const node of order) {
      const inputs = inputsOf(node).map(input => done.get(input) ?? input)
      done.set(node, narrow(node, inputs, wanted.get(node) ?? new Set()))
    }
    return done.get(plan) ?? plan
  },
}

/** Which columns of each node are read by anybody. */
function wantedColumns(plan: Plan, order: readonly Plan[]): ReadonlyMap<Plan, Set<string>> {
  const wanted = new Map<Plan, Set<string>>([[plan, new Set(namesOf(plan.fields))]])
  const want = (node: Plan, names: Iterable<string>): void => {
    const set = wanted.get(node) ?? new Set()
    for (const name of names) set.add(name)
    wanted.set(node, set)
  }
  for (let index = order.length - 1; index >= 0; index--) {
    const node = order[index]
    if (node === undefined) continue
    const needed = neededOf(node, wanted.get(node) ?? new Set())
    inputsOf(node).forEach((input, place) => want(input, needed[place] ?? namesOf(input.fields)))
    // Late rows are those of the window's input, whole.
    if (node.node === 'late' && node.input.node === 'aggregate') want(node.input.input, namesOf(node.fields))
  }
  return wanted
}

/** The columns a node reads of each of its inputs, when these of its own are wanted. */
function neededOf(node: Plan, wanted: ReadonlySet<string>): readonly Iterable<string>[] {
  switch (node.node) {
    case 'scan':
      return []
    case 'filter':
    case 'sort':
      return [[...wanted, ...read(node)]]
    case 'limit':
    case 'onError':
      return [wanted]
    case 'eventTime':
      return [[...wanted, node.column]]
    case 'explode':
      return [[...wanted, node.column, ...(node.also ?? [])]]
    case 'split': {
      const { how } = node
      const column =
        how.kind === 'random' || how.kind === 'sample' ? how.stratify : how.kind === 'by' || how.kind === 'order' ? how.column : undefined
      return [column === undefined ? wanted : [...wanted, column]]
    }
    case 'project':
      return [readBy(keptColumns(node, wanted))]
    case 'aggregate':
      return [readBy([...node.keys, ...keptAggs(node, wanted)])]
    case 'transform': {
      const adds = new Set(namesOf(node.step.adds))
      const others = [...wanted].filter(name => !adds.has(name))
      if (others.length === wanted.size) return [others]
      // A column that is replaced keeps its place, so it is kept.
      const replaced = namesOf(node.input.fields).filter(name => adds.has(name))
      return [[...others, ...replaced, ...namesOf(node.step.needs)]]
    }
    case 'union':
      return node.inputs.map(() => unionNames(node, wanted))
    case 'join':
      return neededOfJoin(node, new Set([...wanted, ...read(node)]))
    case 'asOf': {
      const [left, right] = neededOfJoin({ ...node, how: 'left' }, wanted)
      return [
        [...(left ?? []), node.by[0]],
        [...(right ?? []), node.by[1]],
      ]
    }
    case 'map':
      return [readByFunction(node)]
    // What these see is whole rows.
    case 'process':
    case 'late':
    case 'sink':
    case 'deferred':
      return inputsOf(node).map(input => namesOf(input.fields))
  }
}

/** The columns of its input that a function may read. Rows whose values are shown or kept when it fails are whole. */
function readByFunction({ fn, mode, input, policy }: MapNode): readonly string[] {
  const names = namesOf(input.fields)
  const { reads } = fn
  if (reads === undefined || policy?.onError === 'quarantine' || policy?.showValues === true) return names
  // A batch is asked for a column by name: one that is not there is an error, which tells what there is.
  if (mode === 'batch' && !reads.every(name => names.includes(name))) return names
  return names.filter(name => reads.includes(name))
}

function neededOfJoin(
  node: Pick<JoinNode, 'left' | 'right' | 'on' | 'how' | 'suffix'>,
  wanted: ReadonlySet<string>,
): readonly Iterable<string>[] {
  const left = new Set(namesOf(node.left.fields).filter(name => wanted.has(name)))
  const right = new Set<string>()
  for (const [leftKey, rightKey] of node.on) {
    left.add(leftKey)
    right.add(rightKey)
  }
  for (const { from, name } of rightColumns(node.left.fields, node.right.fields, node.on, node.how, node.suffix)) {
    if (!wanted.has(name)) continue
    right.add(from.name)
    // Without its namesake on the left it would lose its suffix.
    if (name !== from.name) left.add(from.name)
  }
  return [left, right]
}

function narrow(node: Plan, inputs: readonly Plan[], wanted: ReadonlySet<string>): Plan {
  switch (node.node) {
    case 'scan':
      return narrowScan(node, wanted)
    case 'project': {
      const columns = keptColumns(node, wanted)
      return columns === node.columns ? withInputs(node, inputs) : withInputs(narrowProject(node, columns), inputs)
    }
    case 'aggregate': {
      const aggs = keptAggs(node, wanted)
      if (aggs.length === node.aggs.length) return withInputs(node, inputs)
      const names = new Set([...node.keys, ...aggs].map(column => column.name).concat(node.level ?? []))
      return withInputs({ ...node, aggs, fields: node.fields.filter(field => names.has(field.name)) }, inputs)
    }
    case 'transform': {
      const [input] = inputs
      const unused = !node.step.adds.some(field => wanted.has(field.name))
      return unused && input !== undefined ? input : withInputs(node, inputs)
    }
    case 'union': {
      const names = unionNames(node, wanted)
      const fields = node.fields.filter(field => names.includes(field.name))
      const same = fields.length === node.fields.length
      return withInputs(
        same ? node : { ...node, fields },
        inputs.map(input => exactly(input, names)),
      )
    }
    case 'map': {
      const read = new Set(readByFunction(node))
      return withInputs(
        node,
        inputs.map(input =>
          read.size === 0
            ? input
            : exactly(
                input,
                namesOf(input.fields).filter(name => read.has(name)),
              ),
        ),
      )
    }
    case 'filter':
    case 'sort':
    case 'limit':
    case 'split':
    case 'explode':
    case 'join':
    case 'asOf':
    case 'eventTime':
    case 'process':
    case 'onError':
    case 'late':
    case 'sink':
    case 'deferred':
      return withInputs(node, inputs)
  }
}

function narrowProject(node: ProjectNode, columns: readonly Named[]): ProjectNode {
  const fields = only(node.fields, columns)
  const { notNull, ...rest } = node
  const checked = notNull?.filter(name => fields.some(field => field.name === name)) ?? []
  return { ...rest, columns, fields, ...(checked.length === 0 ? {} : { notNull: checked }) }
}

function narrowScan(node: ScanNode, wanted: ReadonlySet<string>): Plan {
  const needed = new Set([...wanted, ...read(node)])
  const kept = node.fields.filter(field => needed.has(field.name))
  if (kept.length === node.fields.length) return node
  return { ...node, fields: kept.length > 0 ? kept : [cheapest(node.fields)].flatMap(field => field ?? []) }
}

/** A column that is read with little work. */
function cheapest(fields: Schema): Schema[number] | undefined {
  const small = new Set<DataType>(['boolean', 'int32', 'int64', 'bigint', 'float64'])
  return fields.find(field => small.has(field.type)) ?? fields[0]
}

function keptColumns(node: ProjectNode, wanted: ReadonlySet<string>): readonly Named[] {
  const kept = node.columns.filter(column => wanted.has(column.name))
  if (kept.length === node.columns.length) return node.columns
  if (kept.length > 0) return kept
  const one = node.columns.find(column => column.expr.op === 'column') ?? node.columns[0]
  return one === undefined ? [] : [one]
}

function keptAggs(node: AggregateNode, wanted: ReadonlySet<string>): readonly Named[] {
  // What a stream keeps is what was written: another reader of its rows must find the state of before.
  if (node.window !== undefined || node.running !== undefined) return node.aggs
  const kept = node.aggs.filter(agg => wanted.has(agg.name))
  return kept.length === 0 && node.keys.length === 0 ? node.aggs.slice(0, 1) : kept
}

function unionNames(node: UnionNode, wanted: ReadonlySet<string>): readonly string[] {
  const kept = namesOf(node.fields).filter(name => wanted.has(name))
  return kept.length > 0 ? kept : namesOf(node.fields).slice(0, 1)
}

/** These columns in this order. */
function exactly(plan: Plan, names: readonly string[]): Plan {
  if (plan.fields.length === names.length && plan.fields.every((field, index) => field.name === names[index])) return plan
  const known = new Map(plan.fields.map(field => [field.name, field]))
  const fields = names.flatMap(name => known.get(name) ?? [])
  return { node: 'project', input: plan, columns: fields.map(passing), fields, open: false, at: plan.at }
}

function only(fields: Schema, columns: readonly Named[]): Schema {
  const names = new Set(columns.map(column => column.name))
  return fields.filter(field => names.has(field.name))
}

function read(node: Plan): string[] {
  return exprsOf(node).flatMap(expr => [...columnsOf(expr)])
}

function readBy(columns: readonly Named[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { expr } of columns) {
    if (expr.op === 'column') names.add(expr.name)
    else for (const name of columnsOf(expr)) names.add(name)
  }
  return names
}

function namesOf(fields: Schema): string[] {
  return fields.map(field => field.name)
}
