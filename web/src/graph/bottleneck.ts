import type { JobDetail } from '../api/answers.ts'

/** The stage that holds the others back. */
export interface Bottleneck {
  /** Its steps, by id. */
  readonly steps: readonly string[]
  readonly busy: number
  readonly waiting: number
  /** Steps of the stages that wait for it, and the largest share of their time they do. */
  readonly held: readonly string[]
  readonly share: number
}

/**
 * Finds what holds a job back: of the stages that a waiting stage feeds, at any distance, the busiest that does not itself wait as much.
 *
 * @param share from this share of its time on a stage counts as waiting
 * @returns undefined when no stage waits that much
 */
export function bottleneckOf({ steps, edges }: Pick<JobDetail, 'steps' | 'edges'>, share = 0.5): Bottleneck | undefined {
  const stageOf = new Map(steps.map(step => [step.id, step.stage]))
  const stages = Map.groupBy(steps, step => step.stage)
  const below = (stage: number, seen: Set<number>): Set<number> => {
    for (const { from, to } of edges) {
      const next = stageOf.get(to)
      if (stageOf.get(from) !== stage || next === undefined || next === stage || seen.has(next)) continue
      seen.add(next)
      below(next, seen)
    }
    return seen
  }
  const waiting = [...stages].filter(([, [first]]) => first !== undefined && first.waiting >= share)
  const candidates = new Set(waiting.flatMap(([stage]) => [...below(stage, new Set())]))
  const worst = [...candidates]
    .map(stage => stages.get(stage) ?? [])
    .filter(([first]) => first !== undefined && first.waiting < share)
    .sort(([a], [b]) => (b?.busy ?? 0) - (a?.busy ?? 0))[0]
  const first = worst?.[0]
  if (worst === undefined || first === undefined) return undefined
  const held = waiting.filter(([stage]) => below(stage, new Set()).has(first.stage))
  return {
    steps: worst.map(step => step.id),
    busy: first.busy,
    waiting: first.waiting,
    held: held.flatMap(([, ones]) => ones.map(step => step.id)),
    share: Math.max(...held.map(([, [one]]) => one?.waiting ?? 0)),
  }
}
