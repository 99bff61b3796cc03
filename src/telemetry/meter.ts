import { showingText, TidemillError } from '../errors/index.ts'
import { histogram as histogramOf, type Histogram, type HistogramCounts, latencyBounds } from './histogram.ts'

/** Names of labels and their values: `{ route: '/v2', status: '200' }`. */
export type Labels = Readonly<Record<string, string>>
/** One metric with all its series, as plain data. */
export type Family = {
  readonly name: string
  readonly help: string
} & (
  | { readonly type: 'counter' | 'gauge'; readonly series: readonly { readonly labels: Labels; readonly value: number }[] }
  | { readonly type: 'histogram'; readonly series: readonly ({ readonly labels: Labels } & HistogramCounts)[] }
)

export interface MetricOptions {
  /** What it counts, in a sentence. */
  readonly help: string
  /** Names of its labels; each value of `add`, `set` and `observe` must come with all of them. Default: none. */
  readonly labels?: readonly string[] | undefined
}
export interface HistogramOptions extends MetricOptions {
  /** Rising upper bounds of the buckets; default `latencyBounds`. */
  readonly bounds?: readonly number[] | undefined
}
export interface CounterMetric {
  /** @throws telemetry.argument below 0, and for other labels than those it was made with */
  add(by?: number, labels?: Labels): void
}
export interface GaugeMetric {
  set(value: number, labels?: Labels): void
}
export interface HistogramMetric {
  observe(value: number, labels?: Labels): void
}
/** Counters, gauges and histograms by name. */
export interface Meter {
  /** A count that only grows; its name ends in `_total`. */
  counter(name: string, options: MetricOptions): CounterMetric
  /** A value that goes up and down. */
  gauge(name: string, options: MetricOptions): GaugeMetric
  /** Values by bucket. */
  histogram(name: string, options: HistogramOptions): HistogramMetric
  /** All of it now, in the order it was made. */
  snapshot(): readonly Family[]
}

/** More series than this of one metric are counted together, under labels of this value. */
const mostSeries = 1000
const other = 'other'

/**
 * A meter of its own: nothing in it is shared with another.
 *
 * A metric holds at most 1,000 series; values of further labels are counted in one series whose labels all are `other`, so that no asker can fill the memory.
 *
 * @example
 * const metrics = meter()
 * const asked = metrics.counter('requests_total', { help: 'requests answered', labels: ['status'] })
 * asked.add(1, { status: '200' })
 * prometheusText(metrics.snapshot())
 * @throws telemetry.argument for a name or label that Prometheus does not take, or a name that is there already
 */
export function meter(): Meter {
  const families = new Map<string, () => Family>()
  const add = (name: string, options: MetricOptions, snapshot: () => Family): void => {
    checkNames(name, options)
    if (families.has(name)) throw wrong(`metric made twice: ${name}`)
    families.set(name, snapshot)
  }
  const values = (name: string, type: 'counter' | 'gauge', options: MetricOptions): Series<{ value: number }> => {
    const series = seriesOf(name, options, () => ({ value: 0 }))
    add(name, options, () => ({
      name,
      help: options.help,
      type,
      series: series.all().map(([labels, { value }]) => ({ labels, value })),
    }))
    return series
  }
  const snapshot = (): readonly Family[] => [...families.values()].map(one => one())
  return Object.freeze({
    counter(name: string, options: MetricOptions) {
      if (!name.endsWith('_total')) throw wrong(`name of a counter must end in _total: ${name}`)
      const series = values(name, 'counter', options)
      return {
        add(by = 1, labels: Labels = {}) {
          if (!(by >= 0)) throw wrong(`counter ${name} cannot grow by ${by}`)
          series.at(labels).value += by
        },
      }
    },
    gauge(name: string, options: MetricOptions) {
      const series = values(name, 'gauge', options)
      return { set: (value: number, labels: Labels = {}) => void (series.at(labels).value = value) }
    },
    histogram(name: string, { bounds = latencyBounds, ...options }: HistogramOptions) {
      if (options.labels?.includes('le') === true) throw wrong(`label of a histogram must not be le: ${name}`)
      if (bounds.length === 0 || bounds.some((bound, i) => !Number.isFinite(bound) || bound <= (bounds[i - 1] ?? Number.NEGATIVE_INFINITY)))
        throw wrong(`bounds of a histogram must be finite and rise: ${name}`)
      const series = seriesOf<Histogram>(name, options, () => histogramOf(bounds))
      add(name, options, () => ({
        name,
        help: options.help,
        type: 'histogram',
        series: series.all().map(([labels, one]) => ({ labels, ...one.snapshot() })),
      }))
      return { observe: (value: number, labels: Labels = {}) => series.at(labels).observe(value) }
    },
    snapshot,
    ...showingText(
      () =>
        `meter: ${
          snapshot()
            .map(({ name, series }) => `${name} (${series.length})`)
            .join(', ') || 'no metrics'
        }`,
    ),
  })
}

interface Series<T> {
  at(labels: Labels): T
  all(): readonly (readonly [Labels, T])[]
}

function seriesOf<T>(name: string, { labels: names = [] }: MetricOptions, make: () => T): Series<T> {
  const known = new Map<string, readonly [Labels, T]>()
  const put = (key: string, labels: Labels): T => {
    const value = make()
    known.set(key, [Object.freeze(Object.fromEntries(names.map(one => [one, labels[one] as string]))), value])
    return value
  }
  if (names.length === 0) put('[]', {})
  return {
    at(labels) {
      if (Object.keys(labels).length !== names.length || names.some(one => !Object.hasOwn(labels, one)))
        throw wrong(`labels of ${name}: ${Object.keys(labels).join(', ') || 'none'} (want ${names.join(', ') || 'none'})`)
      const key = JSON.stringify(names.map(one => labels[one]))
      const found = known.get(key)
      if (found !== undefined) return found[1]
      if (known.size < mostSeries) return put(key, labels)
      const rest = JSON.stringify(names.map(() => other))
      return known.get(rest)?.[1] ?? put(rest, Object.fromEntries(names.map(one => [one, other])))
    },
    all: () => [...known.values()],
  }
}

function checkNames(name: string, { labels = [] }: MetricOptions): void {
  // A colon is kept for rules of the reader, two underscores for its own labels.
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) throw wrong(`bad name of a metric: ${name}`, 'letters, digits and _: rows_total')
  const bad = labels.filter(label => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) || label.startsWith('__'))
  if (bad.length > 0 || new Set(labels).size !== labels.length)
    throw wrong(`bad labels of ${name}: ${labels.join(', ')}`, 'letters, digits and _, each once, no two _ in front')
}

function wrong(message: string, hint?: string): TidemillError {
  return new TidemillError('telemetry.argument', message, hint === undefined ? {} : { hint })
}
