/** What the API tells of jobs, runs and models: made of what the rooms below know. */
import type { AliasChange, ModelSummary, RunRecord, Version } from '../models/index.ts'
import { isUnderWay, type JobStatus } from '../telemetry/index.ts'
import type { AliasItem, JobItem, ModelItem, RunDetail, RunItem, VersionItem } from './api-types.ts'

const mostRates = 120
/** Below so much of its time nobody is called held back. */
const heldBack = 0.1

export function jobItem(job: JobStatus): JobItem {
  const { name, state, startedAt, updatedAt, threads, restarts, error, totals, checkpoints, steps, history } = job
  return {
    name,
    state,
    startedAt,
    updatedAt,
    threads,
    restarts,
    error,
    totals,
    checkpoints: { taken: checkpoints.taken, failed: checkpoints.failed, last: checkpoints.recent.at(-1) ?? null },
    rates: isUnderWay(state) ? history.slice(-mostRates).map(point => Number(point.rowsPerSecond.toPrecision(3))) : [],
    steps: steps.length,
    bottleneck: bottleneckOf(job),
  }
}

/** The step that works most while another waits for those below; the first of its stage. */
function bottleneckOf({ steps, totals }: JobStatus): string | null {
  if (totals.backpressure < heldBack) return null
  const working = steps.filter(step => step.waiting < heldBack).toSorted((a, b) => b.busy - a.busy)
  return working[0]?.id ?? null
}

export function runItem(run: RunRecord): RunItem {
  const { id, experiment, status, started, ended, failure, by, params, metrics, learnt, code } = run
  return {
    id,
    experiment,
    status,
    started: started.getTime(),
    ended: ended?.getTime() ?? null,
    failure: failure ?? null,
    by,
    params,
    metrics,
    kind: learnt?.kind ?? null,
    target: learnt?.target ?? null,
    rows: learnt?.rows ?? null,
    commit: code?.commit ?? null,
    dirty: code?.dirty ?? null,
  }
}

export function runDetail(run: RunRecord): RunDetail {
  const { details, data, artifacts, code, environment, learnt } = run
  return {
    ...runItem(run),
    role: learnt?.role ?? null,
    features: learnt?.features ?? [],
    details,
    data: data.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
    artifacts: artifacts.map(({ name, bytes }) => ({ name, bytes })),
    branch: code?.branch ?? null,
    environment: {
      tidemill: environment.tidemill,
      node: environment.node,
      platform: environment.platform,
      arch: environment.arch,
      cpus: environment.cpus,
    },
  }
}

export function modelItem({ name, versions, kind, role, target, aliases, updated }: ModelSummary): ModelItem {
  return { name, versions, kind, role, target: target ?? null, aliases, updated: updated.getTime() }
}

export function versionItem(version: Version): VersionItem {
  const { number, created, by, run, kind, role, features, target, rows, description, tags, metrics, aliases } = version
  return {
    number,
    created: created.getTime(),
    by,
    run: run ?? null,
    kind,
    role,
    features,
    target: target ?? null,
    rows,
    description: description ?? null,
    tags,
    metrics,
    aliases,
  }
}

export function aliasItem({ alias, action, from, to, at, by, reason }: AliasChange): AliasItem {
  return { alias, action, from: from ?? null, to, at: at.getTime(), by, reason: reason ?? null }
}
