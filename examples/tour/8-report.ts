import type { Session } from 'tidemill'
import { compareChart, confusionChart, importanceChart, plot, report, residualChart, searchChart } from 'tidemill/chart'
import { californiaBlocks, californiaHousing } from 'tidemill/datasets'
import type { Confusion, FeatureImportance, RegressionErrors, SearchResult } from 'tidemill/ml'

interface Flowers {
  readonly found: Pick<SearchResult<object, object>, 'candidates' | 'table'>
  readonly accuracy: number
  readonly confusion: Confusion
}
interface Prices {
  readonly errors: Readonly<Record<'linear' | 'forest', RegressionErrors>>
  readonly importance: readonly FeatureImportance[]
  readonly predicted: readonly { readonly medHouseVal: number; readonly prediction: number }[]
}

/** What was found, as one HTML page that needs nothing else. Charts of tables are chosen by the types of their columns. */
export async function writeReport(tm: Session, path: string, flowers: Flowers, prices: Prices) {
  const houses = await tm.read(californiaHousing())
  const blocks = await tm.read(californiaBlocks())
  const { errors, importance, predicted } = prices
  const charts = {
    one: await plot(houses, { x: 'medHouseVal' }), // one number: a histogram
    two: await plot(houses, { x: 'medInc', y: 'medHouseVal' }), // two numbers, many rows: a heat map
    by: await plot(blocks, { x: 'oceanProximity', y: 'medianHouseValue' }), // a category and a number: boxes
    residuals: residualChart({
      actual: predicted.map(row => row.medHouseVal),
      predicted: predicted.map(row => row.prediction),
      target: 'medHouseVal',
    }),
    confusion: confusionChart(flowers.confusion),
    importance: importanceChart(importance),
  }
  const page = report({
    title: 'House prices and flowers',
    subtitle: 'What the tour of Tidemill found',
    facts: [
      ['hold-out MSE, linear', errors.linear.mse],
      ['hold-out MSE, forest', errors.forest.mse],
      ["accuracy on the articles' rows", flowers.accuracy],
    ],
    sections: [
      { title: 'The data', sections: [{ chart: charts.one }, { chart: charts.two }, { chart: charts.by, wide: true }] },
      {
        title: 'Prices',
        sections: [
          {
            chart: compareChart(
              [
                { name: 'linear', value: errors.linear.mse },
                { name: 'forest', value: errors.forest.mse },
              ],
              { label: 'MSE', better: 'lower' },
            ),
          },
          { chart: charts.importance },
          { chart: charts.residuals, wide: true },
        ],
      },
      {
        title: 'Flowers',
        sections: [
          { chart: charts.confusion },
          { chart: searchChart(flowers.found.candidates.slice(0, 10), { label: 'accuracy' }) },
          { table: flowers.found.table(), title: 'All candidates' },
        ],
      },
    ],
  })
  return { bytes: await page.save(path), reasons: Object.values(charts).flatMap(chart => chart.reason ?? []) }
}
