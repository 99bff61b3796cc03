import { TidemillError } from '../../errors/index.ts'
import { type OneOf, oneOf } from './one-of.ts'
import { canBeEmpty, isAnchored, parsePattern, type PatternNode, type Repeat } from './pattern-node.ts'

/**
 * A step of the machine. Slots hold places in the text: twice the number of a group is its start, one more its end.
 *
 * - `fork`: goes on at `first`, and where that comes to nothing at `second`
 * - `forget`: the groups of a loop are empty again when its next turn begins, as in JavaScript
 * - `turn`, `moved`: a turn of a loop that took nothing is none, as in JavaScript; `loop` is how many such loops are around it
 */
export type Step =
  | { readonly op: 'one'; readonly is: OneOf }
  | { readonly op: 'fork'; first: number; second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'forget'; readonly from: number; readonly to: number }
  | { readonly op: 'turn' | 'moved'; readonly loop: number }
  | { readonly op: 'assert'; readonly what: 'start' | 'end' | 'word' | 'no-word' }
  | { readonly op: 'match' }

export interface PatternProgram {
  readonly steps: readonly Step[]
  /** Loops with turns that may be empty, in each other at most. */
  readonly loops: number
  readonly groups: number
  /** A match begins at the start of a text only. */
  readonly anchored: boolean
  /** What `\b` calls a letter of a word. */
  readonly isWord: OneOf
}

/** The states of a program: each is kept once for each place in the text. */
const mostStates = 250_000

/** Thompson's construction; counted repetitions are written out. @throws expr.regex */
export function patternProgram(source: string, flags: string): PatternProgram {
  const { tree, groups } = parsePattern(source)
  const steps: Step[] = []
  const sets = new Map<string, OneOf>()
  let depth = 0
  let loops = 0
  const setOf = (text: string): OneOf => {
    const known = sets.get(text) ?? oneOf(text, flags)
    sets.set(text, known)
    return known
  }
  const fork = (lazy: boolean): { goes(): void } => {
    const step = { op: 'fork' as const, first: -1, second: -1 }
    const into = steps.push(step)
    if (lazy) step.second = into
    else step.first = into
    return {
      goes() {
        if (lazy) step.first = steps.length
        else step.second = steps.length
      },
    }
  }
  const turn = ({ body, groups: [from, to] }: Repeat, optional: boolean): void => {
    const checked = optional && canBeEmpty(body)
    const loop = depth
    if (checked) {
      steps.push({ op: 'turn', loop })
      depth++
      loops = Math.max(loops, depth)
    }
    if (to > from) steps.push({ op: 'forget', from: 2 * from, to: 2 * to })
    write(body)
    if (checked) {
      steps.push({ op: 'moved', loop })
      depth--
    }
    if (steps.length * 2 ** loops > mostStates)
      throw new TidemillError('expr.regex', `pattern with too many repetitions in each other: ${source}`)
  }
  const repeat = (node: Repeat): void => {
    for (let n = 0; n < node.least; n++) turn(node, false)
    if (node.most === Infinity) {
      const again = steps.length
      const leave = fork(node.lazy)
      turn(node, true)
      steps.push({ op: 'jump', to: again })
      leave.goes()
      return
    }
    const leaves: { goes(): void }[] = []
    for (let n = node.least; n < node.most; n++) {
      leaves.push(fork(node.lazy))
      turn(node, true)
    }
    for (const leave of leaves) leave.goes()
  }
  const write = (node: PatternNode): void => {
    switch (node.kind) {
      case 'one':
        steps.push({ op: 'one', is: setOf(node.text) })
        break
      case 'assert':
        steps.push({ op: 'assert', what: node.what })
        break
      case 'all':
        for (const part of node.parts) write(part)
        break
      case 'any':
        either(node.of)
        break
      case 'group':
        if (node.group !== undefined) steps.push({ op: 'save', slot: 2 * node.group })
        write(node.body)
        if (node.group !== undefined) steps.push({ op: 'save', slot: 2 * node.group + 1 })
        break
      case 'repeat':
        repeat(node)
    }
  }
  const either = (of: readonly PatternNode[]): void => {
    const ends: { to: number }[] = []
    for (const [index, node] of of.entries()) {
      if (index === of.length - 1) {
        write(node)
        break
      }
      const leave = fork(false)
      write(node)
      const end = { op: 'jump' as const, to: -1 }
      steps.push(end)
      ends.push(end)
      leave.goes()
    }
    for (const end of ends) end.to = steps.length
  }
  write(tree)
  steps.push({ op: 'match' })
  return { steps, loops, groups, anchored: isAnchored(tree), isWord: setOf('\\w') }
}
