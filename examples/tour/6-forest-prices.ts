import type { Session } from 'tidemill'
import { californiaHousing } from 'tidemill/datasets'
import { gridSearch, kFold, permutationImportance, randomForestRegressor } from 'tidemill/ml'

/** A forest for the prices of step 3, chosen by a small grid; what it depends on is measured on the rows it has not seen. */
export async function forestPrices(tm: Session) {
  const { train, test } = (await tm.read(californiaHousing())).split(californiaHousing.articleSplit)
  const search = await gridSearch(
    randomForestRegressor({ trees: 40, seed: 42 }),
    { maxFeatures: [3, 'all'], minLeaf: [1, 5] },
    // The blocks come in the order of the map: folds of neighbours would judge a model of other counties.
    { folds: kFold({ folds: 3, shuffle: true, seed: 42 }), scoring: 'mse' },
  ).fit(train, { target: 'medHouseVal' })
  const errors = await search.best.evaluate(test)
  const importance = await permutationImportance(search.best, test, { repeats: 3 })
  return { search, model: search.best, errors, importance, test }
}
