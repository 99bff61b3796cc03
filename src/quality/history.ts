/** The figures of earlier runs, one file a run, and what is unusual beside them. */
import { formatNumber } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { hashBytes, type Store } from '../storage/index.ts'
import type { Anomaly, CheckResult, Report } from './report.ts'
import type { Builder } from '../plan/index.ts'

/** Where the figures of runs are kept, and how many are compared with. */
export interface History {
  /** `tm.store`, or any other store. */
  readonly store: Store
  /** What the runs are kept under. Default: the name of the contract. */
  readonly name?: string | undefined
  /** Earlier runs that are compared with. Default: 20. */
  readonly runs?: number | undefined
}
interface KeptRun {
  readonly format: 'tidemill.check-run'
  readonly version: 1
  readonly name: string
  readonly at: string
  readonly passed: boolean
  readonly score: number
  readonly checks: readonly {
    readonly name: string
    readonly passed: boolean
    readonly seen: number
    readonly failed: number
    readonly figure: number | null
  }[]
  readonly sha256: string
}

const least = 5
/** Iglewicz and Hoaglin (1993): a modified z-score above 3.5 is an outlier. */
const limit = 3.5

/** The results with what is unusual about them, beside the last runs under the same name. */
export async function compareWithHistory<R>(
  history: History,
  contract: string | undefined,
  results: readonly CheckResult<R>[],
): Promise<readonly CheckResult<R>[]> {
  const kept = await runsOf(history, contract)
  return results.map(result => {
    const earlier = kept.flatMap(run => run.checks.find(one => one.name === result.name)?.figure ?? [])
    return { ...result, anomaly: result.figure === undefined ? undefined : anomalyOf(result.figure, earlier) }
  })
}

/**
 * What is unusual about a figure beside those of earlier runs; undefined where nothing is, or fewer than 5 are known.
 *
 * The modified z-score is 0.6745 (x - median) / MAD, where MAD is the median distance from the median. Where more than half of the figures are equal MAD is 0: then the mean
 * distance takes its place, (x - median) / (1.2533 mean distance); where all are equal every other figure is unusual.
 *
 * @example
 * anomalyOf(500, [1000, 1010, 990, 1005, 995])?.z // -66.8
 */
export function anomalyOf(figure: number, earlier: readonly number[]): Anomaly | undefined {
  if (earlier.length < least) return undefined
  const median = middle(earlier)
  const distances = earlier.map(one => Math.abs(one - median))
  const mad = middle(distances) / 0.6745
  const mean = (distances.reduce((sum, one) => sum + one, 0) / distances.length) * 1.2533
  // What is rounded differently is not unusual.
  const spread = Math.max(mad > 0 ? mad : mean, Math.abs(median) * 1e-12)
  if (figure === median) return undefined
  const z = spread > 0 ? (figure - median) / spread : Math.sign(figure - median) * Number.POSITIVE_INFINITY
  if (!(Math.abs(z) > limit)) return undefined
  return Object.freeze({ figure, median, low: median - limit * spread, high: median + limit * spread, z, runs: earlier.length })
}

/** `12 is unusual: 980 to 1020 in the last 20 runs`. */
export function anomalyText({ figure, low, high, runs }: Anomaly): string {
  return `${short(figure)} is unusual: ${low === high ? `always ${short(low)}` : `${short(low)} to ${short(high)} usual`} in the last ${runs} runs`
}

/** Adds this run. Names are times, so that the newest are the last; a second run of one millisecond gets the next free name. */
export async function keepHistory<R, B extends Builder>(
  history: History,
  contract: string | undefined,
  report: Report<R, B>,
  now: number,
): Promise<void> {
  const name = nameIn(history, contract)
  const body = {
    format: 'tidemill.check-run' as const,
    version: 1 as const,
    name,
    at: new Date(now).toISOString(),
    passed: report.passed,
    score: report.score,
    checks: report.checks.map(({ name: check, passed, seen, failed, figure }) => ({
      name: check,
      passed,
      seen,
      failed,
      figure: figure === undefined || !Number.isFinite(figure) ? null : figure,
    })),
  }
  const bytes = Buffer.from(`${JSON.stringify({ ...body, sha256: hashBytes(JSON.stringify(body)) })}\n`)
  for (let second = 0; ; second++) {
    const key = `${folderOf(name)}${String(now).padStart(15, '0')}-${String(second).padStart(4, '0')}.json`
    try {
      await history.store.write(key, bytes, { ifAbsent: true })
      return
    } catch (error) {
      if (!(error instanceof TidemillError && error.code === 'storage.exists')) throw error
    }
  }
}

async function runsOf(history: History, contract: string | undefined): Promise<readonly KeptRun[]> {
  const { store, runs = 20 } = history
  const keys: string[] = []
  for await (const { key } of store.list(folderOf(nameIn(history, contract)))) if (key.endsWith('.json')) keys.push(key)
  const last = keys.toSorted().slice(-runs)
  return Promise.all(last.map(async key => parse(key, await store.read(key))))
}

function parse(key: string, bytes: Uint8Array): KeptRun {
  const damaged = (what: string): TidemillError =>
    new TidemillError('storage.damaged', `damaged file: ${key} ${what}`, {
      hint: 'take it away: the other runs stay',
      details: { file: key },
    })
  let value: Partial<KeptRun>
  try {
    value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<KeptRun>
  } catch {
    throw damaged('is not JSON')
  }
  if (value?.format !== 'tidemill.check-run') throw damaged('is no run of checks')
  if (typeof value.version === 'number' && value.version > 1)
    throw new TidemillError('storage.version', `newer run of checks: ${key} has version ${value.version} (this one reads 1)`, {
      hint: 'update tidemill',
    })
  const { sha256, ...body } = value
  if (sha256 !== hashBytes(JSON.stringify(body)) || !Array.isArray(value.checks)) throw damaged('has other content than was written')
  return value as KeptRun
}

function nameIn(history: History, contract: string | undefined): string {
  const name = history.name ?? contract
  if (name === undefined || name === '')
    throw new TidemillError('quality.check', 'history without a name: which runs belong together?', {
      hint: "{ history: { store: tm.store, name: 'orders' } }",
    })
  return name
}

/** Any name makes a folder: what a key cannot hold is written as its bytes. */
function folderOf(name: string): string {
  return `quality/${encodeURIComponent(name).replaceAll('.', '%2E').replaceAll('*', '%2A')}/`
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[half] as number) : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2
}

function short(value: number): string {
  return formatNumber(Number(value.toPrecision(4)))
}
