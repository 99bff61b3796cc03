import { basename } from 'node:path'
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os'
import { TidemillError } from '../errors/index.ts'
import type { Machine, ModelItem, Overview, RunItem } from './api-types.ts'
import { jobItem, modelItem, runItem } from './items.ts'
import { packageVersion } from './package-version.ts'
import type { Service } from './route.ts'

const runsShown = 10
type Known = Pick<Service, 'jobs' | 'workspace' | 'clock' | 'report' | 'machine'>

/** What the first page shows. */
export async function overviewOf(service: Known): Promise<Overview> {
  const { jobs, workspace, clock, report } = service
  const [listed, runs, models, tidemill] = await Promise.all([
    jobs.list(),
    runItems(service, { limit: runsShown }),
    modelItems(service),
    packageVersion(report),
  ])
  return {
    at: clock.now(),
    tidemill,
    workspace: workspace === undefined ? null : basename(workspace.folder),
    jobs: listed.map(jobItem),
    runs,
    models,
    machine: service.machine(),
  }
}

/** Runs of the workspace, the newest first; none where there is no workspace yet. */
export function runItems(
  { workspace }: Pick<Service, 'workspace'>,
  options: { readonly experiment?: string; readonly limit: number },
): Promise<readonly RunItem[]> {
  return orNone(async () => (await workspace?.runs.list(options))?.map(runItem) ?? [])
}

/** Models of the workspace by name; none where there is no workspace yet. */
export function modelItems({ workspace }: Pick<Service, 'workspace'>): Promise<readonly ModelItem[]> {
  return orNone(async () => (await workspace?.models.list())?.map(modelItem) ?? [])
}

/** A folder of jobs becomes a workspace with its first run or model. */
export async function orNone<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'storage.not-found') return []
    throw error
  }
}

/** Looks at the machine; processors in use are counted from one look to the next. */
export function machineFigures(clock: Service['clock']): () => Machine {
  let last = { at: clock.monotonic(), cpu: process.cpuUsage() }
  let share = 0
  return () => {
    const now = { at: clock.monotonic(), cpu: process.cpuUsage() }
    const elapsed = now.at - last.at
    // Two looks at once say nothing.
    if (elapsed >= 200) {
      share = (now.cpu.user - last.cpu.user + now.cpu.system - last.cpu.system) / 1000 / elapsed
      last = now
    }
    return {
      node: process.versions.node,
      platform: process.platform,
      cpus: availableParallelism(),
      load: process.platform === 'win32' ? null : (loadavg()[0] ?? null),
      memoryBytes: totalmem(),
      freeBytes: freemem(),
      processBytes: process.memoryUsage.rss(),
      processCpus: share,
      uptime: process.uptime(),
    }
  }
}
