import { makeChart } from './chart.ts'
import { checkList } from './check-given.ts'
import { checkNumbers } from './check-numbers.ts'
import type { Bar, Chart } from './types.ts'

export interface CompareOptions {
  readonly title?: string | undefined
  /** What the values are, with their unit. Default: `value`. */
  readonly label?: string | undefined
  /** Which value is marked as the best, and stands first. Without: none, and the order stays. */
  readonly better?: 'higher' | 'lower' | undefined
}

/**
 * Named values beside one another: models by their error, runs by their time.
 *
 * @example
 * compareChart([{ name: 'linear', value: 0.55 }, { name: 'forest', value: 0.26 }], { label: 'MSE', better: 'lower' })
 * @throws chart.argument for numbers that are not finite
 */
export function compareChart(
  values: readonly { readonly name: string; readonly value: number }[],
  { title, label = 'value', better }: CompareOptions = {},
): Chart {
  checkList('compareChart', values, ['name', 'value'], "compareChart([{ name: 'linear', value: 0.55 }, { name: 'forest', value: 0.26 }])")
  checkNumbers(
    'value',
    values.map(one => one.value),
  )
  const sign = better === 'lower' ? 1 : -1
  const ordered = better === undefined ? values : values.toSorted((a, b) => sign * (a.value - b.value))
  return makeChart({
    type: 'bar',
    title: title ?? `${label} of each`,
    reason: 'a number for each name',
    notes: better === undefined ? [] : [`${better} is better: the best is marked and stands first`],
    rows: values.length,
    panels: [
      {
        shape: 'bar',
        x: { label: 'name', kind: 'category', categories: ordered.map(one => one.name) },
        y: { label, kind: 'number' },
        level: true,
        series: [],
        bars: ordered.map(
          ({ value }, at): Bar => ({ at, series: 0, value, ...(at === 0 && better !== undefined ? { marked: true } : {}) }),
        ),
      },
    ],
  })
}
