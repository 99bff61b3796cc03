import type { Description } from '../../display/index.ts'
import type { ScoredCandidate } from './grid-search.ts'

/** A search's outcome: the best, then the candidates, best first. */
export function describeSearch(search: {
  readonly bestParams: object
  readonly bestScore: number
  readonly candidates: readonly ScoredCandidate<object>[]
  readonly scoring: string
  readonly folds: number
  readonly notes: readonly string[]
  table(): readonly Readonly<Record<string, unknown>>[]
}): Description {
  const tried = Object.keys(search.candidates[0]?.params ?? {})
  const best = search.bestParams as Readonly<Record<string, unknown>>
  return {
    kind: 'group',
    title: `grid search: ${search.candidates.length} candidates, ${search.folds} folds`,
    items: [
      {
        kind: 'keyValues',
        pairs: [
          [`best ${search.scoring}`, short(search.bestScore)],
          ...tried.map(name => [name, String(best[name])] as const),
          ...search.notes.map(note => ['note', note] as const),
        ],
      },
      candidateTable(search.table()),
    ],
  }
}

function candidateTable(rows: readonly Readonly<Record<string, unknown>>[]): Description {
  const names = Object.keys(rows[0] ?? {})
  const number = (name: string): boolean => rows.every(row => typeof row[name] === 'number')
  return {
    kind: 'table',
    columns: names.map(name => ({ name, type: '', align: number(name) ? ('right' as const) : ('left' as const) })),
    rows: rows.slice(0, 30).map(row => names.map(name => short(row[name]))),
    total: rows.length,
    shown: Math.min(30, rows.length),
  }
}

/** A score as it is shown: digits beyond the fourth say nothing where folds differ in the second. */
export function short(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value)
}
