import { withoutSecrets } from '../errors/index.ts'
import { type ExprNode, type OrderNode, printDuration, printExpr } from '../expr/index.ts'
import { inputsOf } from './inputs.ts'
import { isPassing } from './fields.ts'
import type { JoinNode, Named, Plan, TumblingWindow } from './nodes.ts'

const mostItems = 8
const mostText = 100

/**
 * A plan as text, last step first; below a step is what it reads. Steps in a row stay at one indent, the inputs of a join or a union are drawn as branches.
 *
 * @example
 * printPlan(plan)
 * // => limit 10
 * // => filter price.gt(100)
 * // => scan csv housing.csv (price, rooms)
 */
export function printPlan(plan: Plan): string {
  const lines: string[] = []
  const stack: { readonly plan: Plan; readonly first: string; readonly rest: string }[] = [{ plan, first: '', rest: '' }]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { rest } = top
    let { plan: node, first } = top
    for (;;) {
      lines.push(`${first}${printNode(node)}`)
      first = rest
      const inputs = inputsOf(node)
      const [input] = inputs
      if (inputs.length === 1 && input !== undefined) {
        node = input
        continue
      }
      for (let index = inputs.length - 1; index >= 0; index--) {
        const branch = inputs[index]
        const last = index === inputs.length - 1
        if (branch !== undefined) stack.push({ plan: branch, first: `${rest}${last ? '└ ' : '├ '}`, rest: `${rest}${last ? '  ' : '│ '}` })
      }
      break
    }
  }
  return lines.join('\n')
}

/** One step as a line. */
export function printNode(node: Plan): string {
  switch (node.node) {
    case 'scan':
      return [
        `scan ${node.source.kind}${placeOf(node.source.options)} (${cutList(node.fields.map(field => field.name))})`,
        ...(node.where === undefined ? [] : [`where ${short(node.where)}`]),
        ...(node.limit === undefined ? [] : [`limit ${node.limit}`]),
      ].join(' ')
    case 'filter':
      return `filter ${short(node.where)}`
    case 'project': {
      const made = node.columns.filter(column => !isPassing(column))
      const kept = node.columns.filter(isPassing).map(column => column.name)
      if (made.length === 0) return `select ${cutList(kept)}`
      return `project ${cutList([...(kept.length > 3 ? [`${kept.length} columns`] : kept), ...made.map(assignment)])}`
    }
    case 'aggregate': {
      const by = node.keys.map(key => (isPassing(key) ? key.name : assignment(key)))
      const aggs = node.aggs.length === 0 ? '' : `: ${cutList(node.aggs.map(assignment))}`
      if (node.window !== undefined) return `window ${printTumbling(node.window)}${by.length === 0 ? '' : ` by ${cutList(by)}`}${aggs}`
      if (node.running !== undefined)
        return `running aggregate by ${cutList(by)}, forgotten after ${printDuration(node.running.ttl)}${aggs}`
      if (node.sets !== undefined)
        return `aggregate by ${node.sets.map(set => `(${set.map(place => by[place]).join(', ')})`).join(', ')}${aggs}`
      return node.aggs.length === 0 ? `distinct ${cutList(by)}` : `aggregate${by.length === 0 ? '' : ` by ${cutList(by)}`}${aggs}`
    }
    case 'join': {
      const on = node.on.map(([left, right]) => (left === right ? left : `${left} = ${right}`))
      return `join ${node.how}${on.length === 0 ? '' : ` on ${on.join(', ')}`}${node.where === undefined ? '' : ` where ${short(node.where)}`}${printCheck(node)}`
    }
    case 'asOf': {
      const on = node.on.map(([left, right]) => (left === right ? left : `${left} = ${right}`))
      const [left, right] = node.by
      const sign = `${node.direction === 'backward' ? '>' : '<'}${node.strict ? '' : '='}`
      return `join as of ${left} ${sign} ${right}${on.length === 0 ? '' : ` on ${on.join(', ')}`}`
    }
    case 'union':
      return 'union'
    case 'sort':
      return `sort ${cutList(node.by.map(printOrder))}`
    case 'limit':
      return `limit ${node.rows}${node.offset === 0 ? '' : ` after ${node.offset}`}`
    case 'split':
      return `split ${node.how.kind}, part ${node.part}${node.parts[node.part] === undefined ? '' : ` (${node.parts[node.part]})`}`
    case 'explode':
      return `explode ${[node.column, ...(node.also ?? [])].join(', ')}${node.outer === true ? ', empty lists kept' : ''}`
    case 'map':
      return `${node.mode === 'each' ? 'map' : node.mode === 'many' ? 'flatMap' : 'mapBatches'} ${node.fn.name} on workers (${
        node.declared === undefined ? 'columns not known yet' : cutList(node.declared.map(field => field.name))
      })`
    case 'transform':
      return `transform ${node.step.kind}: adds ${cutList(node.step.adds.map(field => field.name))}`
    case 'eventTime':
      return `event time ${node.column}, late by ${printDuration(node.latenessMs * 1000)}, idle after ${printDuration(node.idleMs * 1000)}`
    case 'process':
      return `process by ${cutList(node.keys.map(key => (isPassing(key) ? key.name : assignment(key))))}, forgotten after ${printDuration(node.ttl)}: ${cutList(node.fields.map(field => field.name))}`
    case 'onError':
      return `on error ${node.retries === 0 ? '' : `try ${node.retries} more, then `}${node.otherwise}${node.sink === undefined ? '' : ` to ${node.sink.kind}${placeOf(node.sink.options)}`}`
    case 'late':
      return 'late rows'
    case 'sink':
      return `to ${node.sink.kind}${placeOf(node.sink.options)}`
    case 'deferred':
      return `${node.verb} (when the columns are known)`
  }
}

function printCheck({ check }: JoinNode): string {
  if (check === undefined) return ''
  const { validate, manyToMany } = check
  return `${validate === undefined ? '' : `, ${validate}`}${manyToMany === undefined ? '' : `, ${manyToMany} when many to many`}`
}

function printTumbling({ size, offset, allowed }: TumblingWindow): string {
  const from = offset === 0 ? '' : ` from ${printDuration(offset)}`
  return `tumbling ${printDuration(size)}${from}${allowed === 0 ? '' : `, open ${printDuration(allowed)} more`}`
}

function assignment(column: Named): string {
  return `${column.name} = ${short(column.expr)}`
}

function printOrder(order: OrderNode): string {
  return `${short(order.expr)}${order.descending ? ' descending' : ''}${order.nulls === 'first' ? ' nulls first' : ''}`
}

function short(expr: ExprNode): string {
  const text = printExpr(expr)
  return text.length <= mostText ? text : `${text.slice(0, mostText - 1)}…`
}

function cutList(items: readonly string[]): string {
  if (items.length <= mostItems) return items.join(', ')
  return `${items.slice(0, mostItems - 1).join(', ')}, … ${items.length - mostItems + 1} more`
}

/** The file or folder of a source, by its last two parts. */
function placeOf(options: object): string {
  const path = 'path' in options ? options.path : undefined
  return typeof path === 'string' ? ` ${withoutSecrets(path).split(/[\\/]/).slice(-2).join('/')}` : ''
}
