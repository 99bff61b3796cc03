/** Windows with a name of their own: cumulative, rolling, change from row to row. Each is an aggregate or a `lag` over a frame. */
import { callNode } from './call-node.ts'
import { durationMicros } from './duration.ts'
import { literalNode } from './literal.ts'
import type { CallNode, ExprNode, ExprOptions } from './node.ts'
import { problem } from './problem.ts'
import { shown } from './shown.ts'
import { leafOf, over, overFrame, rankOver, windowOptions } from './window.ts'

type Window = Readonly<Record<string, unknown>>

/** The parts of a window that has its frame from its name. */
function windowOf(name: string, window: unknown, own: readonly string[]): Window {
  const known = ['partitionBy', 'orderBy', ...own]
  if (typeof window !== 'object' || window === null || !('orderBy' in window) || window.orderBy === undefined)
    throw problem('expr.argument', `${name} without an order`, {
      hint: `${name}(${own.includes('minRows') ? '7, ' : ''}{ orderBy: r.at })`,
    })
  for (const option of Object.keys(window))
    if (!known.includes(option)) throw problem('expr.argument', `unknown option of ${name}: ${option} (have ${known.join(', ')})`)
  const { partitionBy, orderBy } = window as Window
  return partitionBy === undefined ? { orderBy } : { orderBy, partitionBy }
}

/** The aggregate of all rows up to this one. */
export function cumulative(name: string, aggregate: CallNode, window: unknown): ExprNode {
  return over(aggregate, { ...windowOf(name, window, []), rows: ['unbounded', 0] })
}

/** The difference from so many rows before, or its share of what was before. */
export function change(name: 'change' | 'percentChange', self: ExprNode, window: unknown): ExprNode {
  const base = windowOf(name, window, ['rows'])
  const { rows = 1 } = window as Window
  if (!Number.isSafeInteger(rows) || (rows as number) < 1)
    throw problem('expr.argument', `${name} takes a whole number of rows from 1, not ${shown(rows)}`)
  const before = rankOver(callNode('lag', [self], { rows: rows as number }), base)
  return name === 'change' ? callNode('sub', [self, before]) : callNode('sub', [callNode('div', [self, before]), literalNode(1)])
}

/** The aggregate of the rows of a frame that goes along: so many rows, or those of a span of time. NULL while fewer than `minRows` have a value. */
export function rolling(node: ExprNode, size: unknown, window: unknown): ExprNode {
  const base = windowOf('rolling', window, ['minRows', 'center'])
  const { minRows, center = false } = window as Window
  const least = minRows ?? (typeof size === 'number' ? size : 1)
  if (!Number.isSafeInteger(least) || (least as number) < 0 || (typeof size === 'number' && (least as number) > size))
    throw problem(
      'expr.argument',
      `minRows of rolling: ${shown(minRows)} (a whole number${typeof size === 'number' ? ` up to ${size}` : ''})`,
    )
  const options: ExprOptions = { ...windowOptions(base), frame: rollingFrame(size, center) }
  const made = overFrame(node, options, 'rolling')
  const leaf = leafOf(node)
  if ((least as number) <= 1 || leaf === undefined) return made
  const known = overFrame(counted(leaf), options, 'rolling')
  return callNode('case', [callNode('gte', [known, literalNode(least)]), made, literalNode(null)])
}

/** How many values an aggregate has. */
function counted(leaf: CallNode): CallNode {
  const [inner, condition] = leaf.args
  if (leaf.op === 'where' && inner !== undefined && condition !== undefined && 'args' in inner)
    return callNode('where', [counted(inner), condition])
  return callNode('count', leaf.args.slice(0, 1))
}

function rollingFrame(size: unknown, center: unknown): NonNullable<ExprOptions['frame']> {
  if (typeof center !== 'boolean') throw problem('expr.argument', `center of rolling is true or false, not ${shown(center)}`)
  if (typeof size === 'string') {
    const micros = durationMicros(size)
    if (micros === 0) throw problem('expr.argument', 'rolling over no time')
    if (center) throw problem('expr.argument', 'rolling over a duration is not centred', { hint: `over({ range: ['-1h', '1h'] })` })
    // As pandas: a row exactly so long ago is out.
    return { unit: 'range', from: 1 - micros, to: 0 }
  }
  if (!Number.isSafeInteger(size) || (size as number) < 1)
    throw problem('expr.argument', `rolling takes a number of rows from 1 or a duration, not ${shown(size)}`)
  const rows = size as number
  const after = center ? Math.floor((rows - 1) / 2) : 0
  return { unit: 'rows', from: after - rows + 1, to: after }
}

const ewmOptions = ['alpha', 'span', 'halfLife', 'com', 'adjust']

/** The options of an exponentially weighted mean; the ways of saying how fast it forgets are those of pandas. */
export function ewmOptionsOf(given: unknown): ExprOptions {
  if (typeof given !== 'object' || given === null) throw problem('expr.argument', `ewmMean() wants its options: ewmMean({ alpha: 0.1 })`)
  for (const name of Object.keys(given))
    if (!ewmOptions.includes(name)) throw problem('expr.argument', `unknown option of ewmMean: ${name} (have ${ewmOptions.join(', ')})`)
  const { adjust = true, ...speed } = given as Window
  const ways = Object.entries(speed).filter(([, value]) => value !== undefined)
  const [way] = ways
  if (way === undefined || ways.length > 1)
    throw problem(
      'expr.argument',
      `ewmMean takes one of alpha, span, halfLife and com, not ${ways.map(([name]) => name).join(' and ') || 'none'}`,
    )
  if (typeof adjust !== 'boolean') throw problem('expr.argument', `adjust of ewmMean is true or false, not ${shown(adjust)}`)
  const [name, value] = way
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw problem('expr.argument', `${name} of ewmMean is a number, not ${shown(value)}`)
  const least = { alpha: Number.MIN_VALUE, span: 1, halfLife: Number.MIN_VALUE, com: 0 }[name] ?? 0
  if (value < least)
    throw problem('expr.argument', `${name} of ewmMean is ${least === Number.MIN_VALUE ? 'above 0' : `at least ${least}`}, not ${value}`)
  const alpha =
    name === 'span' ? 2 / (value + 1) : name === 'com' ? 1 / (1 + value) : name === 'halfLife' ? -Math.expm1(-Math.LN2 / value) : value
  return { alpha, adjust }
}
