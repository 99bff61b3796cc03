/** What is kept of a run, and how it is reopened. */
import type { Shown } from '../display/index.ts'
import type { JobFigures } from '../mapreduce/index.ts'
import type { WriteReport } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import type { CodeState, Environment } from '../telemetry/index.ts'

/** The program that asked for a run. */
export interface RunProgram {
  /** The file that was started; undefined where there is none, as in a shell. */
  readonly path: string | undefined
  readonly sha256: string | undefined
  /** Undefined above 256 KiB. */
  readonly text: string | undefined
}

/** What a run read. */
export interface RunInput {
  readonly kind: string
  /** As the program called it. */
  readonly name: string
  /** The file; undefined for what is no file here. */
  readonly path: string | undefined
  readonly bytes: number | undefined
  /** Milliseconds since 1970. */
  readonly modified: number | undefined
  /** Of files up to 64 MiB; of rows in memory that of the rows. */
  readonly sha256: string | undefined
  /** The folder or pattern that the file was found by, as a whole path. */
  readonly foundBy?: string | undefined
  /** Of a folder that a write of ours made: which version was read; `sha256` is that of its manifest, which has the hashes of its files. */
  readonly version?: number | undefined
}
/** How an input differs now. `added`: a file that the folder or pattern did not have; `unknown`: it cannot be compared, as a table of a server. */
export interface ChangedInput {
  readonly name: string
  readonly how: 'missing' | 'added' | 'content' | 'size' | 'modified' | 'unknown'
}

/** What a run took. */
export interface RunFigures {
  /** Rows that came out, or were written. */
  readonly rows: number
  readonly ms: number
  /** Processor time of the process meanwhile, all threads. */
  readonly cpuMs: number
  /** Most memory of the process that was seen meanwhile. */
  readonly memoryBytes: number
  /** Rows that functions failed on and that were left out. */
  readonly leftOut: number
  /** From 1; more after errors that were tried again. */
  readonly attempts: number
  /** The first 100, each to 20,000 characters. */
  readonly statements: readonly { readonly sql: string; readonly ms: number }[]
  readonly functions: readonly { readonly step: string; readonly rows: number; readonly batches: number; readonly ms: number }[]
}

/** The plan of a run. */
export interface RunPlan {
  readonly fingerprint: string
  /** As it was written, after the rules, and for the engine. */
  readonly written: string
  readonly optimised: string
  readonly engine: string
  /** The steps as data, each with the places of its inputs; large values and secrets are left out. */
  readonly nodes: readonly unknown[]
}

/** The rows that were kept. */
export interface RunResult {
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
  /** False when there were more rows. */
  readonly whole: boolean
  readonly columns: Schema
  /** The first 20 rows as cells of text, to look at without an engine; null for NULL, texts cut at 200 characters. */
  readonly first: readonly (readonly (string | null)[])[]
}

/** What is kept of a MapReduce job besides what every run has. */
export interface KeptJob {
  /** `map`, `combine`, `reduce`, ...: the module that the function was taken out as, or the rule of a tokeniser as JSON. */
  readonly functions: readonly { readonly part: string; readonly text: string }[]
  /** Its options with their defaults. */
  readonly settings: unknown
  /** Phases, tasks, parts, counters; undefined where it failed. */
  readonly report: JobFigures | undefined
}

/** A run as it is kept. */
export interface KeptRun {
  readonly id: string
  /** `query`: of a table; `mapreduce`: a job of `tm.mapReduce`. */
  readonly kind: 'query' | 'mapreduce'
  readonly name: string
  /** A run whose process ended in the middle is not there at all. */
  readonly status: 'finished' | 'failed' | 'left'
  readonly started: Date
  readonly ended: Date
  /** The message of the error that ended it. */
  readonly failure: string | undefined
  readonly by: string
  readonly program: RunProgram
  /** Undefined outside of git. */
  readonly code: CodeState | undefined
  readonly environment: Environment
  readonly plan: RunPlan
  readonly inputs: readonly RunInput[]
  readonly figures: RunFigures
  /** Undefined where no rows were kept. */
  readonly result: RunResult | undefined
  /** Of a write: what it wrote. */
  readonly wrote: WriteReport | undefined
  /** Of a MapReduce job. */
  readonly job?: KeptJob | undefined
}

export interface PruneOptions {
  /** Only those of this name. */
  readonly name?: string | undefined
  /** Those that began before this time go; milliseconds since 1970. */
  readonly before?: number | undefined
  /** The newest of each name stay. */
  readonly last?: number | undefined
}

/** Kept runs in a folder. */
export interface KeptRuns extends Shown {
  readonly folder: string
  /** Ids, the newest first; without reading the runs. */
  ids(options?: { readonly name?: string | undefined; readonly limit?: number | undefined }): Promise<readonly string[]>
  /** The newest first. */
  list(options?: { readonly name?: string | undefined }): Promise<readonly KeptRun[]>
  /** @throws runs.damaged; undefined when there is none */
  find(id: string): Promise<KeptRun | undefined>
  /** The Parquet file of its rows, after its hash was compared. @throws runs.no-result, runs.damaged */
  resultPath(run: KeptRun): Promise<string>
  /** @throws runs.unknown */
  remove(id: string): Promise<void>
  /** Ids of the runs it removed. */
  prune(options: PruneOptions): Promise<readonly string[]>
}
