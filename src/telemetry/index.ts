/** Floor 3: counters, histograms, what a running job tells of itself; Prometheus text. */
export type { CheckpointStatus, JobPoint, JobState, JobStatus, JobTotals, StepStatus } from './job-status.ts'
export type { SubtaskFigures } from './figures.ts'
export { addCounts, bucketOf, histogram, type Histogram, type HistogramCounts, latencyBounds, quantile } from './histogram.ts'
export { growth, type Growth } from './rate.ts'
export { type JobShape, type ShapeStep, StatusKeeper } from './status-keeper.ts'
export { jobStatusWriter, type JobStatusWriter, readJobStatus, statusFile } from './status-file.ts'
export { askToStop, checkJobName, isUnderWay, jobsFolder, type JobsOptions, readJob, readJobs, stopAsked } from './jobs.ts'
export {
  meter,
  type CounterMetric,
  type Family,
  type GaugeMetric,
  type HistogramMetric,
  type HistogramOptions,
  type Labels,
  type Meter,
  type MetricOptions,
} from './meter.ts'
export { prometheusText, prometheusType } from './prometheus-text.ts'
export { jobMetrics } from './job-metrics.ts'
export { type CodeState, readCodeState } from './code-state.ts'
export { type Environment, readEnvironment } from './environment.ts'
