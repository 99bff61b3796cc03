import { join } from 'node:path'
import { type Dataset, type OpenRow, type Session, tidemill } from 'tidemill'
import { rows } from 'tidemill/connectors'
import { randomForestClassifier } from 'tidemill/ml'
import type { BenchCase } from '../measure.ts'
import { againstSklearn } from '../peers/against-sklearn.ts'
import { type BenchTable, rowsOf, twoClasses, writeTable } from '../peers/table-file.ts'

const columns = 20
const heldOut = 10_000

/** A random forest of full depth on a table of numbers, all cores; the time includes its accuracy on 10,000 held-out rows, on both sides. */
export const forest: BenchCase = async ({ quick, folder, say }) => {
  const { learnt, trees } = quick ? { learnt: 50_000, trees: 50 } : { learnt: 150_000, trees: 100 }
  const table = twoClasses(learnt + heldOut, columns, 42)
  const path = join(folder, 'classes.f64')
  await writeTable(path, table)
  await using tm = await tidemill({ typesFile: false, folder: join(folder, 'store') })
  const [train, test] = [await part(tm, table, 0, learnt), await part(tm, table, learnt, table.rows)]
  const learn = async (count: number): Promise<number> => {
    const model = await randomForestClassifier({ trees: count, seed: 0 }).fit(train, { target: 'y' })
    return (await model.evaluate(test)).accuracy
  }
  await learn(1)
  const found = await againstSklearn({
    name: `forest of ${trees}, ${learnt / 1000}k x ${columns}`,
    unit: 'ms',
    rounds: quick ? 1 : 3,
    program: 'forest_table',
    args: [path, columns, learnt, trees],
    ours: () => learn(trees),
    aim: 0.35,
    say,
  })
  return [found]
}

/** Some rows, held by the engine: reading them from a file is not what is measured. */
async function part(tm: Session, { values }: BenchTable, from: number, to: number): Promise<Dataset<OpenRow>> {
  const width = columns + 1
  const some = { columns, rows: to - from, values: values.subarray(from * width, to * width) }
  const schema = {
    ...Object.fromEntries(Array.from({ length: columns }, (_, index) => [`x${index}`, 'float64' as const])),
    y: 'int64' as const,
  }
  return (await tm.read(rows(rowsOf(some), { schema }))).cache() as Promise<unknown> as Promise<Dataset<OpenRow>>
}
