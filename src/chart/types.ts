/** What a chart is, as plain data: made by `plot` or from a model's figures, read by the drawing, the table, the sentence and the terminal. */
import type { Shown, ShowOptions } from '../display/index.ts'

export type ChartType = 'bar' | 'line' | 'area' | 'scatter' | 'histogram' | 'box' | 'heat'
export type Aggregate = 'count' | 'sum' | 'mean' | 'median' | 'min' | 'max'

/** Places on a `time` axis are milliseconds since 1970 of the clock the axis shows; places on a `category` axis are indices into `categories`. */
export interface Axis {
  readonly label: string
  readonly kind: 'number' | 'time' | 'category'
  readonly categories?: readonly string[]
  /** Places are values; the axis grows by factors. */
  readonly scale?: 'log'
  /** Ends that panels of one chart share. Default: by the marks. */
  readonly domain?: readonly [low: number, high: number]
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
  /** Bars of several series stand side by side instead of on one another. */
  readonly grouped?: boolean
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
  readonly lines: readonly PlotLine[]
}
/** Points in the order of x; `low` and `high` are the ends of a band around them. */
export interface PlotLine {
  readonly series: number
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly low?: readonly number[]
  readonly high?: readonly number[]
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
  /** How its classes are made: rows from zero, shares from 0 to 1, signed ones from -1 to 1, other amounts from the least to the greatest. */
  readonly of: 'rows' | 'share' | 'amount' | 'signed'
  /** Values the classes of colour begin and end at, which panels of one chart share. Default: by the cells. */
  readonly scale?: readonly [low: number, high: number]
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
  /** The column that has a panel for each of its values. */
  readonly facet?: string
}

export interface SvgOptions {
  /** `auto` follows the page by CSS variables and `light-dark()`; `light` and `dark` are plain colours, for programs that know no CSS. Default: `auto`. */
  readonly theme?: Theme | undefined
  /** In pixels. Default: 640. */
  readonly width?: number | undefined
  /** Marks say their figures when a pointer rests on them. Default: false. */
  readonly tips?: boolean | undefined
}
export type Theme = 'auto' | 'light' | 'dark'

export interface PngOptions {
  /** Default: `light`. */
  readonly theme?: 'light' | 'dark' | undefined
  /** Of the drawing, as in SVG. Default: 640. */
  readonly width?: number | undefined
  /** Pixels of the picture for each of the drawing, 0.25 to 8. Default: 2. */
  readonly scale?: number | undefined
  /** Files of fonts (TrueType, OpenType) for characters that Inter does not have: it writes Latin, Greek and Cyrillic. */
  readonly fonts?: readonly string[] | undefined
}

export interface SaveOptions extends Omit<PngOptions, 'theme'>, Omit<SvgOptions, 'theme'> {
  readonly theme?: Theme | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Chart extends ChartData, Shown {
  /** The chart as one sentence, for those who cannot see it. */
  readonly summary: string
  /** An SVG file: no script, nothing loaded. Its title and description are for screen readers. */
  toSvg(options?: SvgOptions): Promise<string>
  /**
   * A PNG picture, drawn here: no browser, no fonts of the machine.
   *
   * @throws chart.font when a character is in no font of the picture: name one that has it
   */
  toPng(options?: PngOptions): Promise<Uint8Array>
  /** A piece of a page that needs nothing else: title, drawing with tips, what was left out, the data as a table. */
  toHtml(): Promise<string>
  /**
   * Writes a file, whole or not at all: `.svg`, `.png`, `.html` (a page) or `.json` (the plain data). Gives the number of bytes.
   *
   * @example await chart.save('out/prices.png', { scale: 3 })
   * @throws chart.argument for another ending
   */
  save(path: string, options?: SaveOptions): Promise<number>
  /** Prints the chart in characters: on standard output, or on the stream that is given. */
  show(options?: ShowOptions): void
  /**
   * Opens the chart as a page in the browser of this machine; gives the path of the page, in the folder of temporary files.
   *
   * @throws chart.window where no browser can be started
   */
  open(): Promise<string>
}

export type Scale = 'linear' | 'log'

export interface PlotOptions<Name extends string = string> {
  readonly x?: Name | undefined
  readonly y?: Name | undefined
  /** A third column, by colour. */
  readonly color?: Name | undefined
  /** A column with few values: a small chart for each, at most 12, with the same axes. */
  readonly facet?: Name | undefined
  /** Default: chosen by the types of the columns and the number of rows. */
  readonly type?: ChartType | undefined
  /** What becomes of `y` in each group. Default: `mean` where groups are drawn. */
  readonly aggregate?: Aggregate | undefined
  /** How many bars or cells along an axis, 1 to 200. Default: by the number of rows, with round edges. */
  readonly bins?: number | undefined
  /** Order of categories: by the value (greatest first) or by name. Default: `value`. */
  readonly sort?: 'value' | 'name' | undefined
  /** How many categories are shown by name, 1 to 100; the others are brought together. Default: what has room. */
  readonly top?: number | undefined
  /** Bars of several colours. Default: stacked where values can be added (`count`, `sum`), else side by side. */
  readonly bars?: 'stacked' | 'grouped' | undefined
  /** The axis grows by factors; values that are not above zero are left out and counted. Default: `linear`. */
  readonly xScale?: Scale | undefined
  readonly yScale?: Scale | undefined
  /** The clock that instants are shown and cut by: `Europe/Paris`. Default: UTC. Values of type `datetime` and `date` have a clock of their own. */
  readonly timeZone?: string | undefined
  readonly title?: string | undefined
  readonly signal?: AbortSignal | undefined
}
