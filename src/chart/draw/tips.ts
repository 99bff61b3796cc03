import { labelText } from '../figures.ts'
import type { Canvas } from './canvas.ts'

/** What a mark says when a pointer rests on it: a line for each fact. Nothing where the canvas has no tips. */
export function tipsOf<T>({ tips }: Canvas, facts: (mark: T) => readonly (string | undefined)[]): { readonly title?: (mark: T) => string } {
  if (!tips) return {}
  return {
    title: mark =>
      facts(mark)
        .filter(fact => fact !== undefined && fact !== '')
        .map(fact => labelText(fact ?? '', 120))
        .join('\n'),
  }
}
