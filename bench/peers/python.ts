import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const wanted = 'scikit-learn==1.9.1'
const version = wanted.split('==')[1] ?? ''

/** A Python with scikit-learn, or why there is none. */
export type Peer = { readonly python: string } | { readonly missing: string }

let made: Promise<Peer> | undefined

/**
 * The Python of a virtual environment in `~/.cache/tidemill/peers` that has the wanted scikit-learn: made by the first benchmark that asks (half a minute,
 * from the package index that pip is set to), reused by all others. Where that does not work the answer says why.
 */
export function sklearnPython(say: (text: string) => void): Promise<Peer> {
  made ??= find(say)
  return made
}

async function find(say: (text: string) => void): Promise<Peer> {
  const folder = join(homedir(), '.cache/tidemill/peers', `scikit-learn-${version}`)
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  if ((await installed(python)) === version) return { python }
  say(`making a Python environment with ${wanted} in ${folder}`)
  try {
    // A half-made one would stay broken.
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await run(process.platform === 'win32' ? 'py' : 'python3', ['-m', 'venv', folder], { timeout: 120_000 })
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', wanted], {
      timeout: 600_000,
    })
  } catch (error) {
    return { missing: `no Python with ${wanted}: ${reason(error)}` }
  }
  const found = await installed(python)
  return found === version ? { python } : { missing: `no Python with ${wanted}: it has ${found ?? 'none'}` }
}

/** The version of scikit-learn that a Python has; undefined without one, or without the Python. */
async function installed(python: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(python, ['-c', 'import sklearn; print(sklearn.__version__)'], { timeout: 60_000 })
    return stdout.trim()
  } catch {
    return undefined
  }
}

/** The last line of what the command said is the one that tells. */
function reason(error: unknown): string {
  const { stderr = '', code, message } = error as { readonly stderr?: string; readonly code?: unknown; readonly message: string }
  if (code === 'ENOENT') return 'python3 is not installed'
  return stderr.trim().split('\n').at(-1) || message.split('\n', 1)[0] || message
}
