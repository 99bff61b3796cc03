/** The effective watermark of each key group as an operator last saw it. */
import { beginning, keyGroups } from '../seams.ts'

export class Watermarks {
  readonly of: Float64Array = new Float64Array(keyGroups).fill(beginning)
  /** The furthest of any group: nothing later is due. */
  furthest: number = beginning

  /** True when one of them moved. */
  see(watermark: (group: number) => number): boolean {
    let moved = false
    for (let group = 0; group < keyGroups; group++) {
      const at = watermark(group)
      if (at === this.of[group]) continue
      this.of[group] = at
      moved = true
      if (at > this.furthest) this.furthest = at
    }
    return moved
  }
}
