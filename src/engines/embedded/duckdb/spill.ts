import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const open = new Set<string>()
let listening = false

/** Removed when the process ends, also when it ends without `close()`. Folders and half-written outputs. */
export function removeAtExit(path: string): () => void {
  if (!listening) {
    listening = true
    process.on('exit', () => {
      for (const each of open) rmSync(each, { recursive: true, force: true })
    })
  }
  open.add(path)
  return () => void open.delete(path)
}

/** A folder of our own for what does not fit into memory; `remove` takes it away. */
export async function spillFolder(parent: string = tmpdir()): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(parent, 'tidemill-spill-'))
  const forget = removeAtExit(path)
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true, maxRetries: 3 })
      forget()
    },
  }
}
