import { spawn } from 'node:child_process'
import { delimiter, dirname } from 'node:path'

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
  readonly ms: number
}

/** Runs a program to its end, with the Node of these tests first on the path. It does not throw when the program fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly node?: string },
): Promise<Ended> {
  const path = `${dirname(options.node ?? process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`
  const began = performance.now()
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, NODE_OPTIONS: '', ...options.env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (err += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { code, out, err, ms: performance.now() - began }
}

/** The same, and an error with everything it printed when it fails. */
export async function mustRun(...call: Parameters<typeof run>): Promise<Ended> {
  const ended = await run(...call)
  if (ended.code === 0) return ended
  throw new Error(`${call[0]} ${call[1].join(' ')} ended with ${ended.code}\n${ended.out}\n${ended.err}`)
}
