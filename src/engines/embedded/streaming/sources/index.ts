/** Sources of streams: readers with positions, opened in the subtask that reads them. */
export { openSource, partitionsOf, type SourcePlace } from './open-source.ts'
export { isMine } from './share.ts'
export { readReplay, type ReplayFile, writeReplay } from './replay-file.ts'
