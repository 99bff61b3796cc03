import type { Source } from '../plan/index.ts'
import type { Row } from '../schema/index.ts'
import { type ArticleSplit, articleSplit, rowsOfBits } from './article-split.ts'
import { californiaTestRows } from './california-split.ts'
import { dataFile } from './data-file.ts'

const schema = {
  /** Median income of the block group, in 10,000 USD. */
  medInc: 'float64',
  /** Median age of its houses, in years. */
  houseAge: 'float64',
  /** Rooms per household. */
  aveRooms: 'float64',
  aveBedrms: 'float64',
  population: 'float64',
  /** People per household. */
  aveOccup: 'float64',
  latitude: 'float64',
  longitude: 'float64',
  /** The target: median house value, in 100,000 USD, capped at 5.00001. */
  medHouseVal: 'float64',
} as const

/** A block group of the 1990 census in California. */
export interface House extends Row<typeof schema> {}

export interface CaliforniaHousing {
  (): Source<House>
  /** The source article's own split: 16512 rows to train, 4128 to test. */
  readonly articleSplit: ArticleSplit
}

/**
 * California housing as scikit-learn has it: 20640 block groups, 8 features, target `medHouseVal`. Ships with the package.
 *
 * @example
 * const houses = await tm.read(californiaHousing())
 * const { train, test } = houses.split(californiaHousing.articleSplit)
 */
export const californiaHousing: CaliforniaHousing = Object.freeze(
  Object.assign((): Source<House> => dataFile('california_housing.csv.gz', schema), {
    articleSplit: articleSplit(rowsOfBits(californiaTestRows)),
  }),
)
