import type { BarPanel } from '../types.ts'
import type { Ink } from './paint.ts'

/** Marks by their colour, in the order the colours come. */
export function inksOf<T>(marks: readonly T[], inkOf: (mark: T) => Ink): readonly (readonly [Ink, readonly T[]])[] {
  const groups = new Map<Ink, T[]>()
  for (const mark of marks) {
    const ink = inkOf(mark)
    const group = groups.get(ink)
    if (group === undefined) groups.set(ink, [mark])
    else group.push(mark)
  }
  return [...groups]
}

/** Where the bars of one series stand within the place of their category, when series stand side by side; `pixels` is the width of that place. */
export function insets(panel: BarPanel, series: number | undefined, pixels: number, along: 'x' | 'y'): Readonly<Record<string, number>> {
  const count = panel.series.length
  if (panel.grouped !== true || series === undefined || count < 2) return {}
  const each = pixels / count
  const [before, after] = [series * each, (count - 1 - series) * each]
  return along === 'x' ? { insetLeft: before, insetRight: after } : { insetTop: before, insetBottom: after }
}
