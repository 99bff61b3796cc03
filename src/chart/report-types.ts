import type { Shown } from '../display/index.ts'
import type { Clock } from '../time/index.ts'
import type { Chart } from './types.ts'

/** One value of a report: numbers are printed with six digits at most. */
export type ReportValue = string | number | bigint | boolean | null | object

/** A part of a report; what it holds says what it is. All text is shown as text. */
export type Section =
  | TextSection
  | MarkdownSection
  | TableSection
  | ChartSection
  | FiguresSection
  | ValuesSection
  | ValueSection
  | NoteSection
  | WarningSection
  | BesideSection
  | GroupSection

/** Paragraphs: one, or several. */
export interface TextSection {
  readonly title?: string | undefined
  readonly text: string | readonly string[]
}
/**
 * Text with a part of Markdown: headings, paragraphs, lists, quotes, code, `**bold**`, `*italic*`, links to http, https and mailto. HTML in it is text.
 */
export interface MarkdownSection {
  readonly title?: string | undefined
  readonly markdown: string
}
/** Key figures in large type. */
export interface FiguresSection {
  readonly title?: string | undefined
  readonly figures: readonly (readonly [name: string, value: ReportValue])[]
}
/** Any value that shows itself: a profile, a report of checks, a model, a scaling report. One with `toFragment()` gives its own piece of HTML. */
export interface ValueSection {
  readonly title?: string | undefined
  readonly value: object
}
/** Two to four sections side by side, where there is room. */
export interface BesideSection {
  readonly title?: string | undefined
  readonly beside: readonly Exclude<Section, GroupSection | BesideSection>[]
}
/** Rows of plain objects; at most 200 are shown, and the report says so. */
export interface TableSection {
  readonly title?: string | undefined
  readonly table: readonly object[]
  /** Which columns, in order. Default: all, as they come. */
  readonly columns?: readonly string[] | undefined
}
export interface ChartSection {
  /** Default: the title of the chart. */
  readonly title?: string | undefined
  readonly chart: Chart
  /** Over the whole width; else two charts stand beside one another where there is room. Default: small multiples are wide, other charts are not. */
  readonly wide?: boolean | undefined
}
export interface ValuesSection {
  readonly title?: string | undefined
  readonly values: readonly (readonly [name: string, value: ReportValue])[]
}
export interface NoteSection {
  readonly title?: string | undefined
  readonly note: string
}
export interface WarningSection {
  readonly title?: string | undefined
  readonly warning: string
}
/** Sections under a common heading; a group holds no groups. */
export interface GroupSection {
  readonly title: string
  readonly sections: readonly Exclude<Section, GroupSection>[]
}

export interface ReportOptions {
  readonly title: string
  readonly subtitle?: string | undefined
  /** Key figures, in large type below the title. */
  readonly facts?: readonly (readonly [name: string, value: ReportValue])[] | undefined
  readonly sections: readonly Section[]
  /** Says when the report was made. Default: the system's. */
  readonly clock?: Clock | undefined
}

/** What `report([...])` takes: sections, or what makes one: text (Markdown), a chart, rows, a value that shows itself. */
export type ReportItem = Section | Chart | string | readonly object[] | Shown

/** The plain data of a report. */
export interface ReportData {
  readonly title: string
  readonly subtitle?: string | undefined
  readonly facts: readonly (readonly [name: string, value: ReportValue])[]
  readonly sections: readonly Section[]
  /** Milliseconds since 1970. */
  readonly made: number
}

export interface Report extends ReportData, Shown {
  /** One page that needs nothing else: nothing is loaded, no script runs. */
  toHtml(): Promise<string>
  /** The report as plain data: charts as their data, tables as rows, values that show themselves as their descriptions. */
  toJson(): object
  /** Writes the page, whole or not at all; `.json`: the plain data. Gives the number of bytes. */
  save(path: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<number>
}
