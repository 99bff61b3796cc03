/** What is going to be learnt, decided before it begins. */
import type { Dataset } from '../dataset/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type Field, fieldNamed, type OpenRow } from '../schema/index.ts'
import { type TrainColumns, trainColumns } from './train-columns.ts'
import { trainModel, type TrainModel } from './train-model.ts'
import type { TrainRequest } from './train-request.ts'
import type { TrainTable } from './train-table.ts'
import { type Target, trainTarget } from './train-target.ts'

export interface TrainPlan {
  readonly target: Target
  readonly columns: TrainColumns
  readonly model: TrainModel
  /** To learn from. */
  readonly train: Dataset<OpenRow>
  /** Held out. */
  readonly test: Dataset<OpenRow>
  readonly trainRows: number
  readonly testRows: number
}

/**
 * Decides what is predicted from which columns by what, and which rows are held out: of classes each in proportion.
 *
 * @throws cli.train, cli.usage, ml.param
 */
export async function planTraining(table: TrainTable, request: TrainRequest, signal: AbortSignal): Promise<TrainPlan> {
  const { data, schema, profiles, rows, missing } = table
  const { seed, test: share } = request
  const field = fieldNamed(schema, request.target) as Field
  const profile = profiles.find(one => one.name === request.target)
  if (profile === undefined) throw new TidemillError('engine.internal', `no profile of ${request.target}`)
  const target = await trainTarget(data, field, profile, { request, missing, signal })
  const columns = trainColumns(schema, profiles, rows, request)
  const model = trainModel(request, target.task, columns)
  const used = data.select(...columns.numbers.map(column => column.name), ...columns.texts.map(column => column.name), target.name)
  const { train, test } = used.split(
    { train: 1 - share, test: share },
    { seed, ...(target.task === 'classes' ? { stratify: target.name } : {}) },
  )
  const trainRows = await train.count({ signal })
  if (trainRows < 2 || trainRows === rows)
    throw new TidemillError(
      'cli.train',
      `--test ${share} of ${rows} rows leaves ${trainRows} to learn from and ${rows - trainRows} held out`,
      {
        hint: 'take a share such as --test 0.2',
      },
    )
  return { target, columns, model, train, test, trainRows, testRows: rows - trainRows }
}
