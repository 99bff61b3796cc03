/** The tables of the workspace: text, numbers and milliseconds since 1970, which every SQL database has. JSON is text. */
import type { Generated, Kysely, Transaction } from 'kysely'

export interface Tables {
  models: { readonly name: string; readonly created: number }
  versions: VersionRow
  aliases: { readonly model: string; readonly alias: string; number: number }
  alias_changes: {
    readonly id: Generated<number>
    readonly model: string
    readonly alias: string
    readonly action: 'promote' | 'rollback'
    readonly from_number: number | null
    readonly to_number: number
    readonly at: number
    readonly by: string
    readonly reason: string | null
  }
  runs: RunRow
  run_params: { readonly run: string; readonly name: string; readonly value: string }
  run_metrics: MetricRow
  /** The last value of each metric, so that a list of runs does not read their points. */
  run_latest: { readonly run: string; readonly name: string; readonly value: number | null }
  run_details: { readonly run: string; readonly name: string; readonly value: string }
  run_data: { readonly run: string; readonly name: string; readonly fingerprint: string; readonly rows: number; readonly sha256: string }
  run_artifacts: { readonly run: string; readonly name: string; readonly bytes: number; readonly sha256: string }
}

export interface VersionRow {
  readonly model: string
  readonly number: number
  readonly created: number
  readonly by: string
  readonly run: string | null
  readonly kind: string
  readonly role: string
  readonly features: string
  readonly target: string | null
  readonly rows: number
  readonly digest: string
  /** JSON of `{ name, bytes, sha256 }[]`. */
  readonly files: string
  readonly description: string | null
  readonly tags: string
  readonly metrics: string
}

export interface RunRow {
  readonly id: string
  readonly experiment: string
  readonly status: 'running' | 'finished' | 'failed'
  readonly started: number
  readonly ended: number | null
  readonly failure: string | null
  readonly by: string
  readonly code: string | null
  readonly environment: string
  readonly learnt: string | null
}

export interface MetricRow {
  readonly run: string
  readonly name: string
  /** The place in what the run logged, from 0 on; a run has one writer. */
  readonly seq: number
  readonly step: number | null
  /** NULL stands for NaN, which SQLite cannot hold. */
  readonly value: number | null
  readonly at: number
}

export type Database = Kysely<Tables>
export type Writing = Transaction<Tables>
