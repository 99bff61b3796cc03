/** Floor 7: runs under supervision (timeouts, progress), and runs that are kept: plan, inputs, figures, program, rows. */
export type * from './types.ts'
export { describeRun } from './describe-run.ts'
export { changedInputs } from './inputs.ts'
export { keptFolder, keptRuns } from './kept-runs.ts'
export type { JobDone, JobToKeep } from './keep-job.ts'
export { supervised, type Supervised, type Supervision } from './supervise.ts'
