import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'

/** What the machine lends to this process and what the engine takes of it, with the reasons. */
export interface MachineLimits {
  readonly memoryBytes: number
  readonly threads: number
  readonly why: { readonly memory: string; readonly threads: string }
}
/** What limits are found from; `file` reads a file of the system, undefined when it is not there. */
export interface Machine {
  readonly totalMemory: number
  readonly constrainedMemory: number
  readonly processors: number
  file(path: string): string | undefined
}

const MB = 1024 * 1024
/** Node, its heap, batches on their way, worker threads: what the process needs beside DuckDB. */
const rest = 350 * MB
const least = 128 * MB
/** What a thread of DuckDB needs to sort more than fits: with less it runs out of memory instead of spilling. */
const perThread = 150 * MB

/**
 * The engine's memory limit and threads on this machine.
 *
 * Memory: 0.6 of the least of the machine's memory, the limit of the control group (version 1 or 2) and what Node reports, less 350 MB for the rest of
 * the process; at least 128 MB. Threads: the processors this process may use, less when the control group has a quota,
 * or when there is less than 150 MB for each.
 *
 * @example
 * machineLimits().why.memory // '0.6 x 1024 MB (cgroup) - 350 MB'
 */
export function machineLimits(machine: Machine = thisMachine()): MachineLimits {
  const sources: [string, number][] = [['memory of the machine', machine.totalMemory]]
  const group = groupMemory(machine)
  if (group !== undefined) sources.push(['cgroup', group])
  if (machine.constrainedMemory > 0 && machine.constrainedMemory < machine.totalMemory)
    sources.push(['limit of the process', machine.constrainedMemory])
  const [name, bytes] = sources.reduce((a, b) => (b[1] < a[1] ? b : a))
  const wanted = Math.floor(0.6 * bytes) - rest
  const memoryBytes = Math.max(least, wanted)
  const quota = groupProcessors(machine)
  const lent = Math.max(1, Math.min(machine.processors, quota === undefined ? Infinity : Math.floor(quota)))
  const fed = Math.max(1, Math.floor(memoryBytes / perThread))
  const threads = Math.min(lent, fed)
  const mb = (size: number): string => `${Math.round(size / MB)} MB`
  return {
    memoryBytes,
    threads,
    why: {
      memory: `0.6 x ${mb(bytes)} (${name}) - ${mb(rest)}${wanted < least ? `, at least ${mb(least)}` : ''}`,
      threads:
        fed < lent
          ? `${mb(perThread)} of memory for each of ${lent} processors are not there`
          : quota !== undefined && quota < machine.processors
            ? `quota of the cgroup: ${quota} of ${machine.processors} processors`
            : `${machine.processors} processors`,
    },
  }
}

function thisMachine(): Machine {
  return {
    totalMemory: totalmem(),
    constrainedMemory: process.constrainedMemory(),
    processors: availableParallelism(),
    file(path) {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return undefined
      }
    },
  }
}

/** Folders of the control group of this process for a controller, from its own up to the root; '' is version 2. */
function groupFolders(machine: Machine, controller: string): string[] {
  const lines = machine.file('/proc/self/cgroup')?.split('\n') ?? []
  const folders: string[] = []
  for (const line of lines) {
    const [, names = '', ...path] = line.split(':')
    if (controller === '' ? names !== '' || line === '' : !names.split(',').includes(controller)) continue
    const roots =
      controller === '' ? ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'] : [`/sys/fs/cgroup/${controller}`, `/sys/fs/cgroup/${names}`]
    for (const root of roots)
      for (let part = path.join(':'); ; part = part.slice(0, part.lastIndexOf('/'))) {
        folders.push(`${root}${part === '/' ? '' : part}`)
        if (part === '' || part === '/') break
      }
  }
  // Inside a container the path is of the host and its own group is the root.
  return folders
}

function groupMemory(machine: Machine): number | undefined {
  const found: number[] = []
  for (const folder of groupFolders(machine, '')) found.push(Number(machine.file(`${folder}/memory.max`)?.trim() ?? Number.NaN))
  for (const folder of groupFolders(machine, 'memory'))
    found.push(Number(machine.file(`${folder}/memory.limit_in_bytes`)?.trim() ?? Number.NaN))
  // Version 1 writes a number near 2^63 for no limit; version 2 writes `max`.
  const real = found.filter(bytes => Number.isFinite(bytes) && bytes > 0 && bytes < 2 ** 60)
  return real.length === 0 ? undefined : Math.min(...real)
}

function groupProcessors(machine: Machine): number | undefined {
  const found: number[] = []
  for (const folder of groupFolders(machine, '')) {
    const [quota, period] = machine.file(`${folder}/cpu.max`)?.trim().split(' ') ?? []
    if (quota !== undefined && quota !== 'max') found.push(Number(quota) / Number(period ?? 100_000))
  }
  for (const folder of groupFolders(machine, 'cpu')) {
    const quota = Number(machine.file(`${folder}/cpu.cfs_quota_us`) ?? Number.NaN)
    if (quota > 0) found.push(quota / Number(machine.file(`${folder}/cpu.cfs_period_us`) ?? 100_000))
  }
  const real = found.filter(count => Number.isFinite(count) && count > 0)
  return real.length === 0 ? undefined : Math.min(...real)
}
