/** What a value looks like, as plain data: made once, read by every renderer. */

export interface TableColumn {
  readonly name: string
  /** The type as text; empty where there is none to tell. */
  readonly type: string
  readonly align: 'left' | 'right'
}
export interface TableDescription {
  readonly kind: 'table'
  readonly title?: string | undefined
  readonly columns: readonly TableColumn[]
  /** Cells as text; null is a NULL. */
  readonly rows: readonly (readonly (string | null)[])[]
  /** Rows of the whole table, where known. */
  readonly total?: number | undefined
  /** Rows that are here. */
  readonly shown: number
  readonly note?: string | undefined
}
export interface TextDescription {
  readonly kind: 'text'
  readonly text: string
}
export interface KeyValuesDescription {
  readonly kind: 'keyValues'
  readonly title?: string | undefined
  readonly pairs: readonly (readonly [key: string, value: string | null])[]
}

/** One bar for each `x`. `edges` (one more than bars) makes it a histogram, so that a rule can be placed on its x axis. */
export interface BarsMark {
  readonly mark: 'bars'
  readonly x: readonly (string | number)[]
  readonly y: readonly number[]
  readonly edges?: readonly number[] | undefined
  /** Text beside each bar instead of its value. */
  readonly labels?: readonly string[] | undefined
}
export interface XyMark {
  readonly mark: 'line' | 'points'
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly labels?: readonly string[] | undefined
  /** For the legend. */
  readonly name?: string | undefined
}
/** A straight line across the figure: at a place of the x axis (upright) or of the y axis (level). */
export interface RuleMark {
  readonly mark: 'rule'
  readonly x?: number | undefined
  readonly y?: number | undefined
  readonly label?: string | undefined
}
export type Mark = BarsMark | XyMark | RuleMark
export interface FigureDescription {
  readonly kind: 'figure'
  readonly title: string
  readonly xLabel?: string | undefined
  readonly yLabel?: string | undefined
  readonly marks: readonly Mark[]
}

export interface TreeNode {
  readonly label: string
  readonly children?: readonly TreeNode[] | undefined
}
export interface TreeDescription {
  readonly kind: 'tree'
  readonly root: TreeNode
}
export interface ProgressDescription {
  readonly kind: 'progress'
  readonly label: string
  /** 0 to 1. */
  readonly fraction?: number | undefined
  readonly rows?: number | undefined
  readonly bytes?: number | undefined
  readonly rowsPerSecond?: number | undefined
  readonly bytesPerSecond?: number | undefined
  readonly secondsLeft?: number | undefined
  readonly done?: boolean | undefined
}
export interface GroupDescription {
  readonly kind: 'group'
  readonly title?: string | undefined
  readonly items: readonly Description[]
}

export type Description =
  | TableDescription
  | TextDescription
  | KeyValuesDescription
  | FigureDescription
  | TreeDescription
  | ProgressDescription
  | GroupDescription
