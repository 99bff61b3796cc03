/** What a chart is, as plain data: made by `plot` or from a model's figures, read by the drawing, the table, the sentence and the terminal. */
import type { Shown } from '../display/index.ts'

export type ChartType = 'bar' | 'line' | 'area' | 'scatter' | 'histogram' | 'box' | 'heat'
export type Aggregate = 'count' | 'sum' | 'mean' | 'median' | 'min' | 'max'

/** Places on a `time` axis are milliseconds since 1970, UTC; places on a `category` axis are indices into `categories`. */
export interface Axis {
  readonly label: string
  readonly kind: 'number' | 'time' | 'category'
  readonly categories?: readonly string[]
}

/** A value for each category: bars from zero, or dots. `low` and `high` are drawn as a spread. Without `bars` stacked by `series` each category has one. */
export interface BarPanel {
  readonly shape: 'bar' | 'dot'
  readonly title?: string
  readonly x: Axis
  readonly y: Axis
  /** Bars lie: categories stand on the upright axis. Where names have no room below, bars lie anyway. */
  readonly level: boolean
  /** The categories have an order of their own (years, periods): bars stand from left to right, names that have no room are left out. */
  readonly ordered?: boolean
  /** Names of the colours; empty when there is one colour only. */
  readonly series: readonly string[]
  readonly bars: readonly Bar[]
}
export interface Bar {
  readonly at: number
  readonly series: number
  readonly value: number
  readonly low?: number
  readonly high?: number
  /** Drawn in the colour of what stands out. */
  readonly marked?: boolean
}

/** Rows between edges. `counts` has a list for each series, one entry a bar; `edges` has one more. */
export interface HistogramPanel {
  readonly shape: 'histogram'
  readonly title?: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly string[]
  readonly edges: readonly number[]
  readonly counts: readonly (readonly number[])[]
  /** A dashed line. */
  readonly rule?: { readonly label: string; readonly at: number }
}

/** One line a series, points in the order of x. Areas of several series are stacked. */
export interface LinePanel {
  readonly shape: 'line' | 'area'
  readonly title?: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly string[]
  readonly lines: readonly { readonly series: number; readonly x: readonly number[]; readonly y: readonly number[] }[]
}

/** Points; `color` holds a number each: the place in `series`, or the value on the colour axis. */
export interface ScatterPanel {
  readonly shape: 'scatter'
  readonly title?: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly string[]
  readonly colorAxis?: Axis
  readonly points: { readonly x: readonly number[]; readonly y: readonly number[]; readonly color?: readonly number[] }
  /** A dashed line across at this y. */
  readonly rule?: { readonly label: string; readonly at: number }
}

/** Quartiles of each category; whiskers end at the outermost values within 1.5 times the distance of the quartiles (Tukey). */
export interface BoxPanel {
  readonly shape: 'box'
  readonly title?: string
  readonly x: Axis
  readonly y: Axis
  readonly level: boolean
  readonly boxes: readonly Box[]
}
export interface Box {
  readonly at: number
  readonly count: number
  readonly min: number
  readonly low: number
  readonly q1: number
  readonly median: number
  readonly q3: number
  readonly high: number
  readonly max: number
  /** Values beyond the whiskers. */
  readonly beyond: number
}

/** Cells of two axes. A binned axis has edges; cells without rows are not there. */
export interface HeatPanel {
  readonly shape: 'heat'
  readonly title?: string
  readonly x: Axis
  readonly y: Axis
  readonly xEdges?: readonly number[]
  readonly yEdges?: readonly number[]
  /** What the colour says. */
  readonly value: string
  /** How its classes are made: rows from zero, shares from 0 to 1, other amounts from the least to the greatest. */
  readonly of: 'rows' | 'share' | 'amount'
  readonly cells: readonly Cell[]
  /** A dashed line across at this y. */
  readonly rule?: { readonly label: string; readonly at: number }
}
export interface Cell {
  readonly x: number
  readonly y: number
  readonly rows: number
  readonly value: number
  /** Written in the cell where there is room. */
  readonly text?: string
}

export type Panel = BarPanel | HistogramPanel | LinePanel | ScatterPanel | BoxPanel | HeatPanel

/** The plain data of a chart. */
export interface ChartData {
  readonly type: ChartType | 'dot'
  readonly title: string
  /** Why it is a chart of this type. */
  readonly reason: string
  /** What a reader must know besides: rows left out, samples, tails that are not drawn. */
  readonly notes: readonly string[]
  /** Rows of the data that the chart is made of. */
  readonly rows: number
  /** Most charts have one. */
  readonly panels: readonly Panel[]
}

export interface SvgOptions {
  /** `auto` follows the page by CSS variables and `light-dark()`; `light` and `dark` are plain colours, for programs that know no CSS. Default: `auto`. */
  readonly theme?: Theme | undefined
  /** In pixels. Default: 640. */
  readonly width?: number | undefined
}
export type Theme = 'auto' | 'light' | 'dark'

export interface Chart extends ChartData, Shown {
  /** The chart as one sentence, for those who cannot see it. */
  readonly summary: string
  /** An SVG file: no script, nothing loaded, hidden from screen readers (the page around it says `summary`). */
  toSvg(options?: SvgOptions): Promise<string>
  /** A piece of a page that needs nothing else: title, drawing, what was left out, the data as a table. */
  toHtml(): Promise<string>
}

export interface PlotOptions {
  readonly x?: string | undefined
  readonly y?: string | undefined
  /** A third column, by colour. */
  readonly color?: string | undefined
  /** Default: chosen by the types of the columns and the number of rows. */
  readonly type?: ChartType | undefined
  /** What becomes of `y` in each group. Default: `mean` where groups are drawn. */
  readonly aggregate?: Aggregate | undefined
  /** How many bars or cells along an axis, 1 to 200. Default: by the number of rows, with round edges. */
  readonly bins?: number | undefined
  readonly title?: string | undefined
  readonly signal?: AbortSignal | undefined
}
