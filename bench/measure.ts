/** One line of the report. `ours` and `peer` are costs: less is better, and `ratio` = ours / peer. */
export interface Result {
  readonly case: string
  readonly ours: number
  readonly peer: number
  readonly unit: string
  readonly ratio: number
  /** What the peer is. */
  readonly against: string
  /** Other figures of the same run, for people. */
  readonly note?: string
  /** The aim as a sentence, and whether it was met. */
  readonly aim?: { readonly text: string; readonly met: boolean }
}

/** A case whose peer could not be had: our figure, and why there is none of the peer. No ratio. */
export interface Unpaired {
  readonly case: string
  readonly ours: number
  readonly unit: string
  readonly missing: string
  readonly note?: string
}

/** What a case may know of the run. */
export interface Setting {
  /** Smaller data, fewer rounds. */
  readonly quick: boolean
  /** An empty folder, removed at the end. */
  readonly folder: string
  /** Tells a person what is going on. */
  readonly say: (text: string) => void
}
export type BenchCase = (setting: Setting) => Promise<readonly (Result | Unpaired)[]>

/**
 * Measures two things in turns, so that a machine that is busy for a while is busy for both, and gives the median of each.
 *
 * The order within a turn changes every time; the first turn warms up and does not count.
 */
export async function inTurns(
  rounds: number,
  ours: () => Promise<number>,
  peer: () => Promise<number>,
): Promise<{ ours: number; peer: number }> {
  await ours()
  await peer()
  return turns(rounds, ours, peer)
}

/** The same for work so long that a turn to warm up would double it: every turn counts, so both must be warm before. */
export async function turns(
  rounds: number,
  ours: () => Promise<number>,
  peer: () => Promise<number>,
): Promise<{ ours: number; peer: number }> {
  const mine: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) mine.push(await ours())
    theirs.push(await peer())
    if (round % 2 === 1) mine.push(await ours())
  }
  return { ours: median(mine), peer: median(theirs) }
}

/** CPU milliseconds (user and system, all threads of this process) of some work. */
export async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Wall milliseconds of some work. */
export async function wallOf(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now()
  await work()
  return performance.now() - before
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/** Puts a result together; figures are cut to what the clock can tell. */
export function result(
  name: string,
  unit: string,
  against: string,
  pair: { ours: number; peer: number },
  more: Pick<Result, 'note' | 'aim'> = {},
): Result {
  const [ours, peer] = [short(pair.ours), short(pair.peer)]
  return { case: name, ours, peer, unit, ratio: short(pair.ours / pair.peer), against, ...more }
}

/** A result without a peer. */
export function unpaired(name: string, unit: string, ours: number, missing: string, note?: string): Unpaired {
  return { case: name, ours: short(ours), unit, missing, ...(note === undefined ? {} : { note }) }
}

function short(value: number): number {
  return Number(value.toPrecision(3))
}
