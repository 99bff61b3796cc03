import { makeChart } from './chart.ts'
import { checkList } from './check-given.ts'
import { checkNumbers } from './check-numbers.ts'
import type { Bar, Chart } from './types.ts'

/** How much a model needs a feature; `std` is the spread over repetitions. */
export interface Importance {
  readonly feature: string
  readonly mean: number
  readonly std?: number | undefined
}

const most = 30

/**
 * Features by how much the model needs them, the most needed first; at most 30. A thin line goes from the mean minus to the mean plus `std`.
 *
 * @param options `label`: what the numbers are; default: `importance`
 * @example
 * importanceChart([{ feature: 'income', mean: 0.31, std: 0.02 }, { feature: 'age', mean: 0.05 }])
 * @throws chart.argument for numbers that are not finite
 */
export function importanceChart(
  importances: readonly Importance[],
  {
    title = 'importance of features',
    label = 'importance',
  }: { readonly title?: string | undefined; readonly label?: string | undefined } = {},
): Chart {
  checkList('importanceChart', importances, ['feature', 'mean'], 'importanceChart(await permutationImportance(model, test))')
  checkNumbers(
    'mean',
    importances.map(one => one.mean),
  )
  checkNumbers(
    'std',
    importances.map(one => one.std ?? 0),
  )
  const sorted = importances.toSorted((a, b) => b.mean - a.mean)
  const shown = sorted.slice(0, most)
  const spread = shown.some(one => one.std !== undefined)
  return makeChart({
    type: 'bar',
    title,
    reason: 'a number for each feature, the greatest first',
    notes: [
      ...(sorted.length > most ? [`the first ${most} of ${sorted.length} features are shown`] : []),
      ...(spread ? ['lines are one standard deviation long to each side'] : []),
    ],
    rows: importances.length,
    panels: [
      {
        shape: 'bar',
        x: { label: 'feature', kind: 'category', categories: shown.map(one => one.feature) },
        y: { label, kind: 'number' },
        level: true,
        series: [],
        bars: shown.map(
          ({ mean, std }, at): Bar => ({ at, series: 0, value: mean, ...(std === undefined ? {} : { low: mean - std, high: mean + std }) }),
        ),
      },
    ],
  })
}
