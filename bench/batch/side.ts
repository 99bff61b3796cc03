import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Taken } from './turns.ts'

/** A program that does tasks in a process of its own. */
export interface Side {
  readonly name: string
  readonly run: (task: string) => Promise<Taken>
  readonly close: () => Promise<void>
}

/** Starts a program that speaks as `turns.ts` says, and waits until it is ready. @throws what it printed when it ends before that */
export async function startSide(name: string, command: string, args: readonly string[]): Promise<Side> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (bytes: Buffer) => (errors = (errors + String(bytes)).slice(-2000)))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<Taken> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(`${name} ended: ${errors.trim()}`)
    return JSON.parse(value) as Taken
  }
  await next()
  return {
    name,
    run(task) {
      child.stdin.write(`${task}\n`)
      return next()
    },
    close: () => ended(child),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.stdin?.end()
  await once(child, 'exit')
}
