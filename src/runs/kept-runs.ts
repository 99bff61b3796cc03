import { readdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { showing } from '../display/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import { entryAt } from '../storage/index.ts'
import { hashFile } from './inputs.ts'
import { damaged, readRun } from './run-file.ts'
import type { KeptRun, KeptRuns, PruneOptions } from './types.ts'

/** The name of a run, when it began, and something random: ids of one name are in the order of time. */
const idForm = /^([A-Za-z0-9_-][A-Za-z0-9_.-]{0,99})-(\d{8}T\d{9})-([0-9a-f]{8})$/

/** A name that can be kept under. @throws runs.argument */
export function checkRunName(name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/.test(name)) return
  throw new TidemillError(
    'runs.argument',
    `bad name of a run: ${typeof name === 'string' ? JSON.stringify(name.slice(0, 120)) : whatIs(name)}`,
    {
      hint: 'letters, digits, - _ and . inside, at most 100: sales-by-region',
    },
  )
}

/** The id of a run that began then. */
export function runId(name: string, started: number, random: string): string {
  return `${name}-${new Date(started).toISOString().replaceAll(/[-:.Z]/g, '')}-${random}`
}

/** What the names of folders begin with that are no runs: of those being written, and those being removed. */
export const hidden = { part: '.new-', gone: '.gone-' } as const

/** Where the parts of a run lie. */
export const runFile = (folder: string, id: string): string => join(folder, id, 'run.json')
export const resultFile = (folder: string, id: string): string => join(folder, id, 'result.parquet')

/** Where the kept runs of a workspace lie. */
export function keptFolder(workspace: string): string {
  return resolve(workspace, 'kept')
}

/** The kept runs of a folder. */
export function keptRuns(folder: string): KeptRuns {
  return Object.freeze<KeptRuns>({
    folder,
    ids: options => idsOf(folder, options),
    async list(options: { readonly name?: string | undefined } = {}) {
      const runs = await Promise.all((await idsOf(folder, options)).map(id => readRun(runFile(folder, id))))
      return runs.filter(run => run !== undefined)
    },
    find: (id: string) => find(folder, id),
    resultPath: (run: KeptRun) => resultPath(folder, run),
    async remove(id: string) {
      if (!idForm.test(id) || (await entryAt(join(folder, id))) === undefined)
        throw new TidemillError('runs.unknown', `no kept run: ${String(id).slice(0, 200)}`)
      await removeRun(folder, id)
    },
    prune: (options: PruneOptions) => prune(folder, options),
    ...showing(() => ({ kind: 'text', text: `kept runs in ${folder}` })),
  })
}

async function idsOf(
  folder: string,
  { name, limit }: { readonly name?: string | undefined; readonly limit?: number | undefined } = {},
): Promise<readonly string[]> {
  const found = (await entriesOf(folder)).filter(entry => name === undefined || entry.name === name)
  return found.slice(0, limit).map(entry => entry.id)
}

async function find(folder: string, id: string): Promise<KeptRun | undefined> {
  return idForm.test(id) ? readRun(runFile(folder, id)) : undefined
}

async function resultPath(folder: string, { id, name, result }: KeptRun): Promise<string> {
  if (result === undefined)
    throw new TidemillError('runs.no-result', `no rows were kept: ${id}`, {
      details: { id },
      hint: `a write, a failed run, and { keep: { name: '${name}', rows: 0 } } keep none`,
    })
  const path = resultFile(folder, id)
  const info = await entryAt(path)
  if (info === undefined) throw damaged(path, 'it is missing')
  if (info.size !== result.bytes || (await hashFile(path)) !== result.sha256)
    throw damaged(path, 'its bytes are not those that were written')
  return path
}

async function prune(folder: string, { name, before, last }: PruneOptions): Promise<readonly string[]> {
  const gone: string[] = []
  const seen = new Map<string, number>()
  const entries = await entriesOf(folder)
  for (const entry of entries) {
    if (name !== undefined && entry.name !== name) continue
    const place = (seen.get(entry.name) ?? 0) + 1
    seen.set(entry.name, place)
    const isOld = before !== undefined && entry.started < before
    const isMany = last !== undefined && place > last
    if (!isOld && !isMany) continue
    await removeRun(folder, entry.id)
    gone.push(entry.id)
  }
  return gone
}

interface Entry {
  readonly id: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly started: number
}

/** The newest first. */
async function entriesOf(folder: string): Promise<readonly Entry[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  const entries = names.flatMap(id => {
    const [, name, at] = idForm.exec(id) ?? []
    return name === undefined || at === undefined ? [] : [{ id, name, started: timeOf(at) }]
  })
  return entries.sort((a, b) => b.started - a.started || (a.id < b.id ? 1 : -1))
}

/** `20261121T231500123` */
function timeOf(at: string): number {
  const [, year, month, day, hour, minute, second, ms] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(at) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`)
}

/** Under another name first: a run is there whole or not at all. */
async function removeRun(folder: string, id: string): Promise<void> {
  const aside = join(folder, `${hidden.gone}${id}`)
  try {
    await rename(join(folder, id), aside)
  } catch (error) {
    // Another process removes it at this moment.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  await rm(aside, { recursive: true, force: true })
}

/** Removes what processes that were killed left more than a day ago. */
export async function sweepRuns(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(hidden.part) && !name.startsWith(hidden.gone)) continue
    const info = await entryAt(join(folder, name))
    if (info !== undefined && now - info.mtimeMs > 24 * 3600 * 1000) await rm(join(folder, name), { recursive: true, force: true })
  }
}
