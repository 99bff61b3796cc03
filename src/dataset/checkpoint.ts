/** Rows of a plan kept in a Parquet file of the workspace, with what they were made of beside it. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { type Engine, fingerprint, nodesOf, type Plan, type RunOptions } from '../plan/index.ts'
import { writeFileAtomic } from '../storage/index.ts'

/** What a session lends to the checkpoints of its tables. */
export interface Checkpoints {
  readonly folder: string
  /** The file as a plan. */
  read(path: string, signal: AbortSignal | undefined): Promise<Plan>
}
export interface CheckpointOptions extends RunOptions {
  readonly path?: string
  readonly reuse?: boolean
}
/** Where the rows lie, and whether they were there already. */
export interface Checkpoint {
  readonly plan: Plan
  readonly path: string
  readonly reused: boolean
}

interface Input {
  readonly path: string
  readonly bytes: number
  readonly modified: number
}
interface Note {
  readonly version: 1
  readonly plan: string
  readonly inputs: readonly Input[]
  readonly bytes: number
}

/**
 * Writes the rows of a plan, or finds those that were written.
 *
 * @throws plan.argument when a checkpoint is to be found again whose inputs cannot be compared
 */
export async function checkpoint(plan: Plan, engine: Engine, checkpoints: Checkpoints, options: CheckpointOptions): Promise<Checkpoint> {
  const { signal, reuse = false } = options
  const print = fingerprint(plan)
  const path = options.path === undefined ? join(checkpoints.folder, `${print.slice(0, 24)}.parquet`) : resolve(options.path)
  const inputs = await inputsOf(plan, reuse)
  if (reuse && inputs !== undefined && (await isSame(path, { plan: print, inputs })))
    return { plan: await checkpoints.read(path, signal), path, reused: true }
  await mkdir(dirname(path), { recursive: true })
  // A note of before must not stand beside the rows of now.
  const known = (await noteAt(path)) !== undefined
  await rm(notePath(path), { force: true })
  const mode = known || options.path === undefined ? 'replace' : 'fail'
  await engine.write(plan, { kind: 'parquet', options: { path, mode } }, options)
  const { size } = await stat(path)
  await writeFileAtomic(notePath(path), sealed({ version: 1, plan: print, inputs: inputs ?? [], bytes: size }))
  return { plan: await checkpoints.read(path, signal), path, reused: false }
}

/** Removes the rows and the note. */
export async function dropCheckpoint(path: string): Promise<void> {
  await rm(notePath(path), { force: true })
  await rm(path, { force: true })
}

const notePath = (path: string): string => `${path}.checkpoint.json`

/** The note with a hash of itself, so that a damaged one is none. */
function sealed(note: Note): string {
  const body = JSON.stringify(note)
  return `${JSON.stringify({ ...note, sha256: sha256(body) })}\n`
}

async function noteAt(path: string): Promise<Note | undefined> {
  const text = await readFile(notePath(path), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    const { sha256: hash, ...note } = JSON.parse(text) as Note & { readonly sha256?: string }
    return note.version === 1 && hash === sha256(JSON.stringify(note)) ? note : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function isSame(path: string, wanted: Pick<Note, 'plan' | 'inputs'>): Promise<boolean> {
  const note = await noteAt(path)
  if (note === undefined || note.plan !== wanted.plan || JSON.stringify(note.inputs) !== JSON.stringify(wanted.inputs)) return false
  // Rows that cannot be looked at are written again, which tells what is wrong there.
  const file = await stat(path).catch(() => undefined)
  return file?.size === note.bytes
}

/** The files a plan reads, as they are now. Rows in memory are part of the plan. Undefined when nobody asks and they cannot be told. */
async function inputsOf(plan: Plan, needed: boolean): Promise<readonly Input[] | undefined> {
  const found: Input[] = []
  for (const node of nodesOf(plan)) {
    if (node.node !== 'scan' || node.source.kind === 'rows') continue
    const { files, path } = node.source.options as { readonly files?: unknown; readonly path?: unknown }
    const paths = Array.isArray(files) ? (files as readonly unknown[]) : [path]
    for (const file of paths) {
      // An address or a file that is gone: its reader tells.
      const info = typeof file === 'string' ? await stat(file).catch(() => undefined) : undefined
      if (info !== undefined) found.push({ path: String(file), bytes: info.size, modified: info.mtimeMs })
      else if (needed)
        throw new TidemillError('plan.argument', `inputs that cannot be compared with those of before: ${node.source.kind}`, {
          hint: 'leave reuse out, so that the rows are written again',
        })
      else return undefined
    }
  }
  return found
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
