import { type Clock, systemClock } from '../time/index.ts'

/** How fast totals grow: each look writes down a row of totals, and their growth a second is taken over the last window. */
export interface Growth {
  /** Writes down the totals as they are now; always as many, in the same order. */
  look(totals: readonly number[]): void
  /** Growth of each total in a second, over the window; 0 until there were two looks. */
  perSecond(): readonly number[]
  /** Growth of each total over the window. */
  grown(): readonly number[]
  /** Milliseconds that `grown` spans. */
  spanMs(): number
  /** The totals begin anew, with the next look. */
  restart(): void
}

/**
 * A moving window over totals that grow.
 *
 * The window reaches from the last look back to the newest look that is at least `windowMs` older, so it is as long as `windowMs` and at most one step longer; while
 * there is none that old, to the oldest.
 */
export function growth({ windowMs = 1000, clock = systemClock }: { readonly windowMs?: number; readonly clock?: Clock } = {}): Growth {
  let looks: { readonly at: number; readonly totals: readonly number[] }[] = []
  const ends = (): readonly [from: (typeof looks)[number], to: (typeof looks)[number]] | undefined => {
    const from = looks[0]
    const to = looks.at(-1)
    return from === undefined || to === undefined || to.at <= from.at ? undefined : [from, to]
  }
  const grown = (): readonly number[] => {
    const [from, to] = ends() ?? []
    // A total that shrank was counted anew elsewhere.
    if (from !== undefined && to !== undefined) return to.totals.map((total, i) => Math.max(0, total - (from.totals[i] ?? 0)))
    return (looks[0]?.totals ?? []).map(() => 0)
  }
  const spanMs = (): number => {
    const [from, to] = ends() ?? []
    return from === undefined || to === undefined ? 0 : to.at - from.at
  }
  return {
    look(totals) {
      const at = clock.monotonic()
      looks.push({ at, totals: [...totals] })
      while (looks.length > 2 && at - (looks[1]?.at ?? at) >= windowMs) looks.shift()
    },
    grown,
    spanMs,
    perSecond() {
      const span = spanMs()
      return grown().map(by => (span === 0 ? 0 : (by * 1000) / span))
    },
    restart() {
      looks = []
    },
  }
}
