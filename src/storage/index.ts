/** Floor 2: bytes by key: local and memory stores, manifests with hashes. */
export type * from './seams.ts'
