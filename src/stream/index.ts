/** Floor 5: thin immutable typed builder over an unbounded plan; topologies; jobs. */
export { stream } from './stream.ts'
export { tumbling } from './tumbling.ts'
export type { Job, JobMetrics } from './job.ts'
export type {
  Context,
  DeadLetter,
  EventColumns,
  EventTime,
  JobOptions,
  KeyedStream,
  Outlet,
  ProcessOptions,
  Stream,
  StreamBuilder,
  Window,
  WindowColumns,
  WindowedStream,
  WindowRows,
} from './types.ts'
export { topology } from './topology.ts'
export { all, fields, global, type Grouping, shuffle } from './grouping.ts'
export type {
  Bolt,
  BoltOptions,
  Emits,
  Output,
  Spout,
  SpoutOptions,
  Topology,
  TopologyHost,
  TopologyRun,
} from './topology-types.ts'
