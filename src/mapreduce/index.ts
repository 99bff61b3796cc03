/** Floor 6: map, combine, sort, merge and reduce on worker threads, over files or tables larger than memory. */
export { carveJob } from './carve-job.ts'
export { checkJob } from './check-job.ts'
export type { AnyJob, JobOptions, MapReduceJob, OnError, Retry, Speculation, TokenJob } from './job.ts'
export type { JobProgress } from './progress.ts'
export type { JobReport, PartReport, PhaseReport } from './report.ts'
export { type JobInput, type JobResult, runJob } from './run-job.ts'
export type { JobContext } from './task-context.ts'
export { type ByteMap, byteKeys, characters, fields, type TokenMap, words } from './tokens.ts'
