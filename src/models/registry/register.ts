import { mkdir, rename, rm } from 'node:fs/promises'
import { knownOptions, TidemillError, whatIs } from '../../errors/index.ts'
import type { AnyModel } from '../../ml/index.ts'
import { syncFolder } from '../../storage/index.ts'
import type { Database, VersionRow, Writing } from '../database/tables.ts'
import { account, type Ground, modelFolder } from '../ground.ts'
import { printNumbers } from '../json-columns.ts'
import { checkName } from '../names.ts'
import { checkRunExists, lastMetrics } from '../runs/read-runs.ts'
import type { RegisterOptions, Version } from '../types.ts'
import { clearLeftovers, freshFolder, setAside } from './leftovers.ts'
import { digestOf, filesOf, type ModelFile } from './model-files.ts'
import { versionOf } from './version-row.ts'

/**
 * Writes the model under a name nobody sees, then, with the right to write, gives it the next number: the folder is renamed first, and the row makes it
 * visible. Cut short anywhere, nothing is seen of it.
 */
export async function register(ground: Ground, name: string, model: unknown, options: RegisterOptions = {}): Promise<Version> {
  checkName('model', name)
  checkModel(model)
  const asked = checkOptions(options)
  return ground.use(async db => {
    await checkTwin(db, name)
    const run = runIdOf(options.run) ?? ground.origins.get(model)
    if (run !== undefined) await checkRunExists(db, run)
    const metrics = options.metrics ?? (run === undefined ? {} : await lastMetrics(db, run))
    await clearLeftovers(ground)
    const fresh = freshFolder(ground)
    try {
      await model.save(fresh, { signal: options.signal })
      const files = await filesOf(fresh, options.signal)
      options.signal?.throwIfAborted()
      const facts = { ...factsOf(model), ...asked, run: run ?? null, metrics: printNumbers(metrics), by: account() }
      return await db.transaction().execute(writing => enter(ground, writing, { name, fresh, files, facts }))
    } finally {
      await rm(fresh, { recursive: true, force: true })
    }
  })
}

interface Entry {
  readonly name: string
  readonly fresh: string
  readonly files: readonly ModelFile[]
  readonly facts: Omit<VersionRow, 'model' | 'number' | 'created' | 'digest' | 'files'>
}

/** The part that only one process at a time does. */
async function enter(ground: Ground, writing: Writing, { name, fresh, files, facts }: Entry): Promise<Version> {
  const created = ground.clock.now()
  if (!(await checkTwin(writing, name))) await writing.insertInto('models').values({ name, created }).execute()
  const { newest } = await writing
    .selectFrom('versions')
    .select(({ fn }) => fn.max('number').as('newest'))
    .where('model', '=', name)
    .executeTakeFirstOrThrow()
  const number = Number(newest ?? 0) + 1
  const folder = modelFolder(ground, name, number)
  const made = await mkdir(modelFolder(ground, name), { recursive: true })
  await setAside(ground, name, number)
  await rename(fresh, folder)
  try {
    await syncFolder(modelFolder(ground, name))
    if (made !== undefined) await syncFolder(modelFolder(ground))
    const row: VersionRow = { ...facts, model: name, number, created, digest: digestOf(files), files: JSON.stringify(files) }
    await writing.insertInto('versions').values(row).execute()
    return versionOf(row, [])
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** True when the model is there. @throws models.bad-name when one is there whose name differs by case only: on many disks they share a folder */
async function checkTwin(db: Database | Writing, name: string): Promise<boolean> {
  const twin = (await db.selectFrom('models').select('name').where('name', '=', name).executeTakeFirst())?.name
  if (twin === undefined || twin === name) return twin !== undefined
  throw new TidemillError('models.bad-name', `bad model name: ${name} (${twin} is there, and many disks do not tell them apart)`, {
    hint: `register it as ${twin}, or under another name`,
    details: { name, twin },
  })
}

function checkModel(model: unknown): asserts model is AnyModel {
  const { save, transform, fit, features, best } = (Object(model) as Readonly<Record<string, unknown>>) ?? {}
  if (typeof save === 'function' && typeof transform === 'function' && Array.isArray(features)) return
  const estimator = typeof fit === 'function'
  throw new TidemillError('models.argument', `model must be a fitted model, not ${estimator ? 'an estimator' : whatIs(model)}`, {
    hint: estimator
      ? 'fit it first: const model = await estimator.fit(data, options)'
      : best === undefined
        ? "register('price', await estimator.fit(data, options))"
        : "the model of a search is its best: register('price', search.best)",
  })
}

const known = ['run', 'description', 'tags', 'metrics', 'signal'] as const satisfies readonly (keyof RegisterOptions)[]

function checkOptions(options: RegisterOptions): { description: string | null; tags: string } {
  knownOptions('register', options, known, 'models.argument')
  const { description, tags = {}, metrics = {}, run } = options
  const problems: string[] = []
  if (description !== undefined && typeof description !== 'string') problems.push(`description must be a text, not ${whatIs(description)}`)
  for (const [tag, value] of Object.entries(tags))
    if (typeof value !== 'string') problems.push(`tag ${tag} must be a text, not ${whatIs(value)}`)
  for (const [metric, value] of Object.entries(metrics))
    if (typeof value !== 'number') problems.push(`metric ${metric} must be a number, not ${whatIs(value)}`)
  if (run !== undefined && typeof runIdOf(run) !== 'string') problems.push(`run must be a run or its id, not ${whatIs(run)}`)
  if (problems.length > 0) throw new TidemillError('models.argument', problems.join('; '), { details: { problems } })
  return { description: description ?? null, tags: JSON.stringify(tags) }
}

function runIdOf(run: RegisterOptions['run']): string | undefined {
  return typeof run === 'object' ? run.id : run
}

function factsOf(model: AnyModel): Pick<VersionRow, 'kind' | 'role' | 'features' | 'target' | 'rows'> {
  return {
    kind: model.kind,
    role: model.role,
    features: JSON.stringify(model.features),
    target: model.target ?? null,
    rows: model.rows,
  }
}
