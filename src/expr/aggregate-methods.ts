/** The methods of builders that aggregate, order, or look at other rows. */
import { OrderItem } from './base.ts'
import { callNode } from './call-node.ts'
import { functions } from './functions.ts'
import { families, type Make, type Method, method, numberOf, textOf } from './method-forms.ts'
import { literalNode } from './literal.ts'
import type { CallNode, ExprNode, ExprOptions, FunctionName } from './node.ts'
import { operand, orderNodes } from './operand.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { change, cumulative, ewmOptionsOf, rolling } from './running.ts'
import { shown } from './shown.ts'
import { kindOf } from './walk.ts'
import { over, where } from './window.ts'

/** An aggregate, a lag or a lead: of columns only. */
function ofColumn(name: FunctionName, args: Method['args'] = [0, 0], options?: (args: readonly unknown[]) => ExprOptions): Method {
  const make: Make = (self, given) => callNode(name, [column(name, self)], options?.(given))
  return { of: families(functions[name].of), args, make }
}

/** What an aggregate is of: a value per row, or a constant. */
export function column(name: string, self: ExprNode): ExprNode {
  const kind = kindOf(self)
  if (kind === 'column' || kind === 'constant') return self
  throw problem('expr.kind', `${name}() wants a column, but ${printExpr(self)} is ${kind === 'window' ? 'a window value' : 'an aggregate'}`)
}

function ordering(descending: boolean): readonly Method[] {
  return method('any', 0, 1, (self, [options]) => {
    const nulls = (options as { readonly nulls?: unknown } | undefined)?.nulls ?? 'last'
    if (nulls !== 'first' && nulls !== 'last') throw problem('expr.argument', `nulls are first or last, not ${shown(nulls)}`)
    return new OrderItem({ expr: self, descending, nulls })
  })
}

function byOrder(name: 'first' | 'last'): readonly Method[] {
  return method('any', 1, 1, (self, [options]) => {
    const orderBy = (options as { readonly orderBy?: unknown } | null)?.orderBy
    if (orderBy === undefined) throw problem('expr.argument', `${name}() without an order`, { hint: `.${name}({ orderBy: r.at })` })
    const by = orderNodes(orderBy)
    for (const { expr } of by) column('orderBy', expr)
    return callNode(name, [column(name, self)], { orderBy: by })
  })
}

/** An aggregate of two columns. */
function ofColumns(name: FunctionName): readonly Method[] {
  return method(families(functions[name].of), 1, 1, (self, [other]) => callNode(name, [column(name, self), column(name, operand(other))]))
}

/** Sums and means of conditions: how many are true, and their share. */
const ofTruth = (name: 'sum' | 'mean' | 'cumSum', make: (self: ExprNode, args: readonly unknown[]) => ExprNode, args: number): Method => ({
  of: ['boolean'],
  args: [args, args],
  make: (self, given) => make(callNode('cast', [column(name, self)], { to: 'int64' }), given),
})

/** `name({ orderBy, distinct })`, and the options of its own. */
function optionsOf(name: string, given: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (given === undefined) return {}
  if (typeof given !== 'object' || given === null)
    throw problem('expr.argument', `options of ${name} are { ${known.join(', ')} }, not ${shown(given)}`)
  for (const option of Object.keys(given))
    if (!known.includes(option)) throw problem('expr.argument', `unknown option of ${name}: ${option} (have ${known.join(', ')})`)
  return given as Readonly<Record<string, unknown>>
}

function flag(name: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true
  throw problem('expr.argument', `${name} is true or false, not ${shown(value)}`)
}

/** An order and `distinct` of a list; what is told apart comes in its own order. */
function gathering(name: 'list' | 'stringAgg', self: ExprNode, given: unknown): ExprOptions {
  const { orderBy, distinct } = optionsOf(name, given, ['orderBy', 'distinct'])
  const by = orderBy === undefined ? [] : orderNodes(orderBy)
  for (const { expr } of by) column('orderBy', expr)
  if (!flag(`distinct of ${name}`, distinct)) return by.length === 0 ? {} : { orderBy: by }
  return { distinct: true, orderBy: by.length === 0 ? [{ expr: self, descending: false, nulls: 'last' }] : by }
}

const list: Make = (self, [given]) => {
  const options = gathering('list', column('list', self), given)
  return Object.keys(options).length === 0 ? callNode('list', [self]) : callNode('list', [self], options)
}

const stringAgg: Make = (self, [separator = ',', given]) =>
  callNode('stringAgg', [column('stringAgg', self)], {
    separator: textOf('stringAgg', separator),
    ...gathering('stringAgg', self, given),
  })

function quantiles([qs]: readonly unknown[]): ExprOptions {
  if (!Array.isArray(qs))
    throw problem('expr.argument', `quantiles wants an array of shares, not ${shown(qs)}`, { hint: 'quantiles([0.25, 0.5, 0.75])' })
  return { qs: qs.map(q => numberOf('quantiles', q)) }
}

function edgesOf([given]: readonly unknown[]): ExprOptions {
  const { edges, low, high, bins } = optionsOf('histogram', given ?? {}, ['edges', 'low', 'high', 'bins'])
  if (edges !== undefined) {
    if (low !== undefined || high !== undefined || bins !== undefined)
      throw problem('expr.argument', 'histogram with edges and bins: one of them')
    if (!Array.isArray(edges)) throw problem('expr.argument', `edges of a histogram are an array of numbers, not ${shown(edges)}`)
    return { edges: edges.map(edge => numberOf('histogram', edge)) }
  }
  const [from, to, count] = [low, high, bins].map((value, index) => numberOf(`${['low', 'high', 'bins'][index]} of histogram`, value)) as [
    number,
    number,
    number,
  ]
  if (!Number.isSafeInteger(count) || count < 1 || count > 1000)
    throw problem('expr.argument', `histogram takes 1 to 1000 bins, not ${count}`)
  if (!(from < to)) throw problem('expr.argument', `histogram from ${from} to ${to}`)
  return { edges: Array.from({ length: count + 1 }, (_, index) => (index === count ? to : from + ((to - from) * index) / count)) }
}

const weightedMean: Make = (self, [weight]) => {
  const real = (node: ExprNode): ExprNode => (node.type === 'float64' ? node : callNode('cast', [node], { to: 'float64' }))
  const [x, w] = [column('weightedMean', self), column('weightedMean', operand(weight))]
  const weights = callNode('where', [callNode('sum', [real(w)]), callNode('isNotNull', [x])])
  return callNode('div', [callNode('sum', [callNode('mul', [real(x), real(w)])]), weights])
}

const geometricMean: Make = self => callNode('exp', [callNode('mean', [callNode('ln', [column('geometricMean', self)])])])
const harmonicMean: Make = self =>
  callNode('div', [literalNode(1), callNode('mean', [callNode('div', [literalNode(1), column('harmonicMean', self)])])])

/** Number of rows, default, `{ skipNulls }`. */
const shift =
  (name: 'lag' | 'lead'): Make =>
  (self, [count = 1, ...more]) => {
    const last = more.at(-1)
    const hasOptions = isOptions(last)
    const { skipNulls } = optionsOf(name, hasOptions ? last : undefined, ['skipNulls'])
    const [otherwise] = hasOptions ? more.slice(0, -1) : more
    const args = [column(name, self), ...(otherwise === undefined ? [] : [column(name, operand(otherwise))])]
    return callNode(name, args, { rows: numberOf('rows', count), ...(flag('skipNulls', skipNulls) ? { skipNulls: true } : {}) })
  }

function isOptions(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype && !('node' in value)
}

const inFrame = (name: 'firstValue' | 'lastValue' | 'nthValue'): readonly Method[] =>
  method('any', name === 'nthValue' ? 1 : 0, name === 'nthValue' ? 2 : 1, (self, args) => {
    const [nth, given] = name === 'nthValue' ? args : [undefined, args[0]]
    const { skipNulls } = optionsOf(name, given, ['skipNulls'])
    const options = {
      ...(nth === undefined ? {} : { nth: numberOf(name, nth) }),
      ...(flag('skipNulls', skipNulls) ? { skipNulls: true } : {}),
    }
    return callNode(name, [column(name, self)], options)
  })

const cumulated = (name: string, op: 'sum' | 'min' | 'max' | 'count' | 'mean'): Method => ({
  of: families(functions[op].of),
  args: [1, 1],
  make: (self, [window]) => cumulative(name, callNode(op, [column(name, self)]) as CallNode, window),
})

/** Method name -> its forms. */
export const aggregateMethods: Readonly<Record<string, readonly Method[]>> = {
  asc: ordering(false),
  desc: ordering(true),

  count: [ofColumn('count')],
  countDistinct: [ofColumn('countDistinct')],
  sum: [ofColumn('sum'), ofTruth('sum', self => callNode('sum', [self]), 0)],
  mean: [ofColumn('mean'), ofTruth('mean', self => callNode('mean', [self]), 0)],
  min: [ofColumn('min')],
  max: [ofColumn('max')],
  median: [ofColumn('median')],
  quantile: [ofColumn('quantile', [1, 1], ([q]) => ({ q: numberOf('quantile', q) }))],
  stddev: [ofColumn('stddev')],
  variance: [ofColumn('variance')],
  first: byOrder('first'),
  last: byOrder('last'),
  list: method('any', 0, 1, list),
  any: [ofColumn('any')],
  all: [ofColumn('all')],

  approxCountDistinct: [ofColumn('approxCountDistinct')],
  product: [ofColumn('product')],
  argMin: ofColumns('argMin'),
  argMax: ofColumns('argMax'),
  mode: [ofColumn('mode')],
  anyValue: [ofColumn('anyValue')],
  quantiles: [ofColumn('quantiles', [1, 1], quantiles)],
  approxQuantile: [ofColumn('approxQuantile', [1, 1], ([q]) => ({ q: numberOf('approxQuantile', q) }))],
  stddevPop: [ofColumn('stddevPop')],
  variancePop: [ofColumn('variancePop')],
  skew: [ofColumn('skew')],
  kurtosis: [ofColumn('kurtosis')],
  entropy: [ofColumn('entropy')],
  covariance: ofColumns('covariance'),
  covariancePop: ofColumns('covariancePop'),
  correlation: ofColumns('correlation'),
  weightedMean: method(['number'], 1, 1, weightedMean),
  geometricMean: method(['number'], 0, 0, geometricMean),
  harmonicMean: method(['number'], 0, 0, harmonicMean),
  histogram: [ofColumn('histogram', [1, 1], edgesOf)],
  stringAgg: method(['text'], 0, 2, stringAgg),
  bitAndAgg: [ofColumn('bitAndAgg')],
  bitOrAgg: [ofColumn('bitOrAgg')],
  bitXorAgg: [ofColumn('bitXorAgg')],

  lag: method('any', 0, 3, shift('lag')),
  lead: method('any', 0, 3, shift('lead')),
  firstValue: inFrame('firstValue'),
  lastValue: inFrame('lastValue'),
  nthValue: inFrame('nthValue'),
  ewmMean: [ofColumn('ewm', [1, 1], ([options]) => ewmOptionsOf(options))],
  cumSum: [cumulated('cumSum', 'sum'), ofTruth('cumSum', (self, [window]) => cumulative('cumSum', callNode('sum', [self]), window), 1)],
  cumMin: [cumulated('cumMin', 'min')],
  cumMax: [cumulated('cumMax', 'max')],
  cumCount: [cumulated('cumCount', 'count')],
  cumMean: [cumulated('cumMean', 'mean')],
  change: method(['number'], 1, 1, (self, [window]) => change('change', column('change', self), window)),
  percentChange: method(['number'], 1, 1, (self, [window]) => change('percentChange', column('percentChange', self), window)),

  rolling: method('any', 2, 2, (self, [size, window]) => rolling(self, size, window)),

  over: method('any', 1, 1, (self, [window]) => over(self, window)),
  where: method('any', 1, 1, (self, [condition]) => where(self, condition)),
}
