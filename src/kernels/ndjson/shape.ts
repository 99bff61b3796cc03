/** The keys of lines, in the orders they were seen: what comes after a value is compared with bytes that came there before. */
import type { Target } from './target.ts'

/** After a key: which keys have followed it. One node for each key, and one for the beginning of a line. */
export interface Node {
  readonly edges: Edge[]
}
/** All bytes between two values: `,"price":`, with the blanks as they were. */
export interface Edge {
  readonly length: number
  /** Words of four bytes; the last ends where the bytes end, and may overlap. */
  readonly words: Int32Array
  /** Undefined for a key that nobody asked for. */
  readonly target: Target | undefined
  readonly next: Node
}

/** Bounds, as keys may be data: `{"user-1": 5}`. */
const mostNodes = 2048
const mostEdges = 16
const longest = 512

export class Shape {
  readonly first: Node = { edges: [] }
  readonly #nodes = new Map<string, Node>()

  /** Remembers that `key` came after `before`, and gives its node; the same node when it is too much to remember. */
  learn(before: Node, bytes: Uint8Array, from: number, to: number, key: string, target: Target | undefined): Node {
    let next = this.#nodes.get(key)
    if (next === undefined) {
      if (this.#nodes.size >= mostNodes) return { edges: [] }
      next = { edges: [] }
      this.#nodes.set(key, next)
    }
    if (to - from > longest || to - from < 4 || before.edges.some(edge => isSame(edge, bytes, from, to))) return next
    const words = wordsOf(bytes, from, to)
    if (before.edges.length >= mostEdges) before.edges.pop()
    before.edges.push({ length: to - from, words, target, next })
    return next
  }
}

/** The edge whose bytes lie at `p`, which then comes one place forward; undefined when there is none. */
export function edgeAt(node: Node, view: DataView, p: number): Edge | undefined {
  const { edges } = node
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i] as Edge
    if (!isAt(edge, view, p)) continue
    if (i > 0) {
      edges[i] = edges[i - 1] as Edge
      edges[i - 1] = edge
    }
    return edge
  }
  return undefined
}

function isAt(edge: Edge, view: DataView, p: number): boolean {
  const { words, length } = edge
  const last = words.length - 1
  for (let i = 0; i < last; i++) if (view.getInt32(p + 4 * i, true) !== words[i]) return false
  return view.getInt32(p + length - 4, true) === words[last]
}

function wordsOf(bytes: Uint8Array, from: number, to: number): Int32Array {
  const glue = Buffer.from(bytes.subarray(from, to))
  const words = new Int32Array(Math.ceil(glue.length / 4))
  for (let i = 0; i < words.length - 1; i++) words[i] = glue.readInt32LE(4 * i)
  words[words.length - 1] = glue.readInt32LE(glue.length - 4)
  return words
}

function isSame(edge: Edge, bytes: Uint8Array, from: number, to: number): boolean {
  if (edge.length !== to - from) return false
  const words = wordsOf(bytes, from, to)
  return words.every((word, i) => word === edge.words[i])
}
