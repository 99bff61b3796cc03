import { join } from 'node:path'
import { tidemill } from 'tidemill'
import { rows } from 'tidemill/connectors'
import { iris } from 'tidemill/datasets'
import { gridSearch, randomForestClassifier } from 'tidemill/ml'
import type { BenchCase } from '../measure.ts'
import { againstSklearn } from '../peers/against-sklearn.ts'
import { rowsOf, writeTable } from '../peers/table-file.ts'

const grid = { trees: [100, 200], maxFeatures: ['sqrt', 'log2', 'auto'], maxDepth: [10, 20, 30, 40, 50] } as const

/** The search of the iris article: 30 random forests by 5 folds on its 120 rows, all cores, and the best learnt again on all of them. */
export const irisGrid: BenchCase = async ({ quick, folder, say }) => {
  await using tm = await tidemill({ typesFile: false, folder: join(folder, 'store') })
  const train = await (await tm.read(iris())).split(iris.articleSplit).train.rows()
  const species = [...new Set(train.map(flower => flower.species))].sort()
  const values = Float64Array.from(
    train.flatMap(flower => [
      flower.sepalLength,
      flower.sepalWidth,
      flower.petalLength,
      flower.petalWidth,
      species.indexOf(flower.species),
    ]),
  )
  const table = { columns: 4, rows: train.length, values }
  const path = join(folder, 'iris.f64')
  await writeTable(path, table)
  const data = await tm.read(rows(rowsOf(table) as { x0: number; x1: number; x2: number; x3: number; y: number }[], { schema }))
  const search = async (candidates: Parameters<typeof gridSearch>[1]): Promise<number> => {
    const { bestScore, candidates: tried } = await gridSearch(randomForestClassifier({ seed: 0 }), candidates, {
      folds: 5,
      scoring: 'accuracy',
    }).fit(data, { target: 'y' })
    if (tried.length > 2 && tried.length !== 30) throw new Error(`not 30 candidates: ${tried.length}`)
    return bestScore
  }
  // The threads are started before the clock, as the processes of the peer are.
  await search({ trees: [2, 3] })
  const found = await againstSklearn({
    name: 'iris grid search, 30 x 5 forests',
    unit: 'ms',
    rounds: quick ? 1 : 3,
    program: 'iris_grid',
    args: [path, table.columns],
    ours: () => search(grid),
    aim: 0.05,
    say,
  })
  return [found]
}

const schema = { x0: 'float64', x1: 'float64', x2: 'float64', x3: 'float64', y: 'int64' } as const
