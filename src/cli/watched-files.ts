import { stat } from 'node:fs/promises'
import { statSync } from 'node:fs'

/** What a program sends to `tidemill run --watch` of each file that it loads, and of each that it looked for in vain. */
export interface LoadedFile {
  readonly tidemillLoaded: string
  readonly state: string
}

/** How a file stands: another text after any change. A file that is not there stands too, so that its coming is a change. */
export function fileState(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? 'absent' : `${found.ino} ${found.size} ${found.mtimeNs}`
}

/**
 * The files of a program, as they stood when it loaded them: what changed between its reading and our looking is seen too,
 * which no event of the file system tells.
 */
export class WatchedFiles {
  readonly #states = new Map<string, string>()

  loaded(file: LoadedFile): void {
    this.#states.set(file.tidemillLoaded, file.state)
  }

  /** The first file that stands otherwise than it was loaded; each change is told once. */
  async changed(): Promise<string | undefined> {
    let first: string | undefined
    for (const [path, state] of this.#states) {
      const now = await currentState(path)
      if (now === state) continue
      this.#states.set(path, now)
      first ??= path
    }
    return first
  }
}

async function currentState(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true })
    return `${ino} ${size} ${mtimeNs}`
  } catch {
    // Whatever hides it, it cannot be loaded as it was.
    return 'absent'
  }
}

export function isLoadedFile(message: unknown): message is LoadedFile {
  return typeof message === 'object' && message !== null && 'tidemillLoaded' in message && typeof message.tidemillLoaded === 'string'
}
