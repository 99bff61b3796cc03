/** Random jobs: small numbers, so that every border is met often. Times in ms; one step of the world is one ms. */
import { chance, type Chance } from './chance.ts'

export const windowMs = 10
export const latenessMs = 4
export const idleMs = 300
/** How long after a window the user's function wants to be called. */
export const timerMs = 5
export type SinkKind = 'file' | 'webhook' | 'transaction' | 'plain'
export type FaultKind =
  | 'kill'
  | 'power'
  | 'worker'
  | 'failover'
  | 'server'
  | 'EIO'
  | 'ENOSPC'
  | 'full'
  | 'clock'
  | 'rot'
  | 'stop'
  | 'savepoint'
/** `nearLink`: wait for the next manifest and strike within a few steps of it. */
export interface Fault {
  readonly step: number
  readonly kind: FaultKind
  readonly nearLink?: boolean
}
/** `at` ms of event time; `ready`: the step at which the event exists. */
export interface Event {
  readonly id: number
  readonly at: number
  readonly key: string
  readonly ready: number
}

export interface Config {
  readonly seed: number
  readonly partitions: number
  readonly events: number
  /** One more partition that never has anything, and ends only when something was heard of the others. */
  readonly silent: boolean
  /** Data pauses for longer than the idle time. */
  readonly stalls: boolean
  readonly late: 'none' | 'side' | 'drop'
  /** Allowed lateness in ms. */
  readonly allowed: number
  readonly sinks: readonly SinkKind[]
  readonly widest: number
  readonly rescale: boolean
  readonly credits: number
  readonly batchRows: number
  readonly checkpointMs: number
  readonly imageEvery: number
  readonly faults: readonly Fault[]
}

const faultKinds: readonly FaultKind[] = [
  ...(['kill', 'kill', 'power', 'power', 'worker', 'failover', 'failover', 'failover', 'server'] as const),
  ...(['EIO', 'EIO', 'ENOSPC', 'full', 'clock', 'rot', 'stop', 'savepoint'] as const),
]
const randomFault = (r: Chance): Fault => ({ step: r.below(r.pick([600, 3000])), kind: r.pick(faultKinds), nearLink: r.chance(0.3) })

export function randomConfig(seed: number): Config {
  const r = chance(seed, 0x51ed270b)
  const late = r.pick(['none', 'none', 'side', 'drop'] as const)
  const kinds: readonly SinkKind[] = ['file', 'transaction', 'webhook']
  const first = r.pick(kinds)
  return {
    seed,
    partitions: 1 + r.below(3),
    events: 5 + r.below(6),
    silent: r.chance(0.15),
    stalls: r.chance(0.15),
    late,
    allowed: late === 'none' ? r.pick([0, 0, 7]) : r.pick([0, 7]),
    sinks: [...new Set(r.chance(0.3) ? [first, r.pick([...kinds, 'plain'] as const)] : [first])],
    widest: 1 + r.below(3),
    rescale: r.chance(0.5),
    credits: 1 + r.below(3),
    batchRows: 1 + r.below(3),
    checkpointMs: 40 + r.below(400),
    imageEvery: 2 + r.below(3),
    faults: Array.from({ length: r.below(6) }, () => randomFault(r)).sort((a, b) => a.step - b.step),
  }
}

export function makeInput(config: Config): readonly (readonly Event[])[] {
  const r = chance(config.seed, 0x2545f491)
  let id = 0
  return Array.from({ length: config.partitions + (config.silent ? 1 : 0) }, (_, partition) => {
    let [time, ready] = [r.below(5), 0]
    const pace = r.pick([8, 8, 240])
    if (partition === config.partitions) return []
    return Array.from({ length: config.events }, (_2, i): Event => {
      const last = i === config.events - 1
      time += last ? 40 : r.below(6)
      ready += config.stalls && r.chance(0.15) ? 3 * idleMs : r.below(pace)
      const back = config.late !== 'none' && r.chance(0.2) ? 30 : r.below(latenessMs)
      return { id: id++, at: i === 0 ? 0 : last ? time : Math.max(0, time - back), key: r.pick(['ann', 'bob', 'cy', 'dee']), ready }
    })
  })
}

export function categoryOf(key: string): string {
  return key < 'c' ? 'early' : 'late'
}

export function windowOf(event: Event): string {
  return `${event.key}@${Math.floor(event.at / windowMs) * windowMs}`
}

/** How often the user's function throws on the row of a window: never, once, always. */
export function failsOn(key: string, start: number): number {
  return [0, 0, 0, 1, 0, 0, Infinity, 0, 1, 0][((key.codePointAt(0) as number) + start / windowMs) % 10] as number
}
