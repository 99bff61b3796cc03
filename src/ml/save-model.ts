import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { hashBytes, syncFolder, writeFileAtomic } from '../storage/index.ts'
import { kindNamed } from './kinds/index.ts'
import { type Manifest, manifestName, printManifest, tensorFile } from './manifest.ts'
import type { ModelData } from './model-data.ts'
import { encodeIntegers, encodeNumbers } from './statistics/fold.ts'

/**
 * Writes a model to a folder. A new folder is built under another name and renamed; in a folder that holds a model the new tensors come first, then the
 * manifest replaces the old one in one step, then what only the old one named goes.
 *
 * @throws storage.exists when the path holds something that is no model
 */
export async function saveModel(data: ModelData, path: string, options: { readonly signal?: AbortSignal | undefined }): Promise<void> {
  const folder = resolve(path)
  const { manifest, files } = pack(data)
  const before = await contents(folder)
  if (before !== undefined && before.length > 0 && !before.includes(manifestName))
    throw new TidemillError('storage.exists', `not a model folder: ${path} (holds ${before.slice(0, 5).join(', ')})`, { details: { path } })
  if (before !== undefined && before.length > 0) {
    await write(folder, manifest, files, options.signal)
    for (const name of before) if (tensorFile.test(name) && !files.has(name)) await rm(join(folder, name), { force: true })
    return
  }
  const temporary = join(dirname(folder), `.${basename(folder)}.part-${randomUUID()}`)
  try {
    await mkdir(temporary, { recursive: true })
    await write(temporary, manifest, files, options.signal)
    await rename(temporary, folder)
    await syncFolder(dirname(folder))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function write(
  folder: string,
  manifest: string,
  files: ReadonlyMap<string, Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [name, bytes] of files) await writeFileAtomic(join(folder, name), bytes, { signal })
  await writeFileAtomic(join(folder, manifestName), manifest, { signal })
}

function pack(data: ModelData): { readonly manifest: string; readonly files: ReadonlyMap<string, Uint8Array> } {
  const kind = kindNamed(data.kind)
  const { json, tensors } = kind.store(data.state)
  const files = new Map<string, Uint8Array>()
  const references: Record<string, Manifest['tensors'][string]> = {}
  for (const [name, tensor] of Object.entries(tensors)) {
    const whole = tensor.values instanceof Int32Array
    const bytes = whole ? encodeIntegers(tensor.values) : encodeNumbers([tensor.values])
    const file = `${hashBytes(bytes)}.bin`
    files.set(file, bytes)
    references[name] = { file, type: whole ? 'int32' : 'float64', shape: tensor.shape }
  }
  const manifest = printManifest({
    format: 'tidemill.model',
    version: 1,
    kind: data.kind,
    role: kind.role(data.state),
    features: data.features,
    target: data.target ?? null,
    rows: data.rows,
    state: json,
    tensors: references,
    files: [...files].map(([name, bytes]) => ({ name, bytes: bytes.byteLength, sha256: name.slice(0, 64) })),
  })
  return { manifest, files }
}

/** Names in a folder; undefined when there is none. */
async function contents(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === 'ENOTDIR')
      throw new TidemillError('storage.exists', `a file is there already: ${folder}`, { cause: error, details: { path: folder } })
    throw error
  }
}
