import { kindsOfChars, type Kinds } from './kinds-of-chars.ts'
import { isAnchored, type PatternNode, type Repeat } from './pattern-node.ts'

/**
 * How the steps of a backtracking matcher grow with the length n of a text, at worst: about `choices` ways times n to the power of `power`. Infinite where they may
 * double with each character.
 */
export interface Growth {
  readonly power: number
  readonly choices: number
}

interface Known {
  /** What can come next: kinds of characters, and the end. */
  readonly next: Kinds
  /** Whether it may take nothing. */
  readonly empty: boolean
}
interface Ways {
  /** Repetitions that can share a text with what follows in more than one way. */
  readonly shared: number
  readonly choices: number
  readonly loops: boolean
}

const none: Ways = { shared: 0, choices: 1, loops: false }
const endless: Ways = { shared: Infinity, choices: 1, loops: true }
const theEnd = -1
/** Counted repetitions up to this are ways to choose from, longer ones count as endless. */
const few = 10
const mostChoices = 4096

/** Judged by the characters that each part can begin with: cautious, so a pattern that is told to be slow may be fast. */
export function growthOf(tree: PatternNode, flags: string): Growth {
  const kinds = kindsOfChars(setsOf(tree), flags)
  const known = new Map<PatternNode, Known>()
  const begin = (node: PatternNode): Known => {
    const had = known.get(node)
    if (had !== undefined) return had
    const made = beginning(node)
    known.set(node, made)
    return made
  }
  const beginning = (node: PatternNode): Known => {
    switch (node.kind) {
      case 'one':
        return { next: kinds.get(node.text) ?? new Set(), empty: false }
      case 'assert':
        return node.what === 'end' ? { next: new Set([theEnd]), empty: false } : { next: new Set(), empty: true }
      case 'all':
        return follow(node.parts, { next: new Set(), empty: true })
      case 'any': {
        const of = node.of.map(begin)
        return { next: joined(...of.map(({ next }) => next)), empty: of.some(({ empty }) => empty) }
      }
      case 'group':
        return begin(node.body)
      case 'repeat': {
        const { next, empty } = begin(node.body)
        return { next, empty: empty || node.least === 0 }
      }
    }
  }
  const follow = (parts: readonly PatternNode[], last: Known): Known =>
    parts.reduceRight<Known>((after, part) => {
      const { next, empty } = begin(part)
      return empty ? { next: joined(next, after.next), empty: after.empty } : { next, empty: false }
    }, last)

  const ways = (node: PatternNode, after: Kinds): Ways => {
    switch (node.kind) {
      case 'one':
      case 'assert':
        return none
      case 'group':
        return ways(node.body, after)
      case 'all': {
        // From the last to the first, so that what follows is known.
        let rest: Known = { next: after, empty: false }
        let sum = none
        for (const part of node.parts.toReversed()) {
          sum = both(sum, ways(part, rest.next))
          rest = follow([part], rest)
        }
        return sum
      }
      case 'any': {
        const found = node.of.map(one => ways(one, after))
        const told = node.of.map(one => follow([one], { next: after, empty: false }).next)
        const apart = told.every((one, index) => told.slice(index + 1).every(other => areApart(one, other)))
        return {
          shared: Math.max(...found.map(({ shared }) => shared)),
          choices: apart ? Math.max(...found.map(({ choices }) => choices)) : found.reduce((sum, { choices }) => sum + choices, 0),
          loops: found.some(({ loops }) => loops),
        }
      }
      case 'repeat':
        return turns(node, after)
    }
  }
  const turns = ({ body, least, most }: Repeat, after: Kinds): Ways => {
    const { next, empty } = begin(body)
    const inner = ways(body, joined(next, after))
    const clear = areApart(next, after)
    if (most <= few) {
      const free = clear || least === most ? 1 : most - least + 1
      return { shared: inner.shared * most, choices: (inner.choices * (empty ? 2 : 1)) ** most * free, loops: inner.loops }
    }
    if (empty || inner.shared > 0 || inner.choices > 1) return endless
    return { shared: clear ? 0 : 1, choices: 1, loops: true }
  }

  const { shared, choices, loops } = ways(tree, new Set())
  if (choices > mostChoices) return { power: Infinity, choices }
  // A loop goes over the text, and does so from each place where a match may begin.
  return { power: shared + (loops ? 1 : 0) + (loops && !isAnchored(tree) ? 1 : 0), choices }
}

/** The sets of characters in a pattern, as they are written. */
function setsOf(node: PatternNode): readonly string[] {
  switch (node.kind) {
    case 'one':
      return [node.text]
    case 'assert':
      return []
    case 'all':
      return node.parts.flatMap(setsOf)
    case 'any':
      return node.of.flatMap(setsOf)
    case 'group':
    case 'repeat':
      return setsOf(node.body)
  }
}

function both(a: Ways, b: Ways): Ways {
  return { shared: a.shared + b.shared, choices: a.choices * b.choices, loops: a.loops || b.loops }
}

function areApart(a: Kinds, b: Kinds): boolean {
  for (const kind of a) if (b.has(kind)) return false
  return true
}

function joined(...sets: readonly Kinds[]): Kinds {
  return new Set(sets.flatMap(set => [...set]))
}
