/** What must be true of the rows outside once a job has finished and the power was cut: I1 to I5 and I10 of the protocol. */
import { readRecords } from '../../src/engines/embedded/streaming/files/index.ts'
import type { Manifest, Outlet } from '../../src/engines/embedded/streaming/seams.ts'
import { decodeManifest } from '../../src/engines/embedded/streaming/files/index.ts'
import { type Config, type Event, failsOn, type SinkKind, windowOf } from './config.ts'
import { sinkId, timerKey } from './job-graph.ts'
import type { Row, Servers } from './servers.ts'
import type { SimulatedDisk } from './simulated-disk.ts'

export interface Checked {
  readonly config: Config
  readonly disk: SimulatedDisk
  readonly servers: Servers
  readonly input: readonly (readonly Event[])[]
}
export interface CheckPlace {
  readonly folder: string
  readonly out: string
  readonly savepoints: readonly Manifest[]
}
/** A firing of a window; `n` when the counter saw it, undefined when it is a dead letter. */
interface Firing {
  readonly key: string
  readonly category: string
  readonly start: number
  readonly ids: readonly number[]
  readonly n: number | undefined
}

/** The first thing that is wrong, in words; undefined when all is well. */
export function checkOutput(world: Checked, place: CheckPlace): string | undefined {
  try {
    return checkSinks(world, place) ?? checkState(world, place)
  } catch (error) {
    if (error instanceof SyntaxError) return `rows outside are torn: ${error.message}`
    throw error
  }
}

function checkSinks(world: Checked, place: CheckPlace): string | undefined {
  for (const kind of world.config.sinks) {
    const rows = published(world, place, kind, 'rows').map(firingOf)
    const firings = [...rows.filter(({ key }) => key !== timerKey), ...published(world, place, kind, 'dead').map(deadOf)]
    const late = world.config.late === 'drop' ? [] : published(world, place, kind, 'late').map(row => Number(row['id']))
    const timers = rows.filter(({ key }) => key === timerKey)
    const problem = checkRows(world, firings, late, kind !== 'plain') ?? checkTimers(world, firings, timers, kind !== 'plain')
    if (problem !== undefined) return `${kind}: ${problem}`
  }
  return undefined
}

function published({ disk, servers }: Checked, { out }: CheckPlace, kind: SinkKind, on: Outlet): readonly Row[] {
  const step = sinkId(kind, on)
  if (kind === 'plain') return servers.printed.get(step) ?? []
  if (kind === 'webhook') return [...(servers.received.get(step)?.values() ?? [])].flat()
  if (kind === 'transaction')
    return [...(servers.transactions.get(step)?.values() ?? [])].filter(({ state }) => state === 'committed').flatMap(({ rows }) => rows)
  return disk
    .names(out)
    .filter(name => name.startsWith('part-') && name.includes(`-simulated-${step}-`))
    .flatMap(name =>
      new TextDecoder()
        .decode(disk.peek(`${out}/${name}`))
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as Row),
    )
}

function firingOf(row: Row): Firing {
  const { key, category, start, ids, n } = row as unknown as Firing
  return { key, category, start, ids: [...ids], n }
}
function deadOf(row: Row): Firing {
  const payload = row['payload']
  const text = payload instanceof Uint8Array ? new TextDecoder().decode(payload) : Buffer.from(payload as string, 'base64').toString()
  const letter = JSON.parse(text) as {
    readonly key: string
    readonly category: string
    readonly windowStart: string
    readonly ids: number[]
  }
  return { key: letter.key, category: letter.category, start: new Date(letter.windowStart).getTime(), ids: letter.ids, n: undefined }
}

function checkRows(world: Checked, firings: readonly Firing[], late: readonly number[], exact: boolean): string | undefined {
  const { config, input, servers } = world
  const events = input.flat()
  const times = new Map<number, number>()
  const see = (id: number): void => void times.set(id, (times.get(id) ?? 0) + 1)
  for (const id of late) see(id)
  for (const [name, all] of Map.groupBy(firings, ({ key, start }) => `${key}@${start}`)) {
    const { key, start } = all[0] as Firing
    const poison = failsOn(key, start) === Infinity
    if (all.some(({ n }) => (n === undefined) !== poison)) return `window ${name} went to the wrong output`
    const last = all.reduce((a, b) => (b.ids.length > a.ids.length ? b : a)).ids
    if (last.some(id => windowOf(events[id] as Event) !== name)) return `window ${name} holds foreign events`
    if (!exact) {
      for (const id of new Set(all.flatMap(({ ids }) => ids))) see(id)
      continue
    }
    const once = config.allowed === 0 || (config.late === 'none' && !config.stalls)
    const repeats = once ? all.length > 1 : new Set(all.map(({ ids }) => ids.length)).size < all.length
    if (repeats) return `window ${name} fired ${all.length} times: ${all.map(({ ids }) => ids.join('+')).join(', ')}`
    if (all.some(({ ids }) => ids.some(id => !last.includes(id)))) return `window ${name} lost events between firings`
    for (const id of last) see(id)
  }
  const missing = events.filter(({ id }) => !times.has(id))
  // A dropped row was at least seen to be late.
  const seenLate = new Set((servers.printed.get(sinkId('plain', 'late')) ?? []).map(row => row['id']))
  const lost = missing.filter(({ id }) => config.late !== 'drop' || !seenLate.has(id))
  if (lost.length > 0) return `lost events: ${lost.map(({ id }) => id).join()}`
  if (!exact) return undefined
  const repeated = [...times].filter(([, n]) => n > 1).map(([id]) => id)
  if (repeated.length > 0) return `events more than once: ${repeated.join()}`
  if (config.late === 'none' && !config.stalls && late.length + missing.length > 0) return 'late events where none can be late'
  return checkCounters(firings)
}

/** The counter of the last stage must have numbered every window of its category once: 1, 2, 3 without gap or repeat (I4). */
function checkCounters(firings: readonly Firing[]): string | undefined {
  for (const [category, all] of Map.groupBy(
    firings.filter(({ n }) => n !== undefined),
    firing => firing.category,
  )) {
    const counted = all.map(({ n }) => n as number).sort((a, b) => a - b)
    if (counted.some((n, i) => n !== i + 1)) return `counter of ${category} went ${counted.join()}`
  }
  return undefined
}

/** Every window that the function took was told of after its end; once, where all windows of a time come together. */
function checkTimers({ config }: Checked, firings: readonly Firing[], timers: readonly Firing[], exact: boolean): string | undefined {
  const nameOf = ({ category, start }: Firing): string => `${category}@${start}`
  const wanted = new Set(firings.filter(({ n }) => n !== undefined).map(nameOf))
  const fired = Map.groupBy(timers, nameOf)
  for (const name of wanted) if (!fired.has(name)) return `timer of ${name} never fired`
  for (const [name, all] of fired) {
    if (!wanted.has(name)) return `timer of ${name} was undone and fired`
    const together = config.allowed === 0 && config.late === 'none' && !config.stalls && !config.silent
    if (exact && together && all.length > 1) return `timer of ${name} fired ${all.length} times`
  }
  return undefined
}

/** The newest manifest and all savepoints can be read with all their state. */
function checkState({ disk }: Checked, { folder, savepoints }: CheckPlace): string | undefined {
  const newest = disk.names(folder).findLast(name => name.startsWith('manifest-'))
  const manifest = newest === undefined ? undefined : decodeManifest(disk.peek(`${folder}/${newest}`))
  if (manifest === undefined) return `the newest manifest ${newest ?? ''} cannot be read`
  if (!manifest.complete) return `the newest manifest ${newest ?? ''} is not that of a finished job`
  const nameOf = ({ seq }: Manifest): string => `manifest-${String(seq).padStart(6, '0')}`
  const gone = savepoints.find(savepoint => !disk.names(folder).includes(nameOf(savepoint)))
  if (gone !== undefined) return `savepoint ${gone.seq} is gone`
  for (const each of [manifest, ...savepoints])
    for (const file of each.states.flatMap(({ files }) => files)) {
      try {
        const reading = readRecords(disk, folder, file, each.job, () => undefined)
        while (reading.next().done !== true);
      } catch (error) {
        return `${each.kind} ${each.seq}: ${(error as Error).message}`
      }
    }
  return undefined
}
