import { kindOf, someNode } from '../../../../expr/index.ts'
import type { ExprNode } from '../../../../expr/index.ts'
import type {
  AggregateNode,
  ExplodeNode,
  FilterNode,
  MapNode,
  Plan,
  ProcessNode,
  ProjectNode,
  TransformNode,
} from '../../../../plan/index.ts'
import { refusal } from './refusal.ts'

/** Nodes that become steps. */
export type KeyedNode = AggregateNode | ProcessNode
export type RowNode = FilterNode | ProjectNode | ExplodeNode | MapNode | TransformNode
export type StepNode = KeyedNode | RowNode

/** The sources that can be read as streams. */
const streamSources = ['follow', 'replay', 'generate'] as const
/** Rows that the test driver pushes. */
const pushed = 'pushed'

/**
 * Refuses what the runtime cannot do, before anything starts.
 *
 * @throws stream.unsupported, stream.unbounded naming the step and where it was written
 */
export function checkNodes(nodes: readonly Plan[]): void {
  for (const node of nodes) {
    if (node.open)
      throw refusal(
        'stream.unsupported',
        `a stream whose columns are not known: ${node.node}`,
        node.at,
        'declare the columns the function gives: { schema: { ... } }',
      )
    checkNode(node)
  }
}

function checkNode(node: Plan): void {
  switch (node.node) {
    case 'scan':
      if (node.source.kind !== pushed && streamSources.every(kind => kind !== node.source.kind))
        throw refusal(
          'stream.unsupported',
          `no stream of the source ${node.source.kind} (have ${streamSources.join(', ')})`,
          node.at,
          'follow a file with ndjson.follow(path), or replay a table',
        )
      return
    case 'filter':
      return checkExprs([node.where], node)
    case 'project':
      return checkExprs(
        node.columns.map(column => column.expr),
        node,
      )
    case 'aggregate':
      return checkAggregate(node)
    case 'eventTime':
      if (sourceUnder(node.input) === undefined)
        throw refusal(
          'stream.unsupported',
          `event time of ${node.column} is not said of a source`,
          node.at,
          'say it where the stream begins',
        )
      return
    case 'late':
      if (node.input.node !== 'aggregate' || node.input.window === undefined)
        throw refusal('stream.unsupported', 'late rows of a step that is no window', node.at)
      return
    case 'explode':
    case 'map':
    case 'transform':
    case 'process':
    case 'onError':
    case 'sink':
      if (node.node !== 'sink' && 'input' in node && node.input.node === 'late') throw afterLate(node)
      return
    case 'sort':
    case 'limit':
      throw refusal('stream.unsupported', `${node.node} on a stream, which has no last row`, node.at, 'do it in a window, or over a table')
    case 'join':
    case 'asOf':
    case 'union':
    case 'split':
    case 'deferred':
      throw refusal('stream.unsupported', `${node.node} on a stream is not built yet`, node.at)
  }
}

function checkAggregate(node: AggregateNode): void {
  refuseSql(
    [...node.keys, ...node.aggs].map(column => column.expr),
    node,
  )
  if (node.input.node === 'late') throw afterLate(node)
  if (node.window === undefined && node.running === undefined)
    throw refusal(
      'stream.unbounded',
      'an aggregate over a whole stream would keep state without end',
      node.at,
      "give it a window, keyBy(...).window(tumbling('1m')).agg(...), or let totals run with a time to live, .agg(..., { ttl: '1d' })",
    )
  if (node.window !== undefined && !hasTime(node.input))
    throw refusal('stream.argument', 'a window over a stream without event time', node.at, "tm.stream(source, { eventTime: 'at' })")
}

function checkExprs(exprs: readonly ExprNode[], node: Plan): void {
  if ('input' in node && node.input.node === 'late') throw afterLate(node)
  if (exprs.some(expr => kindOf(expr) === 'window' || kindOf(expr) === 'mixed'))
    throw refusal('stream.unsupported', `a value that looks at other rows (over) in a ${node.node} of a stream`, node.at, 'use a window')
  refuseSql(exprs, node)
}

function refuseSql(exprs: readonly ExprNode[], node: Plan): void {
  if (exprs.some(expr => someNode(expr, one => one.op === 'sql')))
    throw refusal(
      'stream.unsupported',
      `an SQL fragment in a ${node.node} of a stream, which runs without SQL`,
      node.at,
      'write it with methods, or in map()',
    )
}

function afterLate(node: Plan): Error {
  return refusal('stream.unsupported', `a ${node.node} on late rows: they go to a sink as they are`, node.at)
}

/** The scan that a plan is, when nothing but what is said of errors stands over it. */
function sourceUnder(plan: Plan): Plan | undefined {
  let node = plan
  while (node.node === 'onError') node = node.input
  return node.node === 'scan' ? node : undefined
}

function hasTime(plan: Plan): boolean {
  for (let node = plan; ; ) {
    if (node.node === 'eventTime') return true
    if (!('input' in node)) return false
    node = node.input
  }
}
