import { callNode, type ExprNode } from '../expr/index.ts'
import type { Field } from '../schema/index.ts'
import { columnOf, passing } from './fields.ts'
import { inputsOf, nodesOf, withInputs } from './inputs.ts'
import type { AggregateNode, EventTimeNode, Plan, ScanNode, TumblingWindow } from './nodes.ts'
import { problem } from './problem.ts'
import { timedMap } from './timed-map.ts'

/**
 * The plan of a table that gives what a stream's plan gives in the end, when its sources have ended and no row was late: windows become groups of
 * a span of time, running totals the totals of all rows.
 *
 * @param tableOf the table that has the rows of a stream's source, with the same columns
 * @throws stream.unsupported for what a table does not have: `process`, late rows, sinks
 */
export function bounded(plan: Plan, tableOf: (scan: ScanNode) => Plan): Plan {
  const order = nodesOf(plan)
  const timed = needingTime(order)
  const time: Field = { name: freeIn(order), type: 'timestamp', nullable: false }
  const done = new Map<Plan, Plan>()
  for (const node of order) {
    const inputs = inputsOf(node).map(input => done.get(input) ?? input)
    done.set(node, boundedNode(node, inputs, { time, timed: timed.has(node), tableOf }))
  }
  return without(done.get(plan) ?? plan, time)
}

/** How a node is rewritten: `timed` when its rows must carry their time in the column `time`, as a later window groups by it. */
interface Rewriting {
  readonly time: Field
  readonly timed: boolean
  readonly tableOf: (scan: ScanNode) => Plan
}

function boundedNode(node: Plan, inputs: readonly Plan[], how: Rewriting): Plan {
  const { time, timed } = how
  const [input] = inputs
  if (node.node === 'scan' || input === undefined) return node.node === 'scan' ? how.tableOf(node) : node
  switch (node.node) {
    case 'eventTime':
      return timed ? adding(input, time, eventTimeOf(node)) : input
    case 'onError':
      return input
    case 'project':
      return timed
        ? { ...node, input, columns: [...node.columns, passing(time)], fields: [...node.fields, time] }
        : withInputs(node, inputs)
    case 'map':
      return timed ? timedMap(node, input, time) : withInputs(node, [without(input, time)])
    case 'aggregate':
      return aggregateOf(node, input, how)
    case 'process':
    case 'late':
    case 'sink':
      throw problem('stream.unsupported', `a table has no such step: ${node.node}`, node.at, {
        hint: 'tm.table takes a stream of windows, running totals and steps row by row',
      })
    default:
      return withInputs(node, inputs)
  }
}

function aggregateOf(node: AggregateNode, input: Plan, { time, timed }: Rewriting): Plan {
  const { window, running, ...rest } = node
  if (running !== undefined) return { ...rest, input }
  if (window === undefined) return withInputs(node, [input])
  const start = windowStart(columnOf(time), window)
  const end = callNode('plus', [start], { amountMicros: String(window.size) })
  const keys = [...node.keys, { name: 'windowStart', expr: start }, { name: 'windowEnd', expr: end }]
  const grouped: AggregateNode = { ...rest, input, keys }
  const ended = node.fields.find(field => field.name === 'windowEnd')
  return timed && ended !== undefined ? adding(grouped, time, columnOf(ended)) : grouped
}

/** The beginning of the window a moment is in. */
function windowStart(moment: ExprNode, { size, offset }: TumblingWindow): ExprNode {
  return callNode('bin', [moment], { amountMicros: String(size), ...(offset === 0 ? {} : { offsetMicros: String(offset) }) })
}

function eventTimeOf(node: EventTimeNode): ExprNode {
  const field = node.fields.find(one => one.name === node.column)
  if (field === undefined) throw problem('plan.unknown-column', `unknown column: ${node.column}`, node.at)
  return field.type === 'timestamp' ? columnOf(field) : callNode('cast', [columnOf(field)], { to: 'timestamp' })
}

function adding(input: Plan, field: Field, expr: ExprNode): Plan {
  const columns = [...input.fields.map(passing), { name: field.name, expr }]
  return { node: 'project', input, columns, fields: [...input.fields, field], open: false, at: input.at }
}

function without(plan: Plan, { name }: Field): Plan {
  const fields = plan.fields.filter(field => field.name !== name)
  if (fields.length === plan.fields.length) return plan
  return { node: 'project', input: plan, columns: fields.map(passing), fields, open: false, at: plan.at }
}

/** The nodes whose rows are grouped by time further on. */
function needingTime(order: readonly Plan[]): ReadonlySet<Plan> {
  const timed = new Set<Plan>()
  for (const node of order.toReversed()) {
    const windowed = node.node === 'aggregate' && node.window !== undefined
    const hands = timed.has(node) && node.node !== 'aggregate' && node.node !== 'eventTime'
    if (windowed || hands) for (const input of inputsOf(node)) timed.add(input)
  }
  return timed
}

function freeIn(order: readonly Plan[]): string {
  const taken = new Set(order.flatMap(node => node.fields.map(field => field.name)))
  let name = 'eventTime'
  while (taken.has(name)) name = `${name}_`
  return name
}
