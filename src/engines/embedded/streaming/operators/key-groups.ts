/** Keys are dealt out by groups, whose number never changes while the state lives; a subtask owns a run of them. */
import { keyGroups } from '../seams.ts'

/** The key group of a hash. */
export function groupOf(hash: number): number {
  // As (hash >>> 0) % keyGroups, which is a power of two.
  return hash & (keyGroups - 1)
}

/** Which of `width` subtasks a key group belongs to. */
export function ownerOf(group: number, width: number): number {
  return Math.floor((group * width) / keyGroups)
}

/** The key groups of a subtask, both ends included; `low` is above `high` when it has none. */
export function rangeOf(index: number, width: number): { readonly low: number; readonly high: number } {
  return { low: Math.ceil((index * keyGroups) / width), high: Math.ceil(((index + 1) * keyGroups) / width) - 1 }
}
