/** How the time of a job grows with its input and falls with its workers. */
import { type Description, formatCount, type Shown, showing } from '../display/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import { type Pool, pool } from '../workers/index.ts'
import type { JobReport } from './report.ts'
import { type JobInput, type JobMeans, type PreparedJob, runJob } from './run-job.ts'

export interface ScalingOptions {
  /** Parts of the input, from 0 to 1. Default: 1/8, 1/4, 1/2, 1. */
  readonly sizes?: readonly number[]
  /** Numbers of workers; each gets threads of its own. Default: 1, 2, 4, ... up to those of the session. */
  readonly workers?: readonly number[]
  /** Runs of each; the fastest counts. Default: 2. */
  readonly rounds?: number
}
/** Time of the whole job for a part of its input, on all workers of the session. */
export interface SizePoint {
  readonly size: number
  readonly items: number
  readonly pairs: number
  readonly ms: number
}
export interface WorkersPoint {
  readonly workers: number
  readonly ms: number
  /** Time with the first number of workers over this time. */
  readonly speedUp: number
}
export interface ScalingFigures {
  readonly sizes: readonly SizePoint[]
  /** ms ~ n^exponent, by least squares over the logarithms; about 1 is linear. Undefined for fewer than two sizes. */
  readonly exponent: number | undefined
  /** Time for n log n, largest size over smallest: below or about 1 where the job is no slower than O(n log n). */
  readonly nLogN: number | undefined
  readonly workers: readonly WorkersPoint[]
}
export interface ScalingReport extends ScalingFigures, Shown {}

/** Runs the job in every size and on every number of workers. */
export async function scalingReport(
  input: JobInput,
  prepared: PreparedJob,
  options: ScalingOptions,
  means: JobMeans,
): Promise<ScalingReport> {
  const { sizes, workers, rounds } = checked(options, means.pool.size)
  const job = { ...prepared, settings: { ...prepared.settings, output: undefined } }
  const time = async (size: number, on: Pool): Promise<JobReport> => {
    let best: JobReport | undefined
    for (let round = 0; round < rounds; round++) {
      const { report } = await runJob({ ...input, part: size }, job, { ...means, pool: on })
      if (best === undefined || report.ms < best.ms) best = report
    }
    return best as JobReport
  }
  // Threads start and functions load before anything is measured.
  await runJob({ ...input, part: Math.min(...sizes) }, job, means)
  const bySize: SizePoint[] = []
  for (const size of sizes) {
    const { input: read, shuffle, ms } = await time(size, means.pool)
    bySize.push({ size, items: read.items, pairs: shuffle.pairs, ms })
  }
  const byWorkers: WorkersPoint[] = []
  for (const count of workers) {
    const own = pool({ threads: count })
    try {
      await runJob({ ...input, part: Math.min(...sizes) }, job, { ...means, pool: own })
      const { ms } = await time(1, own)
      byWorkers.push({ workers: count, ms, speedUp: (byWorkers[0]?.ms ?? ms) / ms })
    } finally {
      await own.close()
    }
  }
  const figures: ScalingFigures = { sizes: bySize, exponent: exponentOf(bySize), nLogN: growth(bySize), workers: byWorkers }
  return Object.freeze({ ...figures, ...showing(() => described(figures)) })
}

/** Slope of log(ms) over log(items). */
export function exponentOf(points: readonly Pick<SizePoint, 'items' | 'ms'>[]): number | undefined {
  const xs = points.map(({ items }) => Math.log(items))
  const ys = points.map(({ ms }) => Math.log(ms))
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const [x, y] = [mean(xs), mean(ys)]
  const spread = xs.reduce((sum, value) => sum + (value - x) ** 2, 0)
  return spread > 0 ? xs.reduce((sum, value, index) => sum + (value - x) * ((ys[index] as number) - y), 0) / spread : undefined
}

function growth(points: readonly SizePoint[]): number | undefined {
  const ordered = points.toSorted((a, b) => a.items - b.items)
  const [first, last] = [ordered[0], ordered.at(-1)]
  if (first === undefined || last === undefined || first.items < 2 || last.items <= first.items) return undefined
  return last.ms / (last.items * Math.log(last.items)) / (first.ms / (first.items * Math.log(first.items)))
}

function checked({ sizes = [0.125, 0.25, 0.5, 1], workers, rounds = 2 }: ScalingOptions, size: number): Required<ScalingOptions> {
  const wrong = (message: string): TidemillError => new TidemillError('session.map-reduce', message)
  const badSize = sizes.find(value => !(typeof value === 'number' && value > 0 && value <= 1))
  if (sizes.length === 0 || badSize !== undefined) throw wrong(`sizes must be parts of the input, above 0 up to 1, not ${whatIs(badSize)}`)
  const counts = workers ?? [...new Set([...Array.from({ length: 10 }, (_, power) => 2 ** power).filter(count => count < size), size])]
  const badCount = counts.find(value => !(Number.isInteger(value) && value > 0))
  if (badCount !== undefined) throw wrong(`workers must be whole numbers from 1, not ${whatIs(badCount)}`)
  if (!(Number.isInteger(rounds) && rounds > 0)) throw wrong(`rounds must be a whole number from 1, not ${whatIs(rounds)}`)
  return { sizes, workers: counts, rounds }
}

function described({ sizes, exponent, nLogN, workers }: ScalingFigures): Description {
  const right = (name: string) => ({ name, type: '', align: 'right' as const })
  return {
    kind: 'group',
    items: [
      {
        kind: 'table',
        title: 'time against n',
        columns: ['part', 'items', 'pairs', 'ms'].map(right),
        rows: sizes.map(({ size, items, pairs, ms }) => [String(size), formatCount(items), formatCount(pairs), ms.toFixed(0)]),
        shown: sizes.length,
        note:
          exponent === undefined
            ? undefined
            : `time ~ n^${exponent.toFixed(2)}${nLogN === undefined ? '' : `; against n log n, largest over smallest: ${nLogN.toFixed(2)}`}`,
      },
      {
        kind: 'table',
        title: 'time against workers',
        columns: ['workers', 'ms', 'speed-up'].map(right),
        rows: workers.map(({ workers: count, ms, speedUp }) => [String(count), ms.toFixed(0), speedUp.toFixed(2)]),
        shown: workers.length,
      },
    ],
  }
}
