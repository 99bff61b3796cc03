import { createHash } from 'node:crypto'
import { TidemillError } from '../errors/index.ts'
import { checkKey } from './key.ts'
import type { Store } from './seams.ts'

/** One file of a manifest; `key` is relative to the manifest's own folder, so that the folder can be moved. */
export interface ManifestFile {
  readonly key: string
  readonly bytes: number
  readonly sha256: string
}
export interface Manifest {
  readonly format: 'tidemill.manifest'
  readonly version: 1
  readonly files: readonly ManifestFile[]
}

/**
 * Reads the files once for their sizes and hashes and writes the manifest, last and atomically: who sees it may trust that the files are whole.
 * `files` are keys relative to the manifest's folder.
 *
 * @example
 * await writeManifest(store, 'models/price/manifest.json', ['model.json', 'weights.bin'])
 */
export async function writeManifest(
  store: Store,
  key: string,
  files: readonly string[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<Manifest> {
  const entries: ManifestFile[] = []
  for (const file of files) entries.push({ key: checkKey(file), ...(await measure(store, beside(key, file), options.signal)) })
  const manifest: Manifest = { format: 'tidemill.manifest', version: 1, files: entries }
  await store.write(key, Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`), options)
  return manifest
}

/**
 * Reads a manifest and checks the size and the hash of every file it names.
 *
 * @throws storage.damaged naming the file that is missing or has other bytes
 * @throws storage.version when a newer version wrote it
 */
export async function readManifest(store: Store, key: string, options: { readonly signal?: AbortSignal } = {}): Promise<Manifest> {
  const manifest = parseManifest(key, await store.read(key, options))
  for (const file of manifest.files) {
    const path = beside(key, file.key)
    const found = await store.stat(path)
    if (found === undefined) throw damaged(path, 'is missing')
    if (found.bytes !== file.bytes) throw damaged(path, `has ${found.bytes} bytes, not ${file.bytes}`)
    const { sha256 } = await measure(store, path, options.signal)
    if (sha256 !== file.sha256) throw damaged(path, 'has other bytes than were written')
  }
  return manifest
}

function parseManifest(key: string, bytes: Uint8Array): Manifest {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw damaged(key, 'is not JSON', error)
  }
  const { format, version, files } = (value ?? {}) as { readonly [name in keyof Manifest]?: unknown }
  if (format !== 'tidemill.manifest') throw damaged(key, 'is no manifest')
  if (typeof version === 'number' && version > 1)
    throw new TidemillError('storage.version', `newer manifest: ${key} has version ${version} (this one reads 1)`, {
      hint: 'update tidemill',
      details: { key, version },
    })
  if (version !== 1 || !Array.isArray(files) || !files.every(isEntry)) throw damaged(key, 'is no manifest of version 1')
  for (const file of files) checkKey(file.key)
  return { format, version, files }
}

function isEntry(value: unknown): value is ManifestFile {
  const { key, bytes, sha256 } = (value ?? {}) as { readonly [name in keyof ManifestFile]?: unknown }
  return typeof key === 'string' && Number.isSafeInteger(bytes) && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)
}

async function measure(store: Store, key: string, signal: AbortSignal | undefined): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of store.stream(key, signal === undefined ? {} : { signal })) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

function beside(manifest: string, file: string): string {
  return `${manifest.slice(0, manifest.lastIndexOf('/') + 1)}${file}`
}

function damaged(file: string, what: string, cause?: unknown): TidemillError {
  return new TidemillError('storage.damaged', `damaged file: ${file} ${what}`, {
    details: { file },
    ...(cause === undefined ? {} : { cause }),
  })
}
