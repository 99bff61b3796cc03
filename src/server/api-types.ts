/** What the dashboard's API answers: plain data, as JSON. Times are milliseconds since 1970. */
import type { JobFigures } from '../mapreduce/index.ts'
import type { RunFigures } from '../runs/index.ts'
import type { JobState, JobStatus } from '../telemetry/index.ts'

/** GET /api/overview; also the event `overview` of GET /api/events. */
export interface Overview {
  readonly at: number
  /** Version of the package; empty where it is bundled into a program. */
  readonly tidemill: string
  /** Name of the workspace's folder; null where there is none. */
  readonly workspace: string | null
  /** The newest first. */
  readonly jobs: readonly JobItem[]
  /** The newest 10, the newest first. */
  readonly runs: readonly RunItem[]
  /** By name. */
  readonly models: readonly ModelItem[]
  readonly machine: Machine
}

/** GET /api/jobs */
export interface JobList {
  readonly jobs: readonly JobItem[]
}
/**
 * GET /api/jobs/:name, and the event `status` of GET /api/events?job=NAME: `JobStatus` as the job writes it. The event comes first, and whenever a `change` would not do: the
 * job was started anew, or events before were missed.
 */
export type JobDetail = JobStatus
/** The event `change` of GET /api/events?job=NAME: the status now, and of its history only what is new since the event before. */
export interface JobChange extends Omit<JobStatus, 'history'> {
  /** The oldest first. The history is at most 600 points: those before the newest 600 are let go. */
  readonly points: JobStatus['history']
}

/** POST /api/jobs/:name/stop, with `content-type: application/json` and a body `{}` or `{ "drain": true }`: the job was asked; its status tells when it ended. */
export interface StopAsked {
  readonly name: string
  /** State at the moment of asking. */
  readonly state: JobState
}

/** GET /api/runs?experiment=NAME&limit=N (100 by default, 1,000 at most) */
export interface RunList {
  readonly runs: readonly RunItem[]
}
/** GET /api/models */
export interface ModelList {
  readonly models: readonly ModelItem[]
}

/** POST /api/sign-in { "once": TEXT }: the cookie comes beside it. TEXT is the code of the one-time link or the server's token. */
export interface SignedIn {
  readonly name: string
  readonly expires: number
}
/** POST /api/sign-out with a body `{}` */
export interface SignedOut {
  readonly signedOut: true
}

/** Every answer from 400 on, of every route. */
export interface Problem {
  /** Lower case, what is wrong and what exists. */
  readonly error: string
  /** One of `tidemill doctor --codes`; absent on some faults of the server. */
  readonly code?: string | undefined
  readonly hint?: string | undefined
}

/** A job in a list. */
export interface JobItem {
  readonly name: string
  readonly state: JobState
  readonly startedAt: number
  readonly updatedAt: number
  readonly threads: number
  readonly restarts: number
  readonly error: JobStatus['error']
  readonly totals: JobStatus['totals']
  readonly checkpoints: {
    readonly taken: number
    readonly failed: number
    readonly last: JobStatus['checkpoints']['recent'][number] | null
  }
  /** Rows read a second over the last minute, oldest first, a point about every half second, to three digits; at most 120, and none once the job has ended. */
  readonly rates: readonly number[]
  /** Steps in all, and the one that holds the others back: the busiest of those whose inputs wait; null when none waits. */
  readonly steps: number
  readonly bottleneck: string | null
}
export interface RunItem {
  readonly id: string
  readonly experiment: string
  readonly status: 'running' | 'finished' | 'failed'
  readonly started: number
  readonly ended: number | null
  readonly failure: string | null
  readonly by: string
  readonly params: Readonly<Record<string, string | number | boolean>>
  readonly metrics: Readonly<Record<string, number>>
  /** Kind of the model it gave back: `linearRegression`. */
  readonly kind: string | null
  readonly target: string | null
  /** Rows it learnt from. */
  readonly rows: number | null
  readonly commit: string | null
  readonly dirty: boolean | null
}
/** GET /api/runs/:run */
export interface RunDetail extends RunItem {
  readonly role: string | null
  readonly features: readonly string[]
  readonly details: Readonly<Record<string, unknown>>
  readonly data: readonly { readonly name: string; readonly rows: number; readonly sha256: string }[]
  readonly artifacts: readonly { readonly name: string; readonly bytes: number }[]
  readonly branch: string | null
  readonly environment: {
    readonly tidemill: string
    readonly node: string
    readonly platform: string
    readonly arch: string
    readonly cpus: number
  }
}
/** GET /api/kept?name=NAME&limit=N (100 by default, 1,000 at most) */
export interface KeptList {
  /** The newest first. */
  readonly runs: readonly KeptItem[]
  /** Ids of runs whose files are not what was written. */
  readonly damaged: readonly string[]
}
/** A kept run of a table or a MapReduce job. */
export interface KeptItem {
  readonly id: string
  readonly name: string
  readonly kind: 'query' | 'mapreduce'
  /** `left`: its reader went before the last row. */
  readonly status: 'finished' | 'failed' | 'left'
  readonly started: number
  readonly ended: number
  readonly failure: string | null
  readonly by: string
  /** Rows that came out. */
  readonly rows: number
  readonly ms: number
  readonly cpuMs: number
  readonly commit: string | null
  readonly dirty: boolean | null
}
/** GET /api/kept/:kept */
export interface KeptDetail extends KeptItem {
  readonly branch: string | null
  readonly program: { readonly path: string | null; readonly sha256: string | null; readonly text: string | null }
  readonly plan: { readonly fingerprint: string; readonly written: string; readonly optimised: string; readonly engine: string }
  /** The first 200. */
  readonly inputs: readonly {
    readonly kind: string
    readonly name: string
    readonly bytes: number | null
    readonly sha256: string | null
  }[]
  readonly moreInputs: number
  /** Of the statements the first 20. */
  readonly figures: RunFigures
  /** Null where no rows were kept. */
  readonly result: {
    readonly rows: number
    readonly bytes: number
    /** False when there were more rows than are kept. */
    readonly whole: boolean
    readonly columns: readonly { readonly name: string; readonly type: string }[]
    /** The first 20 rows as text; null for NULL. */
    readonly first: readonly (readonly (string | null)[])[]
  } | null
  /** Of a write. */
  readonly wrote: { readonly rows: number; readonly bytes: number; readonly files: number } | null
  /** Of a MapReduce job; its report is null when it failed. */
  readonly job: {
    readonly functions: readonly { readonly part: string; readonly text: string }[]
    readonly report: JobFigures | null
  } | null
  readonly environment: RunDetail['environment']
}
export interface ModelItem {
  readonly name: string
  /** How many; also the number of the newest. */
  readonly versions: number
  readonly kind: string
  readonly role: string
  readonly target: string | null
  readonly aliases: Readonly<Record<string, number>>
  /** When the newest version was registered. */
  readonly updated: number
}
/** GET /api/models/:name */
export interface ModelDetail {
  readonly name: string
  readonly aliases: Readonly<Record<string, number>>
  /** The newest first. */
  readonly versions: readonly VersionItem[]
  /** Changes of the aliases, the newest first; at most 100. */
  readonly history: readonly AliasItem[]
}
export interface VersionItem {
  readonly number: number
  readonly created: number
  readonly by: string
  readonly run: string | null
  readonly kind: string
  readonly role: string
  readonly features: readonly string[]
  readonly target: string | null
  readonly rows: number
  readonly description: string | null
  readonly tags: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, number>>
  readonly aliases: readonly string[]
}
export interface AliasItem {
  readonly alias: string
  readonly action: 'promote' | 'rollback'
  readonly from: number | null
  readonly to: number
  readonly at: number
  readonly by: string
  readonly reason: string | null
}
/** The machine and the process of the server. */
export interface Machine {
  readonly node: string
  readonly platform: string
  readonly cpus: number
  /** Runnable tasks on average in the last minute; null on Windows. */
  readonly load: number | null
  readonly memoryBytes: number
  readonly freeBytes: number
  /** Of the server's process: memory in use, and processors in use since the last look (1.5 is one and a half). */
  readonly processBytes: number
  readonly processCpus: number
  /** Seconds since the server's process began. */
  readonly uptime: number
}
