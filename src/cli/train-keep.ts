/** Where a learnt model goes: a folder, the registry, or nowhere. */
import { access, constants, readdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { formatCell } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { openWorkspace, type Version } from '../models/index.ts'
import type { Session } from '../session/index.ts'
import { systemReason } from './failure.ts'
import type { Figures, Learnt } from './train-learn.ts'
import type { TrainPlan } from './train-plan.ts'
import { type TrainOptions, type TrainRequest, usage } from './train-request.ts'

export interface Kept {
  readonly learnt: Learnt
  readonly saved: string | undefined
  readonly version: Version | undefined
}

/** Looks at the places before hours of learning are lost to them. @throws cli.usage for a bad name; what is wrong with the registry; storage.exists */
export async function checkPlaces(tm: Session, { out, register, replace, workspace }: TrainOptions): Promise<void> {
  if (register !== undefined) {
    checkName(tm, register)
    await checkRegistry(workspace)
  }
  if (out === undefined) return
  // It is written beside its place, and moved there.
  await checkWritable(dirname(resolve(out)), out, '--out')
  const there = await contents(out)
  if (there === undefined || there.length === 0) return
  if (!there.includes('model.json'))
    throw new TidemillError('storage.exists', `folder exists and holds no model: ${out} (holds ${there.slice(0, 5).join(', ')})`, {
      hint: 'name another folder with --out',
      details: { path: out },
    })
  if (replace !== true)
    throw new TidemillError('storage.exists', `folder exists and holds a model: ${out}`, {
      hint: 'name another folder with --out, or add --replace to put the new model in its place',
      details: { path: out },
    })
}

/**
 * Learns, as a run of the workspace where the model is to be registered: what was asked, which rows, which figures; then saves and registers.
 *
 * @throws what learning throws, after the run is written down as failed
 */
export async function keep(
  tm: Session,
  { out, register, workspace }: TrainOptions,
  { file, request, plan }: { readonly file: string; readonly request: TrainRequest; readonly plan: TrainPlan },
  work: () => Promise<Learnt>,
  signal: AbortSignal,
): Promise<Kept> {
  if (register === undefined) {
    const learnt = await work()
    if (out !== undefined) await learnt.model.save(out, { signal })
    return { learnt, saved: out, version: undefined }
  }
  let learnt: Learnt | undefined
  const finished = await tm.experiment(register).run(async run => {
    run.param(paramsOf(file, request, plan))
    await run.data('training', plan.train, { signal })
    await run.data('held-out', plan.test, { signal })
    learnt = await work()
    const { model, search, training, heldOut, baseline } = learnt
    run.log({ ...Object.fromEntries(numbersIn(heldOut)), ...under('training', training), ...under('baseline', baseline) })
    const { confusion, positive } = heldOut
    if (confusion !== undefined) run.log({ confusion })
    if (positive !== undefined) run.log({ 'positive class': formatCell(positive) })
    if (search !== undefined) run.log({ 'best candidate': search.best, candidates: search.candidates })
    return model
  })
  if (learnt === undefined) throw new TidemillError('engine.internal', `run ${finished.id} of ${workspace} ended without a model`)
  if (out !== undefined) await learnt.model.save(out, { signal })
  const metrics = Object.fromEntries(numbersIn(learnt.heldOut))
  const version = await tm.models.register(register, finished.model, {
    run: finished.id,
    metrics,
    description: describe(file, plan),
    signal,
  })
  return { learnt, saved: out, version }
}

function describe(file: string, { model, target }: TrainPlan): string {
  return `${model.kind} for ${target.name} of ${file}, by tidemill train`
}

function paramsOf(
  file: string,
  { seed, test, grid }: TrainRequest,
  { model, target, columns }: TrainPlan,
): Readonly<Record<string, string | number | boolean>> {
  const own = Object.entries(model.params).map(
    ([name, value]) => [name, typeof value === 'number' || typeof value === 'boolean' ? value : String(value)] as const,
  )
  return {
    file,
    target: target.name,
    columns: [...columns.numbers, ...columns.texts].map(column => column.name).join(', '),
    model: model.kind,
    'held out': test,
    'split seed': seed,
    // What a grid tries is no setting; the best is logged.
    ...Object.fromEntries(own.filter(([name]) => grid?.[name] === undefined)),
    ...(grid === undefined ? {} : { grid: JSON.stringify(grid) }),
  }
}

/** Numbers among the metrics that measure nothing: how many rows there were, and a label that may be a number. */
const noMetrics = ['rows', 'positive']

/** The metrics that are numbers. */
export function numbersIn(figures: Figures): readonly (readonly [name: string, value: number])[] {
  return Object.entries(figures).flatMap(([name, value]) =>
    typeof value === 'number' && !noMetrics.includes(name) ? [[name, value] as const] : [],
  )
}

function under(part: string, figures: Figures): Readonly<Record<string, number>> {
  return Object.fromEntries(numbersIn(figures).map(([name, value]) => [`${part}.${name}`, value]))
}

function checkName(tm: Session, name: string): void {
  try {
    tm.experiment(name)
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'models.bad-name') throw error
    // The experiment has the model's name, and the user gave only that.
    throw usage(error.message.replace('experiment', 'model'), error.hint)
  }
}

/** One that is there is opened; none is made yet. */
async function checkRegistry(folder: string): Promise<void> {
  try {
    await (await openWorkspace(folder, { existing: true })).close()
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'storage.not-found') throw error
    await checkWritable(resolve(folder), folder, '--workspace')
  }
}

/** Looks at the folder, or at the nearest above it that is there. */
async function checkWritable(start: string, place: string, option: string): Promise<void> {
  for (let folder = start; ; folder = dirname(folder))
    try {
      await access(folder, constants.W_OK)
      return
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // What is no folder at all is told of when it is looked into.
      if (code === 'ENOTDIR') return
      if (code === 'ENOENT' && folder !== dirname(folder)) continue
      throw new TidemillError(
        'connectors.unreadable',
        `folder cannot be made or written: ${place}: ${systemReason(error) ?? String(error)}`,
        {
          hint: `name a folder that you may write in with ${option}`,
          details: { path: place },
          cause: error,
        },
      )
    }
}

async function contents(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === 'ENOTDIR')
      throw new TidemillError('storage.exists', `a file is there already: ${folder}`, {
        cause: error,
        hint: 'name another folder with --out',
      })
    const reason = systemReason(error)
    throw reason === undefined
      ? error
      : new TidemillError('storage.exists', `folder cannot be looked at: ${folder}: ${reason}`, { cause: error })
  }
}
