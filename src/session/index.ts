/** Floor 8: the front door, the only place that picks `embedded`. */
export { tidemill, type TidemillOptions } from './tidemill.ts'
export { sql, type SqlFragment, type SqlOperand, type SqlPart } from './sql-template.ts'
export type { Session, SqlOptions } from './session.ts'
export type { Reported } from './map-reduce.ts'
export type { TableFolders } from './files.ts'
export type { Jobs } from './jobs.ts'
export type { ListRunsOptions, PruneRunsOptions, WorkspaceRun, WorkspaceRuns } from './runs.ts'
export type { ReplayOptions, Stamp } from './replay.ts'
