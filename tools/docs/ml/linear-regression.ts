import type { MlText } from './text.ts'

export const linearRegression: MlText = {
  functions: ['linearRegression'],
  group: 'Models',
  about: 'The first model to try for a number: quick, explained by one coefficient a feature, and a floor that others must beat.',
  input: 'Numeric features and target without NULLs. `weight` names a column of row weights.',
  output: 'A column `prediction` (float64); NULL where a feature is NULL. `evaluate` gives `mse`, `rmse`, `mae`, `r2`.',
  example: `
import { tidemill } from 'tidemill'
import { californiaHousing } from 'tidemill/datasets'
import { linearRegression } from 'tidemill/ml'

const tm = await tidemill()
const { train, test } = (await tm.read(californiaHousing())).split(californiaHousing.articleSplit)
const model = await linearRegression().fit(train, { target: 'medHouseVal' })
const { rows, mse, r2 } = await model.evaluate(test)
console.log(rows, mse.toFixed(4), r2.toFixed(4)) // => 4128 0.5559 0.5758
await tm.close()
`,
  computed:
    'Centred products of the columns are gathered in one pass, then solved by Cholesky with iterative refinement; where columns depend on each other the answer of least norm is taken. Rows are read in blocks of 4,096 whose figures are merged in the order of the blocks, so the bits depend on the rows and their order, not on batches or threads.',
  peer: {
    name: 'sklearn.linear_model.LinearRegression',
    differs:
      '`fit_intercept` is `intercept`. On California housing the coefficients agree to 1e-8; a test compares them. scikit-learn works on all rows at once, so on columns that nearly depend on each other it keeps more digits: here features equal to six digits count as dependent.',
  },
  limits: ['One target.', 'No penalty (ridge, lasso) and no constraint on signs.', 'Memory is the square of the number of features.'],
}
