/** The keys of lines, in the orders they were seen: what comes after a value is compared with bytes that came there before. */
import type { Target } from './target.ts'

/** After a key: which keys have followed it. One node for each key, and one for the beginning of a line. */
export interface Node {
  /** The key that came last, the first to be looked at. */
  likely: Edge | undefined
  readonly others: Edge[]
}
/**
 * All bytes between two values: `,"price":`, with the blanks as they were. The first sixteen are four words that are compared at once; of fewer bytes the last
 * words overlap, so that `at1` to `at3` are at most `length - 4`.
 */
export interface Edge {
  readonly length: number
  readonly at1: number
  readonly at2: number
  readonly at3: number
  readonly word0: number
  readonly word1: number
  readonly word2: number
  readonly word3: number
  /** Of more than sixteen bytes all of them, else none. */
  readonly bytes: Uint8Array
  /** All of them, whatever their number. */
  readonly glue: Uint8Array
  /** Undefined for a key that nobody asked for. */
  readonly target: Target | undefined
  readonly next: Node
}

/** Bounds, as keys may be data: `{"user-1": 5}`. */
const mostNodes = 2048
const mostEdges = 16
const longest = 512

export class Shape {
  readonly first: Node = { likely: undefined, others: [] }
  /** Edges learnt so far. */
  changes = 0
  readonly #nodes = new Map<string, Node>()

  /** Remembers that `key` came after `before`, and gives its node; the same node when it is too much to remember. */
  learn(before: Node, bytes: Uint8Array, view: DataView, from: number, to: number, key: string, target: Target | undefined): Node {
    let next = this.#nodes.get(key)
    if (next === undefined) {
      if (this.#nodes.size >= mostNodes) return { likely: undefined, others: [] }
      next = { likely: undefined, others: [] }
      this.#nodes.set(key, next)
    }
    if (
      to - from > longest ||
      to - from < 4 ||
      [before.likely, ...before.others].some(edge => edge !== undefined && edge.length === to - from && isAt(edge, bytes, view, from))
    )
      return next
    if (before.others.length >= mostEdges) before.others.pop()
    if (before.likely !== undefined) before.others.unshift(before.likely)
    this.changes++
    before.likely = edgeOf(Buffer.from(bytes.subarray(from, to)), target, next)
    return next
  }
}

/** The edge whose bytes lie at `p`, other than the likely one, with which it changes places; undefined when there is none. */
export function otherEdge(node: Node, bytes: Uint8Array, view: DataView, p: number): Edge | undefined {
  const { likely, others } = node
  for (let i = 0; i < others.length; i++) {
    const edge = others[i] as Edge
    if (!isAt(edge, bytes, view, p)) continue
    others[i] = likely as Edge
    node.likely = edge
    return edge
  }
  return undefined
}

/** True when the bytes of an edge lie at `p`. */
export function isAt(edge: Edge, bytes: Uint8Array, view: DataView, p: number): boolean {
  const first = (view.getInt32(p, true) ^ edge.word0) | (view.getInt32(p + edge.at1, true) ^ edge.word1)
  const second = (view.getInt32(p + edge.at2, true) ^ edge.word2) | (view.getInt32(p + edge.at3, true) ^ edge.word3)
  if ((first | second) !== 0) return false
  const rest = edge.bytes
  for (let i = 16; i < rest.length; i++) if (bytes[p + i] !== rest[i]) return false
  return true
}

function edgeOf(glue: Buffer, target: Target | undefined, next: Node): Edge {
  const { length } = glue
  const [at1, at2, at3] = [Math.min(4, length - 4), Math.min(8, length - 4), Math.min(12, length - 4)]
  const words = { word0: glue.readInt32LE(0), word1: glue.readInt32LE(at1), word2: glue.readInt32LE(at2), word3: glue.readInt32LE(at3) }
  const all = new Uint8Array(glue)
  return { length, at1, at2, at3, ...words, bytes: length > 16 ? all : new Uint8Array(0), glue: all, target, next }
}
