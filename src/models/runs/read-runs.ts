/** Runs as the database keeps them, and as the user holds them. */
import { type Description, formatCell, showing } from '../../display/index.ts'
import { TidemillError } from '../../errors/index.ts'
import type { Database, RunRow, Writing } from '../database/tables.ts'
import { readJson } from '../json-columns.ts'
import { having } from '../names.ts'
import type { CodeState, Environment } from '../../telemetry/index.ts'
import type { Artifact, DataDigest, LearntModel, RunRecord } from '../types.ts'
import { readPlain } from './plain-values.ts'

/** @throws models.unknown-run naming the newest ones */
export async function checkRunExists(db: Database | Writing, id: string): Promise<void> {
  if ((await db.selectFrom('runs').select('id').where('id', '=', id).executeTakeFirst()) !== undefined) return
  const newest = await db.selectFrom('runs').select('id').orderBy('started', 'desc').limit(3).execute()
  const ids = newest.map(row => row.id)
  throw new TidemillError(
    'models.unknown-run',
    `unknown run: ${id} (${ids.length === 3 ? `the newest are ${ids.join(', ')}` : having(ids)})`,
    {
      details: { id },
    },
  )
}

/** The last value of every metric of a run. */
export async function lastMetrics(db: Database | Writing, id: string): Promise<Readonly<Record<string, number>>> {
  return (await metricsByRun(db, [id])).get(id) ?? {}
}

/** The records of some rows, in their order. */
export async function recordsOf(db: Database, rows: readonly RunRow[]): Promise<readonly RunRecord[]> {
  const records: RunRecord[] = []
  // SQLite takes 32 766 values in a statement.
  for (let from = 0; from < rows.length; from += 1_000) records.push(...(await recordsOfSome(db, rows.slice(from, from + 1_000))))
  return records
}

async function recordsOfSome(db: Database, rows: readonly RunRow[]): Promise<readonly RunRecord[]> {
  const ids = rows.map(row => row.id)
  const metrics = await metricsByRun(db, ids)
  const params = groupedBy(await db.selectFrom('run_params').selectAll().where('run', 'in', ids).orderBy('name').execute())
  const details = groupedBy(await db.selectFrom('run_details').selectAll().where('run', 'in', ids).orderBy('name').execute())
  const data = groupedBy(await db.selectFrom('run_data').selectAll().where('run', 'in', ids).orderBy('name').execute())
  const artifacts = groupedBy(await db.selectFrom('run_artifacts').selectAll().where('run', 'in', ids).orderBy('name').execute())
  return rows.map(row =>
    recordOf(row, {
      metrics: metrics.get(row.id) ?? {},
      params: Object.fromEntries((params.get(row.id) ?? []).map(({ name, value }) => [name, scalarOf(value)])),
      details: Object.fromEntries((details.get(row.id) ?? []).map(({ name, value }) => [name, readPlain(value)])),
      data: (data.get(row.id) ?? []).map(({ name, fingerprint, rows: count, sha256 }) => ({ name, fingerprint, rows: count, sha256 })),
      artifacts: (artifacts.get(row.id) ?? []).map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    }),
  )
}

interface Parts {
  readonly metrics: Readonly<Record<string, number>>
  readonly params: Readonly<Record<string, string | number | boolean>>
  readonly details: Readonly<Record<string, unknown>>
  readonly data: readonly DataDigest[]
  readonly artifacts: readonly Artifact[]
}

function recordOf(row: RunRow, parts: Parts): RunRecord {
  const where = `run ${row.id}`
  const record: Omit<RunRecord, symbol> = {
    id: row.id,
    experiment: row.experiment,
    status: row.status,
    started: new Date(row.started),
    ended: row.ended === null ? undefined : new Date(row.ended),
    failure: row.failure ?? undefined,
    by: row.by,
    ...parts,
    code: row.code === null ? undefined : readJson<CodeState>(row.code, where),
    environment: readJson<Environment>(row.environment, where),
    learnt: row.learnt === null ? undefined : readJson<LearntModel>(row.learnt, where),
  }
  return Object.freeze({ ...record, ...showing(() => describeRun(record)) })
}

async function metricsByRun(
  db: Database | Writing,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
  const rows = await db.selectFrom('run_latest').selectAll().where('run', 'in', ids).orderBy('name').execute()
  return new Map(
    [...groupedBy(rows)].map(([run, own]) => [
      run,
      Object.freeze(Object.fromEntries(own.map(({ name, value }) => [name, value ?? Number.NaN]))),
    ]),
  )
}

function groupedBy<T extends { readonly run: string }>(rows: readonly T[]): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(rows, row => row.run)
}

/** Parameters are kept as JSON, with the numbers that it lacks. */
function scalarOf(json: string): string | number | boolean {
  return readPlain(json) as string | number | boolean
}

function describeRun(record: Omit<RunRecord, symbol>): Description {
  const { id, experiment, status, started, ended, failure, by, params, metrics, details, data, artifacts, code, environment, learnt } =
    record
  const seconds = ended === undefined ? undefined : (ended.getTime() - started.getTime()) / 1000
  const pairs: (readonly [string, unknown])[] = [
    ['status', failure === undefined ? status : `${status}: ${failure}`],
    ...Object.entries(params).map(([name, value]) => [`param ${name}`, value] as const),
    ...Object.entries(metrics),
    ['details', Object.keys(details).length === 0 ? undefined : Object.keys(details).join(', ')],
    ['model', learnt === undefined ? undefined : `${learnt.kind} (${learnt.role}), learnt from ${learnt.rows} rows`],
    ...data.map(({ name, rows, sha256 }) => [`data ${name}`, `${rows} rows, sha256 ${sha256}`] as const),
    ...artifacts.map(({ name, bytes }) => [`file ${name}`, `${bytes} bytes`] as const),
    ['code', code === undefined ? undefined : codeText(code)],
    [
      'environment',
      `tidemill ${environment.tidemill}, Node ${environment.node}, ${environment.platform} ${environment.arch}, ${environment.cpus} CPUs`,
    ],
    ['started', `${formatCell(started)} by ${by}${seconds === undefined ? '' : `, took ${seconds} s`}`],
  ]
  return {
    kind: 'keyValues',
    title: `run ${id} of ${experiment}`,
    pairs: pairs.filter(([, value]) => value !== undefined).map(([key, value]) => [key, formatCell(value)] as const),
  }
}

function codeText({ commit, branch, dirty }: CodeState): string {
  const state = dirty === true ? ', with changes' : dirty === undefined ? ', changes unknown' : ''
  return `${commit}${branch === undefined ? '' : ` (${branch})`}${state}`
}
