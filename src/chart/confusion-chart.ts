import { TidemillError } from '../errors/index.ts'
import { makeChart } from './chart.ts'
import { checkMembers } from './check-given.ts'
import { figure, percent } from './figures.ts'
import type { Cell, Chart } from './types.ts'

/** How often each true label (a row) was taken for which label (a column). */
export interface Confusion {
  readonly labels: readonly (string | number | boolean)[]
  readonly counts: readonly (readonly number[])[]
  readonly title?: string | undefined
}

/**
 * The confusion matrix of a classifier: rows are true labels, columns predicted ones; each cell has the count and its share of the row, which is also its colour. The
 * diagonal is right.
 *
 * @example
 * confusionChart({ labels: ['cat', 'dog'], counts: [[9, 1], [2, 8]] })
 * @throws chart.argument for counts that are no square of the labels, or no whole numbers from 0
 */
export function confusionChart(confusion: Confusion): Chart {
  checkMembers('confusionChart', confusion, ['labels', 'counts'], 'confusionChart((await model.evaluate(test)).confusion)')
  const { labels, counts, title = 'confusion matrix' } = confusion
  check(labels.length, counts)
  const names = labels.map(String)
  const rows = counts.flat().reduce((a, b) => a + b, 0)
  const right = counts.reduce((sum, row, index) => sum + (row[index] ?? 0), 0)
  const cells = counts.flatMap((row, y) => {
    const total = row.reduce((a, b) => a + b, 0)
    return row.map((count, x): Cell => {
      const share = total === 0 ? 0 : count / total
      return { x, y, rows: count, value: share, text: `${figure(count)}\n${percent(share)}` }
    })
  })
  const empty = names.filter((_, index) => counts[index]?.every(count => count === 0) === true)
  return makeChart({
    type: 'heat',
    title,
    reason: 'labels against labels: rows of each pair, and their share of the true label',
    notes: [
      ...(rows === 0 ? [] : [`${figure(right)} of ${figure(rows)} are right (${percent(right / rows)}): those on the diagonal`]),
      ...(empty.length === 0 ? [] : [`no row has the true label ${empty.join(', ')}`]),
    ],
    rows,
    panels: [
      {
        shape: 'heat',
        x: { label: 'predicted', kind: 'category', categories: names },
        y: { label: 'true', kind: 'category', categories: names },
        value: 'share of the true label',
        of: 'share',
        cells,
      },
    ],
  })
}

function check(size: number, counts: Confusion['counts']): void {
  if (size === 0 || counts.length !== size || counts.some(row => row.length !== size))
    throw new TidemillError(
      'chart.argument',
      `confusion matrix of ${size} labels with rows of ${counts.map(row => row.length).join(', ') || 'nothing'}`,
      {
        hint: 'one row and one column for each label',
      },
    )
  for (const count of counts.flat())
    if (!Number.isSafeInteger(count) || count < 0)
      throw new TidemillError('chart.argument', `count of a confusion matrix that is no whole number from 0: ${count}`)
}
