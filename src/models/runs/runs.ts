import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { showing, shownList } from '../../display/index.ts'
import { didYouMean, knownOptions, TidemillError, whatIs } from '../../errors/index.ts'
import { hashBytes } from '../../storage/index.ts'
import { type Ground, runFolder } from '../ground.ts'
import { checkName, having } from '../names.ts'
import type { MetricPoint, RunRecord, Runs, ShownList } from '../types.ts'
import { checkRunExists, recordsOf } from './read-runs.ts'

/** The runs of a workspace. */
export function makeRuns(ground: Ground): Runs {
  return Object.freeze({
    list: (options: Parameters<Runs['list']>[0]) => list(ground, options),
    get: (id: string) => get(ground, id),
    points: (id: string, metric: string) => points(ground, id, metric),
    artifact: (id: string, name: string) => artifact(ground, id, name),
    ...showing(() => ({ kind: 'text', text: `runs in ${ground.folder}: list(), get(id)` })),
  })
}

async function list(ground: Ground, options: Parameters<Runs['list']>[0] = {}): Promise<ShownList<RunRecord>> {
  knownOptions('list', options, ['experiment', 'limit'], 'models.argument')
  const { experiment, limit = 100 } = options
  if (experiment !== undefined) checkName('experiment', experiment)
  if (!(Number.isSafeInteger(limit) && limit > 0))
    throw new TidemillError('models.argument', `limit must be a whole number from 1, not ${whatIs(limit)}`)
  return ground.use(async db => {
    const all = db.selectFrom('runs').selectAll().orderBy('started', 'desc').orderBy('id').limit(limit)
    const records = await recordsOf(db, await (experiment === undefined ? all : all.where('experiment', '=', experiment)).execute())
    const metrics = [...new Set(records.flatMap(record => Object.keys(record.metrics)))]
    return shownList(experiment === undefined ? 'runs' : `runs of ${experiment}`, records, record => ({
      run: record.id,
      ...(experiment === undefined ? { experiment: record.experiment } : {}),
      status: record.status,
      started: record.started,
      ...Object.fromEntries(metrics.map(metric => [metric, record.metrics[metric]])),
    }))
  })
}

async function get(ground: Ground, id: string): Promise<RunRecord> {
  checkId(id)
  return ground.use(async db => {
    await checkRunExists(db, id)
    const [record] = await recordsOf(db, await db.selectFrom('runs').selectAll().where('id', '=', id).execute())
    return record as RunRecord
  })
}

async function points(ground: Ground, id: string, metric: string): Promise<ShownList<MetricPoint>> {
  checkId(id)
  return ground.use(async db => {
    await checkRunExists(db, id)
    const rows = await db.selectFrom('run_metrics').selectAll().where('run', '=', id).where('name', '=', metric).orderBy('seq').execute()
    if (rows.length === 0) {
      const known = await db.selectFrom('run_latest').select('name').where('run', '=', id).orderBy('name').execute()
      throw unknown('metric', String(metric), id, known)
    }
    const found = rows.map(
      (row): MetricPoint => Object.freeze({ step: row.step ?? undefined, value: row.value ?? Number.NaN, at: new Date(row.at) }),
    )
    return shownList(`${metric} of run ${id}`, found, ({ step, value, at }) => ({ step, value, at }))
  })
}

async function artifact(ground: Ground, id: string, name: string): Promise<Uint8Array> {
  checkId(id)
  checkName('artifact', name)
  return ground.use(async db => {
    await checkRunExists(db, id)
    const files = await db.selectFrom('run_artifacts').select(['name', 'sha256']).where('run', '=', id).orderBy('name').execute()
    const file = files.find(one => one.name === name)
    if (file === undefined) throw unknown('artifact', name, id, files)
    const path = join(runFolder(ground, id), name)
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw damaged(path, 'it is missing or cannot be read', cause)
    })
    if (hashBytes(bytes) !== file.sha256) throw damaged(path, 'its bytes are not those that were written')
    return bytes
  })
}

function checkId(id: unknown): asserts id is string {
  if (typeof id !== 'string') throw new TidemillError('models.argument', `id of a run must be a text, not ${whatIs(id)}`)
}

function unknown(what: string, wanted: string, id: string, have: readonly { readonly name: string }[]): TidemillError {
  const names = have.map(({ name }) => name)
  const hint = didYouMean([wanted], names)
  return new TidemillError(
    'models.argument',
    `unknown ${what}: ${wanted} of run ${id} (${having(names)})`,
    hint === undefined ? {} : { hint },
  )
}

function damaged(path: string, why: string, cause?: unknown): TidemillError {
  return new TidemillError('models.damaged', `damaged file of a run: ${path} (${why})`, {
    details: { path },
    hint: 'put back a copy of the file',
    ...(cause === undefined ? {} : { cause }),
  })
}
