/** Floor 2: bytes by key. Local files and memory; atomic writes; manifests with hashes. */
export type { ObjectInfo, Store } from './seams.ts'
export { checkKey } from './key.ts'
export { entryAt } from './entry-at.ts'
export { hashBytes } from './hash.ts'
export { type AtomicOptions, syncFolder, writeFileAtomic } from './write-file-atomic.ts'
export { memoryStore, type StoreOptions } from './memory-store.ts'
export { localStore } from './local-store.ts'
export { type Manifest, type ManifestFile, readManifest, writeManifest } from './manifest.ts'
