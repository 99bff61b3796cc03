import type { Shown } from '../display/index.ts'
import type { Clock } from '../time/index.ts'
import type { Chart } from './types.ts'

/** One value of a report: numbers are printed with six digits at most. */
export type ReportValue = string | number | bigint | boolean | null | object

/** A part of a report; what it holds says what it is. All text is shown as text. */
export type Section = TextSection | TableSection | ChartSection | ValuesSection | NoteSection | WarningSection | GroupSection

/** Paragraphs: one, or several. */
export interface TextSection {
  readonly title?: string | undefined
  readonly text: string | readonly string[]
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
  /** Over the whole width; else two charts stand beside one another where there is room. Default: false. */
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
  /** Writes the page, whole or not at all. Gives the number of bytes. */
  save(path: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<number>
}
