import { watch } from 'node:fs'
import { glob, readFile, stat } from 'node:fs/promises'
import { basename, dirname, sep } from 'node:path'
import { type KnownFile, readTypes, type TypesEntry, writeTypes } from '../connectors/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { writeFileAtomic } from '../storage/index.ts'
import { systemScheduler } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { printFailure, systemReason } from './failure.ts'
import { counted, print } from './output.ts'
import { sourceOf } from './source-of.ts'
import { type TextWords, textWords } from './text-words.ts'

export interface TypesOptions extends TextWords {
  readonly watch: boolean
  readonly out: string
}

/** Writes the row type of each file, once or whenever a file changes. */
export async function types(globs: readonly string[], options: TypesOptions): Promise<void> {
  // What is written down now must not stop the reading of what changed.
  const tm = await tidemill({ typesFile: false })
  try {
    const files = await writeOnce(tm, globs, options)
    if (options.watch) await follow(tm, globs, files, options)
  } finally {
    await tm.close()
  }
}

async function writeOnce(tm: Session, globs: readonly string[], options: TypesOptions): Promise<readonly string[]> {
  const { out } = options
  const words = { ...textWords(options), mixed: true }
  const files = await matches(globs)
  const entries: TypesEntry[] = []
  for (const path of files) entries.push({ path, schema: (await tm.read(await sourceOf(path, words))).schema })
  const before = await readOr(out, '')
  const kept = await others(before, new Set(files))
  const text = writeTypes([...entries, ...kept])
  if (text !== before) await save(out, text)
  print(`${out}: ${counted(entries.length, 'file')}${kept.length === 0 ? '' : `, ${kept.length} kept`}`)
  return files
}

/** What is written down of files that were not named now and are still there: one file can be looked at again without losing the rest. */
async function others(text: string, named: ReadonlySet<string>): Promise<TypesEntry[]> {
  const kept: TypesEntry[] = []
  for (const [path, { schema }] of knownIn(text))
    if (!named.has(path) && (await stat(path).catch(() => undefined)) !== undefined) kept.push({ path, schema })
  return kept
}

/** A damaged file is written anew: that is its cure. */
function knownIn(text: string): ReadonlyMap<string, KnownFile> {
  try {
    return readTypes(text)
  } catch (error) {
    if (error instanceof TidemillError) return new Map()
    throw error
  }
}

async function save(out: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(out, text)
  } catch (error) {
    const reason = systemReason(error)
    if (reason === undefined) throw error
    throw new TidemillError('connectors.unreadable', `file cannot be written: ${out}: ${reason}`, {
      cause: error,
      hint: 'name another place: --out types/tidemill.d.ts',
    })
  }
}

async function matches(globs: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>()
  for (const pattern of globs) {
    let found = 0
    for await (const path of glob(pattern)) {
      files.add(sep === '\\' ? path.replaceAll('\\', '/') : path)
      found++
    }
    if (found === 0)
      throw new TidemillError('cli.no-match', `no file matches ${pattern}`, { hint: `files are looked for below ${process.cwd()}` })
  }
  return [...files].sort()
}

async function follow(tm: Session, globs: readonly string[], files: readonly string[], options: TypesOptions): Promise<void> {
  const { out } = options
  const { signal, release } = interruptSignal()
  const later = waiter(() => writeOnce(tm, globs, options))
  // New files of a glob count too, but not what we write ourselves, or it would never be quiet.
  const own = basename(out)
  const changed = (_: string, name: string | null): void => {
    if (name === null || !name.includes(own)) later.poke()
  }
  const watchers = [...new Set(files.map(file => dirname(file)))].map(folder => watch(folder, changed))
  print('watching; Ctrl-C ends it')
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
  for (const watcher of watchers) watcher.close()
  later.stop()
  release()
  await later.idle()
}

/** Runs the work once things have been quiet for a moment; a failure is printed and the watching goes on. */
function waiter(work: () => Promise<unknown>): { poke(): void; stop(): void; idle(): Promise<void> } {
  let cancel: (() => void) | undefined
  let running = Promise.resolve()
  const run = async (): Promise<void> => {
    try {
      await work()
    } catch (error) {
      process.stderr.write(`${printFailure(error).text}\n`)
    }
  }
  return {
    poke() {
      cancel?.()
      cancel = systemScheduler.after(150, () => {
        running = running.then(run)
      })
    },
    stop: () => cancel?.(),
    idle: () => running,
  }
}

async function readOr(path: string, otherwise: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // Where it cannot be, writing it will say so.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise
    throw error
  }
}
