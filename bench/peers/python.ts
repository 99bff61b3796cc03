import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** A Python with the packages wanted, or why there is none. */
export type Peer = { readonly python: string } | { readonly missing: string }

interface Wanted {
  /** As pip names them, with their versions. */
  readonly packages: readonly string[]
  /** Prints the versions as `packages` has them, one a line. */
  readonly check: string
}
const sklearn: Wanted = { packages: ['scikit-learn==1.9.1'], check: 'import sklearn; print("scikit-learn==" + sklearn.__version__)' }
const frames: Wanted = {
  packages: ['pandas==3.1.1', 'polars==2.1.0', 'pyarrow==25.0.1'],
  check: 'import pandas, polars, pyarrow; print(*(f"{m.__name__}=={m.__version__}" for m in (pandas, polars, pyarrow)), sep="\\n")',
}

const made = new Map<Wanted, Promise<Peer>>()

/**
 * The Python of a virtual environment in `~/.cache/tidemill/peers` that has the wanted scikit-learn: made by the first benchmark that asks (half a minute,
 * from the package index that pip is set to), reused by all others. Where that does not work the answer says why.
 */
export function sklearnPython(say: (text: string) => void): Promise<Peer> {
  return pythonWith(sklearn, say)
}

/** The same with pandas and Polars. */
export function framesPython(say: (text: string) => void): Promise<Peer> {
  return pythonWith(frames, say)
}

function pythonWith(wanted: Wanted, say: (text: string) => void): Promise<Peer> {
  const found = made.get(wanted) ?? find(wanted, say)
  made.set(wanted, found)
  return found
}

async function find({ packages, check }: Wanted, say: (text: string) => void): Promise<Peer> {
  const names = packages.join(' ')
  const folder = join(homedir(), '.cache/tidemill/peers', packages.map(name => name.replace('==', '-')).join('-'))
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const wanted = packages.join('\n')
  if ((await installed(python, check)) === wanted) return { python }
  say(`making a Python environment with ${names} in ${folder}`)
  try {
    // A half-made one would stay broken.
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await run(process.platform === 'win32' ? 'py' : 'python3', ['-m', 'venv', folder], { timeout: 120_000 })
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', ...packages], {
      timeout: 600_000,
    })
  } catch (error) {
    return { missing: `no Python with ${names}: ${reason(error)}` }
  }
  const found = await installed(python, check)
  return found === wanted ? { python } : { missing: `no Python with ${names}: it has ${found?.replaceAll('\n', ' ') ?? 'none'}` }
}

/** What a Python has of the packages; undefined without them, or without the Python. */
async function installed(python: string, check: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(python, ['-c', check], { timeout: 60_000 })
    return stdout.trim().replaceAll('\r', '')
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
