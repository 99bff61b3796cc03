import type { Session } from 'tidemill'
import { compareChart, confusionChart, importanceChart, plot, report, residualChart, searchChart } from 'tidemill/chart'
import { californiaBlocks, californiaHousing } from 'tidemill/datasets'
import type { chooseForest } from './5-choose-forest.ts'
import type { forestPrices } from './6-forest-prices.ts'

/** What was found, as one HTML page that needs nothing else. Charts of tables are chosen by the types of their columns. */
export async function writeReport(
  tm: Session,
  path: string,
  flowers: Awaited<ReturnType<typeof chooseForest>>,
  prices: Awaited<ReturnType<typeof forestPrices>>,
  linearMse: number,
) {
  const houses = await tm.read(californiaHousing())
  const blocks = await tm.read(californiaBlocks())
  const { test } = houses.split(californiaHousing.articleSplit)
  const predicted = await test.transform(prices.model).select('medHouseVal', 'prediction').rows()
  const charts = {
    one: await plot(houses, { x: 'medHouseVal' }), // one number: a histogram
    two: await plot(houses, { x: 'medInc', y: 'medHouseVal' }), // two numbers, many rows: a heat map
    by: await plot(blocks, { x: 'oceanProximity', y: 'medianHouseValue' }), // a category and a number: boxes
    residuals: residualChart({
      actual: predicted.map(row => row.medHouseVal),
      predicted: predicted.map(row => row.prediction),
      target: 'medHouseVal',
    }),
    confusion: confusionChart(flowers.scores['a stratified split'].confusion),
    importance: importanceChart(prices.importance),
  }
  const page = report({
    title: 'House prices and flowers',
    subtitle: 'What the tour of Tidemill found',
    facts: [
      ['hold-out MSE, linear', linearMse],
      ['hold-out MSE, forest', prices.errors.mse],
      ["accuracy on the articles' rows", flowers.scores["the articles' rows"].accuracy],
    ],
    sections: [
      { title: 'The data', sections: [{ chart: charts.one }, { chart: charts.two }, { chart: charts.by, wide: true }] },
      {
        title: 'Prices',
        sections: [
          {
            chart: compareChart(
              [
                { name: 'linear', value: linearMse },
                { name: 'forest', value: prices.errors.mse },
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
