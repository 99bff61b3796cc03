import { printDuration, printExpr } from '../../../../expr/index.ts'
import type { AggregateNode, Named, Plan } from '../../../../plan/index.ts'

const longest = 80

/**
 * A step as people call it: `filter price.gt(100)`, `window 10s by city: n, total`.
 *
 * At most 80 letters; what is longer ends with an ellipsis.
 */
export function stepLabel(node: Plan): string {
  const text = labelOf(node)
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

function labelOf(node: Plan): string {
  switch (node.node) {
    case 'scan':
      return `read ${node.source.kind}`
    case 'filter':
      return `filter ${printExpr(node.where)}`
    case 'project':
      return `columns ${node.columns.map(shown).join(', ')}`
    case 'explode':
      return `explode ${[node.column, ...(node.also ?? [])].join(', ')}`
    case 'map':
      return called(node.mode === 'each' ? 'map' : node.mode === 'many' ? 'flatMap' : 'mapBatches', node.fn.name)
    case 'transform':
      return `predict ${node.step.kind}`
    case 'aggregate':
      return aggregateLabel(node)
    case 'process':
      return `${called('process', node.fn.name)}${by(node.keys)}`
    case 'eventTime':
      return `event time ${node.column}`
    case 'sink':
      return `write ${node.sink.kind}`
    case 'late':
      return 'late rows'
    default:
      return node.node
  }
}

function aggregateLabel({ keys, aggs, window, running }: AggregateNode): string {
  const what = window === undefined ? (running === undefined ? 'aggregate' : 'running') : `window ${printDuration(window.size)}`
  return `${what}${by(keys)}: ${aggs.map(({ name }) => name).join(', ')}`
}

function by(keys: readonly Named[]): string {
  return keys.length === 0 ? '' : ` by ${keys.map(({ name }) => name).join(', ')}`
}

/** A function without a name is called by its verb. */
function called(verb: string, name: string): string {
  return name === verb ? verb : `${verb} ${name}`
}

/** A column that keeps its name is told by it alone. */
function shown({ name, expr }: Named): string {
  return expr.op === 'column' && expr.name === name ? name : `${name}: ${printExpr(expr)}`
}
