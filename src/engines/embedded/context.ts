import type { Host, Plan, RunOptions } from '../../plan/index.ts'
import type { Schema } from '../../schema/index.ts'
import type { Batch } from '../../batch/index.ts'
import type { Database } from './duckdb/database.ts'

/** What the parts of the engine share. */
export interface Context {
  readonly host: Host
  /** Opens the database at first use. */
  database(): Promise<Database>
  /** A database that sees nothing but what is put into it: for SQL text. */
  sandbox(): Promise<Database>
  /** A number for the name of a staged table. */
  next(): number
  run(plan: Plan, options: RunOptions): AsyncGenerator<Batch>
  stage(batches: AsyncIterable<Batch>, schema: Schema, options: RunOptions): Promise<AsyncDisposable & { readonly plan: Plan }>
  learn(plan: Plan, options: RunOptions): Promise<Plan>
}
