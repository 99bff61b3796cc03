/** Floor 3: counters, histograms, what a running job tells of itself; Prometheus text. */
export type { CheckpointStatus, JobPoint, JobState, JobStatus, JobTotals, StepStatus } from './job-status.ts'
