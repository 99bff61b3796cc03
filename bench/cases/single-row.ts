import { join } from 'node:path'
import { tidemill } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { randomForestClassifier } from 'tidemill/ml'
import type { BenchCase } from '../measure.ts'
import { againstSklearn } from '../peers/against-sklearn.ts'
import { writeTable } from '../peers/table-file.ts'

const trees = 100

/** One prediction of one row, label and probabilities, by a forest of 100 trees; thousands of ours against hundreds of the peer's, both told per prediction. */
export const singleRow: BenchCase = async ({ quick, folder, say }) => {
  await using tm = await tidemill({ typesFile: false, folder: join(folder, 'store') })
  const data = await tm.read(iris())
  const flowers = await data.rows()
  const species = [...new Set(flowers.map(flower => flower.species))].sort()
  const values = Float64Array.from(
    flowers.flatMap(flower => [
      flower.sepalLength,
      flower.sepalWidth,
      flower.petalLength,
      flower.petalWidth,
      species.indexOf(flower.species),
    ]),
  )
  const path = join(folder, 'iris-all.f64')
  await writeTable(path, { columns: 4, rows: flowers.length, values })
  const model = await randomForestClassifier({ trees, seed: 0 }).fit(data, { target: 'species' })
  // So many of ours that a turn takes about as long as one of the peer's.
  const [mine, theirs] = quick ? [50_000, 200] : [500_000, 2_000]
  let most = 0
  const predict = async (): Promise<number> => {
    let right = 0
    for (let index = 0; index < mine; index++) {
      const flower = flowers[index % flowers.length]
      if (flower === undefined) continue
      const { prediction, probabilities } = model.predict(flower)
      if (prediction === flower.species) right++
      most = Math.max(most, ...probabilities)
    }
    return right / mine
  }
  await predict()
  const found = await againstSklearn({
    name: `one row, forest of ${trees}`,
    unit: 'µs',
    rounds: quick ? 3 : 7,
    program: 'single_row',
    args: [path, 4, trees, theirs],
    ours: predict,
    perTurn: { ours: mine, peer: theirs },
    aim: undefined,
    say,
  })
  if (!(most > 0 && most <= 1)) throw new Error(`no probabilities: ${most}`)
  return [found]
}
