/** The colours of charts and reports: pairs for light and dark paper. Measured in the design: 3:1 or better on their surface, apart for the colour-blind. */
import type { Theme } from '../types.ts'

type Pair = readonly [light: string, dark: string]

/** A colour by its name. */
export type Ink =
  | 'canvas'
  | 'surface'
  | 'well'
  | 'line'
  | 'line-strong'
  | 'text'
  | 'text-2'
  | 'text-3'
  | 'accent'
  | 'warn'
  | 'warn-mark'
  | `c${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`
  | `q${0 | 1 | 2 | 3 | 4 | 5 | 6}`
  | 'on-q3'
  | 'on-q4'
  | 'n1'
  | 'n2'
  | 'on-n2'

const inks: Readonly<Record<Ink, Pair>> = {
  canvas: ['#f4f6f7', '#0e1113'],
  surface: ['#ffffff', '#16191c'],
  well: ['#f0f3f5', '#1d2226'],
  line: ['#dde2e6', '#2a3036'],
  'line-strong': ['#818c96', '#717c86'],
  text: ['#14191d', '#e6ebee'],
  'text-2': ['#46515b', '#adb7bf'],
  'text-3': ['#5d6872', '#909ba5'],
  accent: ['#0a6183', '#62bddd'],
  warn: ['#835500', '#dba53c'],
  'warn-mark': ['#c58511', '#d19a33'],
  c1: ['#3a60c6', '#3b80ff'],
  c2: ['#d37c2f', '#b98c2c'],
  c3: ['#014f51', '#caf8c3'],
  c4: ['#a771fc', '#b19ffe'],
  c5: ['#900202', '#b54007'],
  c6: ['#26a1b1', '#5c7875'],
  c7: ['#7f696a', '#fea3ab'],
  c8: ['#500182', '#9043b4'],
  q0: ['#edf3f6', '#1b2429'],
  q1: ['#cfe3ec', '#1c3a47'],
  q2: ['#9cc5d8', '#1f5366'],
  q3: ['#5599b6', '#2a7089'],
  q4: ['#327f9f', '#4592ae'],
  q5: ['#175f7d', '#74b6cd'],
  q6: ['#0a4058', '#b3dce9'],
  // Text on q3 and on q4 to q6, the side that is read better.
  'on-q3': ['#0e1113', '#ffffff'],
  'on-q4': ['#ffffff', '#0e1113'],
  // Below zero, where amounts have two sides; the side above has q2 and q4.
  n1: ['#eec493', '#6b4a1d'],
  n2: ['#a85a12', '#d69a4a'],
  'on-n2': ['#ffffff', '#0e1113'],
}

/** How a drawing says a colour. */
export type Paint = (ink: Ink) => string

/** `auto` names a CSS variable, which `inkStyle` defines; the others are plain colours. */
export function paintOf(theme: Theme): Paint {
  if (theme === 'auto') return ink => `var(--${ink})`
  return ink => inks[ink][theme === 'light' ? 0 : 1]
}

/** The variables, for the elements a selector names and those inside. Which side shows follows the `color-scheme` there. */
export function inkStyle(selector: string): string {
  const pairs = Object.entries(inks).map(([name, [light, dark]]) => `--${name}:light-dark(${light},${dark})`)
  return `${selector}{${pairs.join(';')}}`
}

const series = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'] as const
const dashes = ['', '', '6 3', '2 3', '8 3 2 3', '10 4', '4 2', '1 3'] as const

/** The colour of a series. */
export function seriesInk(index: number): Ink {
  return series[index % series.length] ?? 'c1'
}

/** From the third series on lines have dashes too, so that colour is not all that tells them apart. */
export function seriesDash(index: number): string {
  return dashes[index % dashes.length] ?? ''
}

const amounts = ['q1', 'q2', 'q3', 'q4', 'q5', 'q6'] as const

/** Classes of amounts: how many there are. */
export const amountClasses: number = amounts.length

/** The colour of a class of amounts, and of text on it. */
export function amountInk(index: number): { readonly fill: Ink; readonly text: Ink } {
  const fill = amounts[Math.min(amounts.length - 1, Math.max(0, index))] ?? 'q1'
  return { fill, text: index < 2 ? 'text' : index === 2 ? 'on-q3' : 'on-q4' }
}

const signed: readonly (readonly [fill: Ink, text: Ink])[] = [
  ['n2', 'on-n2'],
  ['n1', 'text'],
  ['q0', 'text'],
  ['q2', 'text'],
  ['q5', 'on-q4'],
]

/** The colour of a class of amounts below, about and above zero. */
export function signedInk(index: number): { readonly fill: Ink; readonly text: Ink } {
  const [fill, text] = signed[Math.min(signed.length - 1, Math.max(0, index))] ?? ['q0', 'text']
  return { fill, text }
}
