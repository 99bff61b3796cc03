import type { Label } from '../kinds/kind.ts'
import { wrongMetric } from './check.ts'
import { type Confusion, confusion } from './confusion.ts'
import type { LabelOptions, Labels } from './labels.ts'

/** How the figures of the labels become one. */
export interface AverageOptions extends LabelOptions {
  /**
   * `binary`: the figure of the positive label; `macro`: the mean over the labels that occur; `weighted`: the same, weighted by how often
   * each is true; `micro`: of all rows together. Default: `binary` for two labels, `macro` for more.
   */
  readonly average?: 'binary' | 'macro' | 'micro' | 'weighted' | undefined
  /** The positive label of `binary`. Default: the second of two. */
  readonly positive?: Label | undefined
}
/** Of one label: rows that are it and were predicted so, that are it, that were predicted as it. */
export interface ClassCounts {
  readonly hits: number
  readonly truth: number
  readonly predicted: number
}

const averages: readonly string[] = ['binary', 'macro', 'micro', 'weighted']

/** A figure of each label, averaged. `each` is 0 where it would divide by 0. */
export function averaged(truth: Labels, prediction: Labels, options: AverageOptions, each: (counts: ClassCounts) => number): number {
  if (options.average !== undefined && !averages.includes(options.average))
    throw wrongMetric(`unknown average: ${String(options.average)} (have ${averages.join(', ')})`)
  const found = confusion(truth, prediction, options)
  const all = countsOf(found)
  const average = options.average ?? (found.labels.length > 2 && options.positive === undefined ? 'macro' : 'binary')
  if (average === 'binary') return each(all[positiveOf(found.labels, options.positive)] as ClassCounts)
  const total = all.reduce((sum, counts) => sum + counts.truth, 0)
  if (average === 'micro') return each({ hits: all.reduce((sum, counts) => sum + counts.hits, 0), truth: total, predicted: total })
  const occur = all.filter(counts => counts.truth > 0 || counts.predicted > 0)
  if (average === 'macro') return occur.reduce((sum, counts) => sum + each(counts), 0) / occur.length
  return occur.reduce((sum, counts) => sum + counts.truth * each(counts), 0) / total
}

/** The counts of each label. */
export function countsOf({ labels, counts }: Confusion): readonly ClassCounts[] {
  return labels.map((_, i) => ({
    hits: counts[i]?.[i] as number,
    truth: (counts[i] as readonly number[]).reduce((sum, count) => sum + count, 0),
    predicted: counts.reduce((sum, line) => sum + (line[i] as number), 0),
  }))
}

/** The number of the positive label: the one named, or the second of two. @throws ml.metric when it is not clear */
export function positiveOf(labels: readonly Label[], positive: Label | undefined): number {
  if (positive !== undefined) {
    const at = labels.indexOf(positive)
    if (at === -1) throw wrongMetric(`unknown positive label: ${String(positive)} (have ${labels.map(String).join(', ')})`)
    return at
  }
  if (labels.length === 2) return 1
  throw wrongMetric(
    `no positive label among ${labels.length}: ${labels.map(String).join(', ')}`,
    { labels },
    "name it in `positive`, name both in `labels`, or take average 'macro'",
  )
}
