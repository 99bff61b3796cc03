// oxlint-disable-next-line no-restricted-imports -- the one command that starts a program of the user
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { TidemillError } from '../errors/index.ts'
import { systemScheduler } from '../time/index.ts'
import { programAt } from './program-at.ts'

/** Loaded before the program: it says in words what the program throws. */
const preload = new URL(import.meta.url.endsWith('.ts') ? './run-preload.ts' : './run-preload.js', import.meta.url).href

const cures: Readonly<Record<string, string>> = {
  SIGKILL: 'the system ends programs so when memory runs out: read less at once, or free some',
  SIGABRT: 'Node ends so when its heap is full: NODE_OPTIONS=--max-old-space-size=8192 gives it 8 GB',
}

/**
 * Runs a program in a process of its own, with this terminal as its own; its exit code becomes ours.
 *
 * Ctrl-C is the program's to handle; a second one ends it. With `watch` it starts again whenever a file changes that it imports.
 *
 * @throws connectors.not-found, connectors.unreadable, cli.run when it cannot be started, or was ended by a signal that nobody here sent
 */
export async function run(file: string, args: readonly string[], options: { readonly watch: boolean }): Promise<void> {
  const path = await programAt(file, process.features)
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      ...(options.watch ? ['--watch', '--watch-preserve-output'] : []),
      // Node's own features that we and the program use; other warnings are shown.
      '--disable-warning=ExperimentalWarning',
      `--import=${preload}`,
      path,
      ...args,
    ],
    { stdio: 'inherit', env: { ...process.env, ...(options.watch ? { TIDEMILL_WATCHED: path } : {}) } },
  )
  const signals = passSignals(child)
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    end(file, code, signal, signals.sent)
  } catch (cause) {
    throw new TidemillError('cli.run', `program cannot be started: ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  } finally {
    signals.release()
  }
}

/** As a shell has it: a program that a signal ended has 128 and the number of the signal. */
function end(file: string, code: number | null, signal: NodeJS.Signals | null, sent: ReadonlySet<NodeJS.Signals>): void {
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

/** Hands signals to the program. */
function passSignals(child: ChildProcess): { readonly sent: ReadonlySet<NodeJS.Signals>; release(): void } {
  const sent = new Set<NodeJS.Signals>()
  let notice: (() => void) | undefined
  const pass = (signal: NodeJS.Signals): void => {
    // Once more ends a program that does not end.
    const again = sent.has(signal)
    sent.add(signal)
    if (again) {
      child.kill('SIGKILL')
      return
    }
    if (signal !== 'SIGINT' || !terminalSendsIt()) child.kill(signal)
    notice = systemScheduler.after(1_000, () => process.stderr.write('\nstopping; press Ctrl-C again to force\n'))
  }
  const passed = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of passed) process.on(signal, pass)
  return {
    sent,
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
