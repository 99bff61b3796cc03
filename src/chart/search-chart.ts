import { formatCell } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { makeChart } from './chart.ts'
import { checkList } from './check-given.ts'
import type { Bar, Chart } from './types.ts'

/** A candidate of a search and its score on each fold. A score that is NaN was not found. */
export interface Candidate {
  /** Default: the values of the parameters in which candidates differ. */
  readonly name?: string | undefined
  readonly params?: object | undefined
  readonly scores: readonly number[]
  /** 1 is the best. Where all candidates have one, it tells which way is better. */
  readonly rank?: number | undefined
}
export interface SearchChartOptions {
  readonly title?: string | undefined
  /** What the scores are. Default: `score`. */
  readonly label?: string | undefined
  /** Default: as the ranks of the candidates say, else `higher`. */
  readonly better?: 'higher' | 'lower' | undefined
}

const most = 40

/**
 * The candidates of a search, the best first: a dot at the mean of the folds, a line from the worst to the best fold. At most 40; the best is marked, of equals
 * the one that was given first. Candidates without a score are counted in `notes`.
 *
 * @example
 * searchChart([{ params: { trees: 100 }, scores: [0.93, 0.97] }, { params: { trees: 200 }, scores: [0.95, 0.97] }], { label: 'accuracy' })
 * @throws chart.argument for a candidate without folds
 */
export function searchChart(candidates: readonly Candidate[], options: SearchChartOptions = {}): Chart {
  checkList('searchChart', candidates, ['scores'], 'searchChart(search.candidates)')
  const { title = 'candidates of the search', label = 'score', better = betterOf(candidates) } = options
  const { label: naming, names } = namesOf(candidates)
  const scored = candidates.map(({ scores }, index) => {
    if (scores.length === 0) throw new TidemillError('chart.argument', `candidate without scores: ${names[index] ?? index}`)
    return { name: names[index] ?? '', scores, mean: meanOf(scores) }
  })
  const sign = better === 'higher' ? 1 : -1
  const ranked = scored.filter(one => Number.isFinite(one.mean)).sort((a, b) => sign * (b.mean - a.mean))
  const shown = ranked.slice(0, most)
  const failed = scored.length - ranked.length
  return makeChart({
    type: 'dot',
    title,
    reason: `a score for each candidate, the best (${better === 'higher' ? 'highest' : 'lowest'}) first and marked`,
    notes: [
      'dots are means, lines go from the least to the greatest fold',
      ...(ranked.length > most ? [`the best ${most} of ${ranked.length} candidates are shown`] : []),
      ...(failed > 0 ? [`${failed} of ${scored.length} candidates have no score`] : []),
    ],
    rows: candidates.length,
    panels: [
      {
        shape: 'dot',
        x: { label: naming, kind: 'category', categories: shown.map(one => one.name) },
        y: { label, kind: 'number' },
        level: true,
        series: [],
        bars: shown.map(
          ({ mean, scores }, at): Bar => ({
            at,
            series: 0,
            value: mean,
            low: Math.min(...scores),
            high: Math.max(...scores),
            ...(at === 0 ? { marked: true } : {}),
          }),
        ),
      },
    ],
  })
}

/** Lower is better where the first of the ranks has a lower mean than the last. */
function betterOf(candidates: readonly Candidate[]): 'higher' | 'lower' {
  const known = candidates.filter(({ rank, scores }) => rank !== undefined && scores.every(Number.isFinite))
  const [first, ...rest] = known.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
  const last = rest.at(-1)
  if (first === undefined || last === undefined || known.length < candidates.length) return 'higher'
  return meanOf(first.scores) < meanOf(last.scores) ? 'lower' : 'higher'
}

function meanOf(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}

/** The given names, else the values of the parameters that are not the same everywhere; the label says which these are. */
function namesOf(candidates: readonly Candidate[]): { readonly label: string; readonly names: readonly string[] } {
  const keys = [...new Set(candidates.flatMap(({ params }) => Object.keys(params ?? {})))]
  const text = (candidate: Candidate, key: string): string =>
    formatCell((candidate.params as Readonly<Record<string, unknown>> | undefined)?.[key]) ?? 'none'
  const differing = keys.filter(key => new Set(candidates.map(candidate => text(candidate, key))).size > 1)
  const named = differing.length > 0 ? differing : keys
  return {
    label: named.length === 0 || candidates.every(({ name }) => name !== undefined) ? 'candidate' : named.join(', '),
    names: candidates.map((candidate, index) => {
      if (candidate.name !== undefined) return candidate.name
      return named.length === 0 ? `candidate ${index + 1}` : named.map(key => text(candidate, key)).join(', ')
    }),
  }
}
