import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sklearnPython } from './python.ts'

/** What one turn of a Python program took and found. */
export interface Turn {
  readonly wallMs: number
  /** Of all its threads and processes. */
  readonly cpuMs: number
  /** What the program measured of its answer, such as an accuracy. */
  readonly score: number
}

/** A Python program that does its work once each time it is asked. */
export interface PeerProgram extends AsyncDisposable {
  /** Such as `scikit-learn 1.9.1, Python 3.11.7`. */
  readonly name: string
  turn(): Promise<Turn>
}

/**
 * Starts one of the programs beside this file and waits until it has loaded its data, so that a turn is the work alone.
 *
 * @returns why not, where there is no scikit-learn
 * @throws when the program ends without an answer, with what it said
 */
export async function startSklearn(
  program: 'iris_grid' | 'forest_table' | 'single_row',
  args: readonly (string | number)[],
  say: (text: string) => void,
): Promise<PeerProgram | { readonly missing: string }> {
  const peer = await sklearnPython(say)
  if ('missing' in peer) return peer
  // `-B`: no compiled files beside the sources.
  const child = spawn(peer.python, ['-B', join(import.meta.dirname, `${program}.py`), ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => (said = `${said}${bytes.toString()}`.slice(-2_000)))
  // The end of the program is told by its lines ending; a write to it after that is no news.
  child.stdin.on('error', () => undefined)
  const ended = once(child, 'close')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<Readonly<Record<string, unknown>>> => {
    const line = await lines.next()
    if (line.done === true) throw new Error(`${program}.py ended without an answer: ${said.trim().split('\n').slice(-3).join(' ')}`)
    return JSON.parse(line.value) as Readonly<Record<string, unknown>>
  }
  const { versions } = (await answer()) as { readonly versions: Readonly<Record<string, string>> }
  return {
    name: `scikit-learn ${versions['scikit-learn']}`,
    async turn() {
      child.stdin.write('go\n')
      const { wall_ms: wallMs, cpu_ms: cpuMs, score } = await answer()
      return { wallMs: Number(wallMs), cpuMs: Number(cpuMs), score: Number(score) }
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
