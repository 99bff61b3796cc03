import type { Source } from '../plan/index.ts'
import { oneOf } from '../schema/index.ts'
import { type ArticleSplit, articleSplit } from './article-split.ts'
import { dataFile } from './data-file.ts'

// The first 30 of numpy's RandomState(42).permutation(150): train_test_split(test_size=0.2, random_state=42) of scikit-learn.
const testRows = [
  73, 18, 118, 78, 76, 31, 64, 141, 68, 82, 110, 12, 36, 9, 19, 56, 104, 69, 55, 132, 29, 127, 26, 128, 131, 145, 108, 143, 45, 30,
]

/** A flower; lengths in centimetres. */
export interface Flower {
  sepalLength: number
  sepalWidth: number
  petalLength: number
  petalWidth: number
  species: 'setosa' | 'versicolor' | 'virginica'
}

export interface Iris {
  (): Source<Flower>
  /** The source article's own split: 120 rows to train, 30 to test (10 setosa, 9 versicolor, 11 virginica). */
  readonly articleSplit: ArticleSplit
}

/**
 * Fisher's iris: 150 flowers, 4 measures, 3 species. Ships with the package.
 *
 * @example
 * const { train, test } = (await tm.read(iris())).split(iris.articleSplit)
 */
export const iris: Iris = Object.freeze(Object.assign(source, { articleSplit: articleSplit(testRows) }))

function source(): Source<Flower> {
  return dataFile('iris.csv', {
    sepalLength: 'float64',
    sepalWidth: 'float64',
    petalLength: 'float64',
    petalWidth: 'float64',
    species: oneOf('setosa', 'versicolor', 'virginica'),
  })
}
