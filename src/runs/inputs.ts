/** What a plan reads, as it is now, and what of it differs later. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { resolveFiles } from '../connectors/index.ts'
import { TidemillError, withoutSecrets } from '../errors/index.ts'
import { currentTable, tableVersion } from '../layout/index.ts'
import { fingerprint, nodesOf, type Plan, type ScanNode } from '../plan/index.ts'
import type { ChangedInput, RunInput } from './types.ts'

/** Larger files are told apart by size and time alone. */
const largestHashed = 64 * 2 ** 20

/** Each input once, in the order of the plan. Files up to 64 MiB are read for their hash. */
export async function runInputs(plan: Plan): Promise<readonly RunInput[]> {
  const found: RunInput[] = []
  const seen = new Set<string>()
  for (const node of nodesOf(plan)) {
    if (node.node !== 'scan') continue
    for (const input of await inputsOfScan(node)) {
      const key = JSON.stringify([input.kind, input.path ?? input.name])
      if (!seen.has(key)) found.push(input)
      seen.add(key)
    }
  }
  return found
}

/** Bytes of all input files; undefined where there are none, or one cannot be told. */
export async function inputBytes(plan: Plan): Promise<number | undefined> {
  let bytes = 0
  let files = 0
  for (const node of nodesOf(plan)) {
    if (node.node !== 'scan') continue
    const { remote } = node.source.options as { readonly remote?: { readonly bytes: number } }
    if (remote !== undefined) {
      files++
      bytes += remote.bytes
      continue
    }
    for (const file of filesOf(node)) {
      const info = await stat(file).catch(() => undefined)
      if (info?.isFile() !== true) return undefined
      files++
      bytes += info.size
    }
  }
  return files === 0 ? undefined : bytes
}

/** The inputs that are no longer what they were; what cannot be compared is `unknown`. */
export async function changedInputs(inputs: readonly RunInput[]): Promise<readonly ChangedInput[]> {
  const changed: ChangedInput[] = []
  for (const input of inputs) {
    const how = await howChanged(input)
    if (how !== undefined) changed.push({ name: input.name, how })
  }
  return [...changed, ...(await addedFiles(inputs))]
}

/** Files that folders and patterns have now and did not have then. */
async function addedFiles(inputs: readonly RunInput[]): Promise<readonly ChangedInput[]> {
  const added: ChangedInput[] = []
  const known = new Set(inputs.map(input => input.path))
  const places = new Map(inputs.flatMap(({ foundBy, kind }) => (foundBy === undefined ? [] : [[foundBy, kind] as const])))
  for (const [place, kind] of places) {
    const { files } = await resolveFiles(kind, place).catch(noFiles)
    for (const file of files) if (!known.has(file)) added.push({ name: file, how: 'added' })
  }
  return added
}

function noFiles(error: unknown): { readonly files: readonly string[] } {
  if (error instanceof TidemillError && error.code === 'connectors.not-found') return { files: [] }
  throw error
}

async function howChanged(input: RunInput): Promise<ChangedInput['how'] | undefined> {
  const { path, bytes, modified, sha256, version } = input
  if (version !== undefined && path !== undefined) {
    const newest = await currentTable(path)
    return newest === undefined ? 'missing' : hashText(JSON.stringify(newest)) === sha256 ? undefined : 'content'
  }
  // Rows in memory are part of the plan: they are what they were.
  if (path === undefined) return sha256 === undefined ? 'unknown' : undefined
  const info = await stat(path).catch(missing)
  if (info === undefined) return 'missing'
  if (info.size !== bytes) return 'size'
  if (sha256 !== undefined) return (await hashFile(path)) === sha256 ? undefined : 'content'
  return info.mtimeMs === modified ? undefined : 'modified'
}

function missing(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
  throw error
}

async function inputsOfScan(node: ScanNode): Promise<readonly RunInput[]> {
  const { kind } = node.source
  const { path, fileNames, ofTable, remote } = node.source.options as {
    readonly remote?: { readonly bytes: number }
    readonly path?: unknown
    readonly fileNames?: readonly string[]
    readonly ofTable?: { readonly root: string; readonly version: number }
  }
  const files = filesOf(node)
  if (ofTable !== undefined) {
    const { root, version } = ofTable
    const manifest = await tableVersion(root, version)
    const bytes = manifest?.files.reduce((sum, file) => sum + file.bytes, 0)
    const sha256 = manifest === undefined ? undefined : hashText(JSON.stringify(manifest))
    return [{ kind, name: typeof path === 'string' ? path : root, path: root, bytes, modified: undefined, sha256, version }]
  }
  if (files.length === 0) {
    const name = typeof path === 'string' ? withoutSecrets(path) : kind
    const sha256 = kind === 'rows' || kind === 'arrow-bytes' ? fingerprint(node) : undefined
    return [{ kind, name, path: undefined, bytes: undefined, modified: undefined, sha256 }]
  }
  const found: RunInput[] = []
  const whole = typeof path === 'string' && !/^[a-z]+:/.test(path) && path !== '-' ? resolve(path) : undefined
  const foundBy = whole !== undefined && whole !== files[0] ? { foundBy: whole } : {}
  for (const [index, file] of files.entries()) {
    const name = withoutSecrets(fileNames?.[index] ?? (files.length === 1 && typeof path === 'string' ? path : file))
    const info = await stat(file).catch(missing)
    // A copy of something elsewhere is gone with the session: what it was a copy of cannot be compared.
    const here = /^https?:/.test(name) || name === '-' ? undefined : file
    found.push({
      kind,
      name,
      path: here,
      bytes: remote?.bytes ?? info?.size,
      modified: info?.mtimeMs,
      sha256: here === undefined || info === undefined || !info.isFile() || info.size > largestHashed ? undefined : await hashFile(file),
      ...(here === undefined ? {} : foundBy),
    })
  }
  return found
}

function filesOf(node: ScanNode): readonly string[] {
  const { files, path } = node.source.options as { readonly files?: unknown; readonly path?: unknown }
  if (Array.isArray(files)) return files.filter(file => typeof file === 'string')
  return typeof path === 'string' && !/^[a-z]+:\/\//.test(path) ? [path] : []
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** sha256 of a file, read piece by piece. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(chunk)
  return hash.digest('hex')
}
