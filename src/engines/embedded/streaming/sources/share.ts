import type { SourceShare } from '../seams.ts'

/** True when a partition belongs to this share: by its place in the list of the start, and one that was found later by its name. */
export function isMine({ index, width, initial }: SourceShare, partition: string): boolean {
  const at = initial.indexOf(partition)
  return (at === -1 ? hash(partition) : at) % width === index
}

/** FNV-1a of the UTF-16 units. */
function hash(text: string): number {
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return state >>> 0
}
