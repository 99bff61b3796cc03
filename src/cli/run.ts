// oxlint-disable-next-line no-restricted-imports -- the one command that starts a program of the user
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { relative } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { systemScheduler } from '../time/index.ts'
import type { LivePage } from './live-page.ts'
import { programAt } from './program-at.ts'
import { isShownMessage } from './shown-message.ts'
import { isLoadedFile, WatchedFiles } from './watched-files.ts'

/** Loaded before the program: it says in words what the program throws. */
const preload = new URL(import.meta.url.endsWith('.ts') ? './run-preload.ts' : './run-preload.js', import.meta.url).href

const cures: Readonly<Record<string, string>> = {
  SIGKILL: 'the system ends programs so when memory runs out: read less at once, or free some',
  SIGABRT: 'Node ends so when its heap is full: NODE_OPTIONS=--max-old-space-size=8192 gives it 8 GB',
}

/** How often the files of a program are looked at, in milliseconds. */
const lookEvery = 200
/** How long a program that is to start again may take to end, in milliseconds. */
const endWithin = 5_000

/**
 * Runs a program in a process of its own, with this terminal as its own; its exit code becomes ours.
 *
 * Ctrl-C is the program's to handle; a second one ends it. With `watch` it starts again whenever a file changes that it imports.
 *
 * @throws connectors.not-found, connectors.unreadable, cli.run when it cannot be started, or was ended by a signal that nobody here sent
 */
export async function run(
  file: string,
  args: readonly string[],
  options: { readonly watch: boolean; readonly page: boolean },
): Promise<void> {
  const path = await programAt(file, process.features)
  const signals = passSignals()
  try {
    if (options.watch) await runOnPage(file, path, args, signals, options.page)
    else {
      const [code, signal] = await ended(file, start(path, args, signals))
      tellEnd(file, code, signal, signals.sent)
    }
  } finally {
    signals.release()
  }
}

type Ended = readonly [code: number | null, signal: NodeJS.Signals | null]

/** What is done with what a program that is watched tells of. */
interface Watching {
  readonly files: WatchedFiles
  readonly page: LivePage | undefined
}

function start(path: string, args: readonly string[], signals: PassedSignals, watching?: Watching): ChildProcess {
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      // Node's own features that we and the program use; other warnings are shown.
      '--disable-warning=ExperimentalWarning',
      `--import=${preload}`,
      path,
      ...args,
    ],
    watching === undefined
      ? { stdio: 'inherit' }
      : {
          stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
          env: { ...process.env, TIDEMILL_WATCHED: path, TIDEMILL_PAGE: watching.page === undefined ? '' : path },
        },
  )
  if (watching !== undefined) {
    const { files, page } = watching
    child.on('message', message => {
      if (isLoadedFile(message)) files.loaded(message)
      else if (isShownMessage(message)) page?.item(message.tidemillShown)
    })
  }
  signals.to(child)
  return child
}

async function ended(file: string, child: ChildProcess): Promise<Ended> {
  try {
    return (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  } catch (cause) {
    throw new TidemillError('cli.run', `program cannot be started: ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}

/** What it shows is to be seen in a browser too; where no page can be served it runs without. */
async function runOnPage(file: string, path: string, args: readonly string[], signals: PassedSignals, wanted: boolean): Promise<void> {
  const page = wanted ? await openPage(file) : undefined
  try {
    await runWatched(file, path, args, signals, page)
  } finally {
    await page?.close()
  }
}

async function openPage(file: string): Promise<LivePage | undefined> {
  try {
    const { livePageOf } = await import('./live-page.ts')
    const page = await livePageOf(file)
    process.stderr.write(`what it shows is at (the link opens it once, within 10 minutes): ${page.link}\n`)
    return page
  } catch (error) {
    process.stderr.write(`warning: no page for what it shows: ${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  }
}

/** Starts it again after each change of its files, until a signal ends it. A program that ended waits for the next change. */
async function runWatched(
  file: string,
  path: string,
  args: readonly string[],
  signals: PassedSignals,
  page: LivePage | undefined,
): Promise<void> {
  const files = new WatchedFiles()
  files.loaded({ tidemillLoaded: path, state: '' })
  await files.changed()
  for (;;) {
    page?.begin()
    const child = start(path, args, signals, { files, page })
    const how = ended(file, child)
    let over: Ended | undefined
    how.then(
      end => {
        over = end
        page?.end(end[0] === 0 ? 'ended' : `ended with code ${end[0] ?? end[1]}`)
        if (signals.sent.size === 0)
          process.stderr.write(`${file} ended with code ${end[0] ?? end[1]}; waiting for a change of its files\n`)
      },
      // Told below, where it is waited for.
      () => (over = [null, null]),
    )
    const change = await firstChange(files, () => over !== undefined && signals.sent.size > 0)
    if (change === undefined) {
      tellEnd(file, ...(await how), signals.sent)
      if (signals.sent.has('SIGINT')) process.exitCode = 130
      return
    }
    process.stderr.write(`${relative('.', change)} changed: starting again\n`)
    child.kill('SIGTERM')
    const force = systemScheduler.after(endWithin, () => child.kill('SIGKILL'))
    await how
    force()
    if (signals.sent.size > 0) {
      process.exitCode = 130
      return
    }
  }
}

/** The file that changed; undefined once it is over. */
async function firstChange(files: WatchedFiles, over: () => boolean): Promise<string | undefined> {
  for (;;) {
    if (over()) return undefined
    const change = await files.changed()
    if (change !== undefined) return change
    await new Promise<void>(resolve => systemScheduler.after(lookEvery, resolve))
  }
}

/** As a shell has it: a program that a signal ended has 128 and the number of the signal. */
function tellEnd(file: string, code: number | null, signal: NodeJS.Signals | null, sent: ReadonlySet<NodeJS.Signals>): void {
  if (signal === null) {
    process.exitCode = code ?? 1
    return
  }
  const stopped = sent.has('SIGINT') || signal === 'SIGINT'
  process.exitCode = 128 + constants.signals[stopped ? 'SIGINT' : signal]
  if (stopped) process.stderr.write('stopped\n')
  else if (!sent.has(signal)) {
    const cure = cures[signal]
    process.stderr.write(`error: program was ended by ${signal}: ${file}\n${cure === undefined ? '' : `hint: ${cure}\n`}code: cli.run\n`)
  }
}

interface PassedSignals {
  readonly sent: ReadonlySet<NodeJS.Signals>
  /** The program that gets them from now on. */
  to(child: ChildProcess): void
  release(): void
}

/** Hands signals to the program. */
function passSignals(): PassedSignals {
  const sent = new Set<NodeJS.Signals>()
  let child: ChildProcess | undefined
  let notice: (() => void) | undefined
  const pass = (signal: NodeJS.Signals): void => {
    // Once more ends a program that does not end.
    const again = sent.has(signal)
    sent.add(signal)
    if (again) {
      child?.kill('SIGKILL')
      return
    }
    if (signal !== 'SIGINT' || !terminalSendsIt()) child?.kill(signal)
    notice = systemScheduler.after(1_000, () => process.stderr.write('\nstopping; press Ctrl-C again to force\n'))
  }
  const passed = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of passed) process.on(signal, pass)
  return {
    sent,
    to(next) {
      child = next
    },
    release() {
      notice?.()
      for (const signal of passed) process.off(signal, pass)
    },
  }
}

/** A terminal sends Ctrl-C to the program too: sent twice, it would mean "at once". */
function terminalSendsIt(): boolean {
  return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
}
