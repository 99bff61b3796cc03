import { appendFile, chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What was typed at a prompt, newest last, kept in a file that only its owner can read. */
export interface History {
  readonly entries: readonly string[]
  /** Keeps a line; a file that cannot be written loses the line, which is told once. */
  add(entry: string): Promise<void>
}

const most = 1_000

/** Where a prompt of the workspace keeps its lines. */
export function historyPath(workspace: string, prompt: string): string {
  return join(workspace, 'history', prompt)
}

/**
 * Opens a history. One line of JSON an entry, so that a statement of several lines is one entry.
 *
 * @param tell of what goes wrong
 */
export async function openHistory(path: string, tell: (text: string) => void): Promise<History> {
  let told = false
  const failed = (error: unknown): void => {
    if (!told) tell(`note: history is not kept: ${error instanceof Error ? error.message : String(error)}\n`)
    told = true
  }
  let entries: readonly string[] = []
  try {
    entries = await read(path)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    if (entries.length > most) await shorten(path, entries.slice(-most))
    // One that is there may be readable by all.
    await chmod(path, 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  } catch (error) {
    failed(error)
  }
  let last = entries.at(-1)
  return {
    entries: entries.slice(-most),
    async add(entry) {
      if (entry.trim() === '' || entry === last) return
      last = entry
      await appendFile(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 }).catch(failed)
    },
  }
}

async function read(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return ''
  })
  return text.split('\n').flatMap(line => {
    try {
      const entry: unknown = JSON.parse(line)
      return typeof entry === 'string' ? [entry] : []
    } catch {
      // The end of a write that was cut off, or the empty line at the end.
      return []
    }
  })
}

async function shorten(path: string, entries: readonly string[]): Promise<void> {
  const part = `${path}.new`
  await writeFile(part, entries.map(entry => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 })
  await rename(part, path)
}
