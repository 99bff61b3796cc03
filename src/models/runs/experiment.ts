import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { showing } from '../../display/index.ts'
import { TidemillError, whatIs } from '../../errors/index.ts'
import { hashBytes, writeFileAtomic } from '../../storage/index.ts'
import { readCodeState, readEnvironment } from '../../telemetry/index.ts'
import { account, type Ground, runFolder } from '../ground.ts'
import { checkName } from '../names.ts'
import type { Artifact, DataDigest, Experiment, FinishedRun, LearntModel, Run } from '../types.ts'
import { digestData } from './data-digest.ts'
import { printPlain, sortLogged } from './plain-values.ts'
import { recordsOf } from './read-runs.ts'
import { makeRunLog, type RunLog } from './run-log.ts'

/** An experiment of a workspace: a name over its runs. */
export function makeExperiment(ground: Ground, name: string): Experiment {
  return Object.freeze({
    name,
    run: <M>(body: (run: Run) => Promise<M> | M) => runOnce(ground, name, body),
    ...showing(() => ({ kind: 'text', text: `experiment ${name} in ${ground.folder}` })),
  })
}

async function runOnce<M>(ground: Ground, experiment: string, body: (run: Run) => Promise<M> | M): Promise<FinishedRun<M>> {
  if (typeof body !== 'function')
    throw new TidemillError('models.argument', `run wants a function, not ${whatIs(body)}`, {
      hint: 'run(async run => { ... return model })',
    })
  const id = await begin(ground, experiment)
  const log = makeRunLog(ground, id)
  try {
    const model = await body(makeRun(ground, experiment, id, log))
    await log.drain()
    if (typeof model === 'object' && model !== null) ground.origins.set(model, id)
    return await ground.use(async db => {
      const learnt = learntOf(model)
      const last = { status: 'finished', ended: ground.clock.now(), learnt: learnt === undefined ? null : JSON.stringify(learnt) } as const
      await db.updateTable('runs').set(last).where('id', '=', id).execute()
      const [record] = await recordsOf(db, await db.selectFrom('runs').selectAll().where('id', '=', id).execute())
      return Object.freeze({ ...record, model }) as FinishedRun<M>
    })
  } catch (error) {
    await fail(ground, id, log, error)
    throw error
  } finally {
    log.end()
  }
}

async function begin(ground: Ground, experiment: string): Promise<string> {
  const id = randomUUID()
  const [code, environment] = await Promise.all([readCodeState(process.cwd(), ground.folder), readEnvironment()])
  const row = {
    id,
    experiment,
    status: 'running',
    started: ground.clock.now(),
    ended: null,
    failure: null,
    by: account(),
    code: code === undefined ? null : JSON.stringify(code),
    environment: JSON.stringify(environment),
    learnt: null,
  } as const
  await ground.use(db => db.insertInto('runs').values(row).execute())
  return id
}

/** Keeps the run as failed. What was logged before stays. When even that fails, both errors are told. */
async function fail(ground: Ground, id: string, log: RunLog, error: unknown): Promise<void> {
  const failure = error instanceof Error ? error.message : String(error)
  try {
    await ground.use(db =>
      db.updateTable('runs').set({ status: 'failed', ended: ground.clock.now(), failure }).where('id', '=', id).execute(),
    )
    await log.drain()
  } catch (second) {
    if (second === error) return
    throw new AggregateError([error, second], `run ${id} failed (${failure}), and that could not be written down`, { cause: error })
  }
}

function makeRun(ground: Ground, experiment: string, id: string, log: RunLog): Run {
  const params = new Map<string, string | number | boolean>()
  return Object.freeze({
    id,
    experiment,
    log(values: object, { step }: { readonly step?: number | undefined } = {}) {
      if (step !== undefined && !Number.isSafeInteger(step))
        throw new TidemillError('models.argument', `step must be a whole number, not ${whatIs(step)}`)
      const { metrics, details } = sortLogged(values)
      const at = ground.clock.now()
      log.metrics(metrics.map(([name, value]) => ({ name, step: step ?? null, value: Number.isNaN(value) ? null : value, at })))
      if (details.length > 0)
        log.write(async writing => {
          for (const [name, value] of details)
            await writing
              .insertInto('run_details')
              .values({ run: id, name, value })
              .onConflict(there => there.columns(['run', 'name']).doUpdateSet({ value }))
              .execute()
        })
    },
    param(values: Readonly<Record<string, string | number | boolean>>) {
      const fresh = newParams(params, values)
      log.write(async writing => {
        for (const [name, value] of fresh)
          await writing
            .insertInto('run_params')
            .values({ run: id, name, value: printPlain(value) })
            .execute()
      })
      for (const [name, value] of fresh) params.set(name, value)
    },
    artifact: (name: string, bytes: Uint8Array | string) => keep(ground, id, log, name, bytes),
    async data(name: string, relation: Parameters<Run['data']>[1], options: Parameters<Run['data']>[2]) {
      checkName('data', name)
      const digest: DataDigest = await digestData(name, relation, options)
      log.write(async writing => {
        const { fingerprint, rows, sha256 } = digest
        await writing
          .insertInto('run_data')
          .values({ run: id, name, fingerprint, rows, sha256 })
          .onConflict(there => there.columns(['run', 'name']).doUpdateSet({ fingerprint, rows, sha256 }))
          .execute()
      })
      return digest
    },
    ...showing(() => ({ kind: 'text', text: `run ${id} of ${experiment}` })),
  })
}

function newParams(
  known: ReadonlyMap<string, string | number | boolean>,
  values: Readonly<Record<string, string | number | boolean>>,
): readonly (readonly [string, string | number | boolean])[] {
  if (typeof values !== 'object' || values === null)
    throw new TidemillError('models.argument', `param wants an object, not ${whatIs(values)}`, { hint: 'run.param({ trees: 100 })' })
  const problems: string[] = []
  const fresh = Object.entries(values).filter(([name, value]) => {
    if (name === '' || name.length > 200) problems.push(`name of a param must have 1 to 200 characters, not ${name.length}`)
    else if (!['string', 'number', 'boolean'].includes(typeof value))
      problems.push(`${name} must be a text, a number or a boolean, not ${whatIs(value)}`)
    else if (known.has(name) && !Object.is(known.get(name), value)) problems.push(`${name} is ${known.get(name)} already, not ${value}`)
    else return !known.has(name)
    return false
  })
  if (problems.length > 0) throw new TidemillError('models.argument', `param: ${problems.join('; ')}`, { details: { problems } })
  return fresh
}

/** The file comes first, then its row: a run never names a file that is not there. */
async function keep(ground: Ground, run: string, log: RunLog, name: string, content: Uint8Array | string): Promise<Artifact> {
  checkName('artifact', name)
  if (typeof content !== 'string' && !(content instanceof Uint8Array))
    throw new TidemillError('models.argument', `artifact wants bytes or a text, not ${whatIs(content)}`)
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const file: Artifact = Object.freeze({ name, bytes: bytes.byteLength, sha256: hashBytes(bytes) })
  try {
    await writeFileAtomic(join(runFolder(ground, run), name), bytes, { ifAbsent: true })
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'storage.exists') throw error
    throw new TidemillError('models.argument', `artifact is there already: ${name} of run ${run}`, {
      cause: error,
      hint: 'give it another name',
    })
  }
  log.write(async writing => {
    await writing
      .insertInto('run_artifacts')
      .values({ run, ...file })
      .execute()
  })
  return file
}

function learntOf(model: unknown): LearntModel | undefined {
  const { kind, role, features, target, rows } = Object(model) as Readonly<Record<string, unknown>>
  if (typeof kind !== 'string' || typeof role !== 'string' || typeof rows !== 'number' || !Array.isArray(features)) return undefined
  return { kind, role, features: features as readonly string[], target: typeof target === 'string' ? target : undefined, rows }
}
