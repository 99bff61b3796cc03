import { TidemillError } from '../errors/index.ts'
import type { Workspace } from '../models/index.ts'
import type { Entry, FailureLimit, Sessions } from '../security/index.ts'
import type { Clock, Scheduler } from '../time/index.ts'
import type { Machine } from './api-types.ts'
import type { Feed } from './feed.ts'
import type { JobSource } from './job-source.ts'
import type { ModelSource } from './model-source.ts'
import type { ServerMetrics } from './server-metrics.ts'

/** One route of the server, as data: the router and the tests of access are both made of these. */
export interface Route {
  /** A route of GET answers HEAD too. */
  readonly method: 'GET' | 'POST'
  /** `:name` stands for one part of the path. */
  readonly path: string
  /** Answered without a token. */
  readonly open: boolean
  readonly summary: string
}
/** A route with what answers it. */
export interface ServedRoute extends Route {
  handle(asked: Asked, service: Service): Promise<Response>
}
/** A request that was let in. */
export interface Asked {
  readonly request: Request
  /** What stands at the `:name`s of the path, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly entry: Entry
}
/** What of a workspace is told. */
export type ToldWorkspace = Pick<Workspace, 'folder' | 'models' | 'runs'>
/** What the routes work with. */
export interface Service {
  readonly models: ModelSource
  readonly jobs: JobSource
  readonly workspace: ToldWorkspace | undefined
  /** The folder of the dashboard. */
  readonly web: string | undefined
  readonly sessions: Sessions
  /** Of failures to sign in. */
  readonly signInLimit: FailureLimit
  readonly feed: Feed
  readonly metrics: ServerMetrics
  /** Pages that listen now. */
  readonly streams: { open: number }
  readonly limits: Limits
  readonly clock: Clock
  readonly scheduler: Scheduler
  machine(): Machine
  /** Is told of faults that the answer does not tell. */
  report(error: unknown): void
}
/** What a request may ask for. */
export interface Limits {
  /** Default 8 MiB. */
  readonly bodyBytes: number
  /** Rows of one prediction; default 100,000. */
  readonly rows: number
  /** Pages that listen to events at once; default 100. */
  readonly streams: number
}

export const defaultLimits: Limits = Object.freeze({ bodyBytes: 8 * 2 ** 20, rows: 100_000, streams: 100 })

/** `price@3` out of the parts of a path, where the version stands in the name or behind it. @throws models.reference when it stands in both */
export function referenceOf({ name = '', version }: Readonly<Record<string, string>>): string {
  if (version === undefined) return name
  if (name.includes('@'))
    throw new TidemillError('models.reference', `version named twice: ${name.slice(0, 100)} and versions/${version.slice(0, 100)}`)
  return `${name}@${version}`
}
