/** What lies in a job's folder: files of blocks, state files, the text of manifests. */
export { block, blockFileHeader, readBlocks } from './block-file.ts'
export { encodeBlocks, encodeHeader, type OperatorRecords, readRecords } from './state-file.ts'
export { decodeManifest, encodeManifest } from './manifest-text.ts'
