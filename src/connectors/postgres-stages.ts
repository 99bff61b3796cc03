/** Stages of writes: tables beside the target that hold rows from the end of their COPY to the commit. Those whose writer was killed in between are dropped by the next write. */
import type { Client } from 'pg'
import { leave, type PostgresGiven } from './postgres-client.ts'
import { quotePostgres } from './postgres-types.ts'

const mark = 'tidemill stage of a write, whole since '
/** Younger ones stay, whatever the locks say: where a pooler deals connections out anew, a lock is lost at once. */
const leastMinutes = 10
const lockHeld = '55P03'
const noTable = '42P01'

/** Connections that hold the locks of stages between the end of their COPY and the commit, in this process. */
const holders = new Map<string, { readonly client: Client; readonly given: PostgresGiven }>()

/** Marks a stage as whole, with the time of the server, and locks it for as long as the connection lives. */
export async function markStage(client: Client, stage: string): Promise<void> {
  const { rows } = await client.query<{ now: string }>(
    `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS now`,
  )
  await client.query(`COMMENT ON TABLE ${stage} IS '${mark}${rows[0]?.now ?? ''}'`)
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [lockName(stage)])
}

/** Keeps the connection, and so the lock, until the stage is committed or forgotten. It keeps no process from ending. */
export function holdStage(client: Client, given: PostgresGiven, stage: string): void {
  const { connection } = client as Client & { readonly connection?: { readonly stream?: { unref(): void } } }
  connection?.stream?.unref()
  holders.set(stage, { client, given })
}

/** Ends the connection that held it, if this process has it. */
export async function releaseStage(stage: string): Promise<void> {
  const held = holders.get(stage)
  holders.delete(stage)
  if (held !== undefined) await leave(held.client, held.given, false)
}

/** Drops the stages in a schema that a write made whole more than ten minutes ago and whose writer is gone; without a schema in that of the connection. */
export async function sweepStages(client: Client, schema: string | undefined): Promise<void> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `SELECT schema, name FROM (
      SELECT n.nspname AS schema, c.relname AS name, obj_description(c.oid, 'pg_class') AS told
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = coalesce($1, current_schema()) AND c.relkind = 'r' AND c.relname ~ '^_tidemill_stage_[0-9a-f]{32}$' AND pg_has_role(c.relowner, 'USAGE')
    ) AS stages
    WHERE CASE WHEN told ~ '^${mark}[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$'
      THEN to_timestamp(substr(told, ${mark.length + 1}), 'YYYY-MM-DD HH24:MI:SS') AT TIME ZONE 'UTC' < clock_timestamp() AT TIME ZONE 'UTC' - interval '${leastMinutes} minutes'
      ELSE false END`,
    [schema ?? null],
  )
  for (const { schema: of, name } of rows) await dropUnlocked(client, of, name)
}

async function dropUnlocked(client: Client, schema: string, name: string): Promise<void> {
  const lock = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got', [name])
  if (lock.rows[0]?.got !== true) return
  try {
    await client.query('BEGIN')
    await client.query("SET LOCAL lock_timeout = '1s'")
    await client.query(`DROP TABLE ${quotePostgres(schema)}.${quotePostgres(name)}`)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    // Somebody reads it, or was faster: the next write looks again.
    const { code } = error as { readonly code?: unknown }
    if (code !== lockHeld && code !== noTable) throw error
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name])
  }
}

/** Its bare name, which is random. */
function lockName(stage: string): string {
  return /_tidemill_stage_[0-9a-f]{32}/.exec(stage)?.[0] ?? stage
}
