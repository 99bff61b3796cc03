/** Observable Plot over a document without a browser. Both are loaded at the first drawing. */
import type * as PlotModule from '@observablehq/plot'
import type { Paint } from './paint.ts'

export interface Canvas {
  readonly Plot: typeof PlotModule
  readonly document: SvgDocument
  readonly paint: Paint
  readonly width: number
  /** Marks say their figures when a pointer rests on them. */
  readonly tips: boolean
  /** Drawings say what their colours mean; else who made the canvas does. */
  readonly legends: boolean
}

// The little of a document that is used here; the compiler has no types of browsers.
export interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement
}
export interface SvgElement {
  readonly localName: string
  readonly children: ArrayLike<SvgElement>
  readonly attributes: ArrayLike<{ readonly name: string; readonly value: string }>
  readonly outerHTML: string
  textContent: string | null
  setAttribute(name: string, value: string): void
  getAttribute(name: string): string | null
  removeAttribute(name: string): void
  append(...children: SvgElement[]): void
  prepend(...children: SvgElement[]): void
  remove(): void
}

export const svgSpace = 'http://www.w3.org/2000/svg'

/** A canvas of so many pixels. */
export async function canvas(width: number, paint: Paint, tips = false): Promise<Canvas> {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')])
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as { readonly document: SvgDocument }
  return { Plot, document, paint, width, tips, legends: true }
}

/** An element with attributes. */
export function element(
  document: SvgDocument,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
): SvgElement {
  const made = document.createElementNS(svgSpace, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  if (text !== undefined) made.textContent = text
  return made
}

/**
 * Takes out what a page cannot have: Plot's own style element, labels on groups without a role (no screen reader may read them), and digits that no eye sees.
 */
export function tidy(svg: SvgElement): void {
  for (const child of Array.from(svg.children)) {
    if (child.localName === 'style') child.remove()
    else tidyInside(child)
  }
  for (const name of ['class', 'aria-label']) svg.removeAttribute(name)
  roundNumbers(svg)
}

function tidyInside(part: SvgElement): void {
  for (const name of ['aria-label', 'aria-hidden', 'aria-description', 'class']) part.removeAttribute(name)
  roundNumbers(part)
  for (const child of Array.from(part.children)) tidyInside(child)
}

function roundNumbers(part: SvgElement): void {
  for (const { name, value } of Array.from(part.attributes)) {
    const rounded = value.replaceAll(/-?\d+\.\d{3,}(?:e-?\d+)?/g, digits => shortNumber(Number(digits)))
    if (rounded !== value) part.setAttribute(name, rounded)
  }
}

/** A coordinate: hundredths of a pixel. */
export function shortNumber(value: number): string {
  return String(Math.round(value * 100) / 100 + 0)
}
