import { watch } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { type TypesEntry, writeTypes } from '../connectors/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { writeFileAtomic } from '../storage/index.ts'
import { systemScheduler } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { sourceOf } from './peek.ts'
import { printFailure } from './failure.ts'

/** Writes the row type of each file, once or whenever a file changes. */
export async function types(globs: readonly string[], options: { readonly watch: boolean; readonly out: string }): Promise<void> {
  // What is written down now must not stop the reading of what changed.
  const tm = await tidemill({ typesFile: false })
  try {
    const files = await writeOnce(tm, globs, options.out)
    if (options.watch) await follow(tm, globs, files, options.out)
  } finally {
    await tm.close()
  }
}

async function writeOnce(tm: Session, globs: readonly string[], out: string): Promise<readonly string[]> {
  const files = await matches(globs)
  const entries: TypesEntry[] = []
  for (const path of files) entries.push({ path, schema: (await tm.read(sourceOf(path))).schema })
  const text = writeTypes(entries)
  if (text !== (await readOr(out, ''))) await writeFileAtomic(out, Buffer.from(text))
  process.stdout.write(`${out}: ${entries.length} ${entries.length === 1 ? 'file' : 'files'}\n`)
  return files
}

async function matches(globs: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>()
  for (const pattern of globs) {
    let found = 0
    for await (const path of glob(pattern)) {
      files.add(path.replaceAll('\\', '/'))
      found++
    }
    if (found === 0)
      throw new TidemillError('cli.no-match', `no file matches ${pattern}`, { hint: `files are looked for below ${process.cwd()}` })
  }
  return [...files].sort()
}

async function follow(tm: Session, globs: readonly string[], files: readonly string[], out: string): Promise<void> {
  const { signal, release } = interruptSignal()
  const later = waiter(() => writeOnce(tm, globs, out))
  // New files of a glob count too, but not what we write ourselves, or it would never be quiet.
  const own = basename(out)
  const changed = (_: string, name: string | null): void => {
    if (name === null || !name.includes(own)) later.poke()
  }
  const watchers = [...new Set(files.map(file => dirname(file)))].map(folder => watch(folder, changed))
  process.stdout.write('watching; Ctrl-C ends it\n')
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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise
    throw error
  }
}
