import { TidemillError } from '../errors/index.ts'
import { binsFor } from './bins.ts'
import { makeChart } from './chart.ts'
import { checkMembers } from './check-given.ts'
import { checkNumbers } from './check-numbers.ts'
import { mostPoints } from './choose.ts'
import { figure, rowsText } from './figures.ts'
import { placeIn, roundEdges } from './round-edges.ts'
import type { Axis, Cell, Chart, HistogramPanel, Panel } from './types.ts'

/** What a model said and what was true. */
export interface Residuals {
  readonly actual: ArrayLike<number>
  readonly predicted: ArrayLike<number>
  /** The name of the target. Default: `target`. */
  readonly target?: string | undefined
  readonly title?: string | undefined
}

const axis = (label: string): Axis => ({ label, kind: 'number' })

/**
 * How far a regression is off: the residual (actual minus predicted) against the prediction, and how often which residuals occur. A good model has a cloud around
 * zero without a shape. More than 2000 rows are counted in cells; rows far out (beyond the outer 0.5 % at each side, where these take more than half of the axis)
 * are not drawn and counted in `notes`.
 *
 * @example
 * residualChart({ actual: [3, 5, 7], predicted: [2.5, 5.5, 7], target: 'price' })
 * @throws chart.argument for lists of different length, of nothing, or with something else than finite numbers
 */
export function residualChart(residuals: Residuals): Chart {
  checkMembers(
    'residualChart',
    residuals,
    ['actual', 'predicted'],
    "residualChart({ actual: [3, 5], predicted: [2.5, 5.5], target: 'price' })",
  )
  const { actual, predicted, target = 'target', title } = residuals
  checkNumbers('actual', actual)
  checkNumbers('predicted', predicted)
  const rows = actual.length
  if (rows !== predicted.length || rows === 0)
    throw new TidemillError('chart.argument', `residuals of ${rows} actual and ${predicted.length} predicted values`, {
      hint: 'both lists have one value for each row',
    })
  const pairs = Array.from({ length: rows }, (_, index): Pair => {
    const at = predicted[index] ?? 0
    return { predicted: at, residual: (actual[index] ?? 0) - at }
  })
  const [across, up] = [middleOf(pairs.map(pair => pair.predicted)), middleOf(pairs.map(pair => pair.residual))]
  const inside = pairs.filter(pair => within(pair.predicted, across) && within(pair.residual, up))
  const cloud = rows <= mostPoints ? points(inside, target) : cells(inside, target)
  const outside = rows - inside.length
  return makeChart({
    type: cloud.shape === 'heat' ? 'heat' : 'scatter',
    title: title ?? `residuals of ${target}`,
    reason:
      cloud.shape === 'heat'
        ? `residuals against predictions: more than ${mostPoints} rows are counted in cells`
        : 'residuals against predictions: a point for each row',
    notes: [
      'residual = actual − predicted; the closer to zero the better',
      ...spreadOf(pairs),
      ...(outside > 0 ? [`${rowsText(outside)} far out ${outside === 1 ? 'is' : 'are'} not drawn`] : []),
    ],
    rows,
    panels: [cloud, histogram(inside.map(pair => pair.residual))],
  })
}

interface Pair {
  readonly predicted: number
  readonly residual: number
}
interface Ends {
  readonly low: number
  readonly high: number
}

const zero = { label: 'no error', at: 0 }

function points(pairs: readonly Pair[], target: string): Panel {
  return {
    shape: 'scatter',
    title: 'residual by prediction',
    x: axis(`predicted ${target}`),
    y: axis('residual'),
    series: [],
    points: { x: pairs.map(pair => pair.predicted), y: pairs.map(pair => pair.residual) },
    rule: zero,
  }
}

function cells(pairs: readonly Pair[], target: string): Panel {
  const across = roundEdges(endsOf(pairs.map(pair => pair.predicted)), 44)
  const up = roundEdges(endsOf(pairs.map(pair => pair.residual)), 28)
  if (across === undefined || up === undefined) return points(pairs.slice(0, mostPoints), target)
  const counts = new Map<number, number>()
  const wide = across.edges.length
  for (const pair of pairs) {
    const key = placeIn(up, pair.residual) * wide + placeIn(across, pair.predicted)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const found = [...counts].map(([key, rows]): Cell => ({ x: key % wide, y: Math.floor(key / wide), rows, value: rows }))
  return {
    shape: 'heat',
    title: 'residual by prediction',
    x: axis(`predicted ${target}`),
    y: axis('residual'),
    xEdges: across.edges,
    yEdges: up.edges,
    value: 'rows',
    of: 'rows',
    cells: found.sort((a, b) => a.y - b.y || a.x - b.x),
    rule: zero,
  }
}

function histogram(residuals: readonly number[]): HistogramPanel {
  const bins = roundEdges(endsOf(residuals), binsFor(residuals.length))
  const base = { shape: 'histogram', title: 'how often', x: axis('residual'), y: axis('rows'), series: [] } as const
  if (bins === undefined) return { ...base, edges: [], counts: [] }
  const counts = bins.edges.slice(1).map(() => 0)
  for (const residual of residuals) {
    const at = placeIn(bins, residual)
    counts[at] = (counts[at] ?? 0) + 1
  }
  return { ...base, edges: bins.edges, counts: [counts], rule: zero }
}

function spreadOf(pairs: readonly Pair[]): readonly string[] {
  const mean = pairs.reduce((sum, pair) => sum + pair.residual / pairs.length, 0)
  const sizes = pairs.map(pair => Math.abs(pair.residual)).sort((a, b) => a - b)
  const half = sizes[Math.ceil(sizes.length / 2) - 1] ?? 0
  const most = sizes.at(-1) ?? 0
  const short = (value: number): string => figure(Number(value.toPrecision(3)))
  return [`the mean residual is ${short(mean)}; half of the rows are within ${short(half)} of the truth, all within ${short(most)}`]
}

function endsOf(values: readonly number[]): Ends {
  return {
    low: values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    high: values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  }
}

function within(value: number, { low, high }: Ends): boolean {
  return value >= low && value <= high
}

/** All, or the middle 99 % where the tails take more than half of the axis. */
function middleOf(values: readonly number[]): Ends {
  const sorted = values.toSorted((a, b) => a - b)
  const cut = Math.floor(sorted.length * 0.005)
  const whole = { low: sorted[0] ?? 0, high: sorted.at(-1) ?? 0 }
  const middle = { low: sorted[cut] ?? 0, high: sorted[sorted.length - 1 - cut] ?? 0 }
  return middle.high > middle.low && middle.high - middle.low < (whole.high - whole.low) / 2 ? middle : whole
}
