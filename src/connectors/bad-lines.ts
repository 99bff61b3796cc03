/** Lines that are left out: counted, the first ones kept, all of them written down where that is asked for. */
import { type FileHandle, open, rm } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { writeFileAtomic } from '../storage/index.ts'
import type { OnBadLine } from './csv.ts'
import type { PrepareContext } from './find-files.ts'
import type { BadLine, ReadReport } from './read-report.ts'

export interface BadLines {
  add(line: BadLine): void
  /** Writes what was added; call it now and then, as what was added is held in memory until then. */
  flush(): Promise<void>
  readonly count: number
  /** What was left out so far; with a quarantine, its file is put in its place. */
  finish(): Promise<ReadReport>
  /** Gives back what it holds on the disk, where nothing came of it. */
  drop(): Promise<void>
}

const examplesKept = 20
const longestText = 4096

/** Opens the list of the lines that one source leaves out. */
export async function openBadLines(
  path: string,
  policy: Exclude<OnBadLine, 'fail'>,
  { staging, signal }: PrepareContext,
): Promise<BadLines> {
  const quarantine = typeof policy === 'object' ? policy.quarantine : undefined
  const part = quarantine === undefined ? undefined : await staging.path('quarantine.ndjson')
  let handle: FileHandle | undefined
  const examples: BadLine[] = []
  const files = new Map<string, number>()
  let waiting: string[] = []
  let count = 0
  const close = async (): Promise<void> => {
    const left = handle
    handle = undefined
    await left?.close()
  }
  const flush = async (): Promise<void> => {
    if (waiting.length === 0 || part === undefined) return
    const text = waiting.join('')
    waiting = []
    handle ??= await open(part, 'a')
    await handle.appendFile(text)
  }
  return {
    add(line) {
      count++
      files.set(line.file, (files.get(line.file) ?? 0) + 1)
      const kept = { ...line, text: line.text.slice(0, longestText) }
      if (examples.length < examplesKept) examples.push(kept)
      if (part !== undefined) waiting.push(`${JSON.stringify(kept)}\n`)
    },
    flush,
    get count() {
      return count
    },
    async finish() {
      await flush()
      await close()
      if (quarantine !== undefined && part !== undefined) {
        await writeFileAtomic(quarantine, count === 0 ? '' : createReadStream(part), signal === undefined ? {} : { signal })
        await rm(part, { force: true })
      }
      return Object.freeze({
        path,
        badLines: count,
        files: Object.freeze(Object.fromEntries(files)),
        examples: Object.freeze([...examples]),
        ...(quarantine === undefined ? {} : { quarantine }),
      })
    },
    async drop() {
      await close()
      if (part !== undefined) await rm(part, { force: true })
    },
  }
}
