/** Advice as plain data: what was looked at, and what follows from it. */
import type { Duration } from '../schema/index.ts'
import type { Shown } from '../display/index.ts'

export interface AdviceOptions {
  /**
   * How the table will be used. `analyse`: read by the column, many rows at a time. `lookup`: single rows by a key. `update`: rows change. `share`: several
   * machines read it. Default: analyse.
   */
  readonly access?: 'analyse' | 'lookup' | 'update' | 'share'
  /** How long one run may take. Default: '10m'. */
  readonly within?: Duration
  /** What an hour of one processor costs, in your money; with it the advice names a price. */
  readonly pricePerCpuHour?: number
  /** Rows that are looked at for cardinality and skew. Default: 20000. */
  readonly sampleRows?: number
  /** The machine it would run on. Default: this one. */
  readonly machine?: MachineFigures
  readonly signal?: AbortSignal
}

export interface MachineFigures {
  /** Memory of the engine, in bytes. */
  readonly memoryBytes: number
  readonly threads: number
  /** Free space where the engine spills, in bytes. */
  readonly freeDiskBytes: number
}

/** What is known of one source of the plan without reading it. */
export interface SourceFigures {
  readonly kind: string
  /** As the user wrote it. */
  readonly path: string
  readonly files: number
  /** Bytes on the disk; of rows in memory an estimate from the sample. */
  readonly bytes: number
  readonly largestFile: number
  readonly rows: number
  /** Where `rows` comes from. */
  readonly rowsFrom: 'footers of the files' | 'bytes a row in the sample' | 'the sample, which holds all of it'
}

/** What the sample tells of one column of the result. */
export interface ColumnFigures {
  readonly name: string
  readonly type: string
  /** Different values in the whole, by the GEE estimator. */
  readonly distinct: number
  /** The share of the rows that has the most frequent value. */
  readonly topShare: number
  readonly nullShare: number
  /** Bytes of a value in memory. */
  readonly bytes: number
  /** Of times: seconds between the least and the greatest in the sample. */
  readonly spanSeconds?: number
  /** Of times: whether the rows of the sample are in their order. */
  readonly inOrder?: boolean
}

export interface Figures {
  readonly sources: readonly SourceFigures[]
  readonly sampledRows: number
  readonly columns: readonly ColumnFigures[]
  /** Rows of the result, estimated. */
  readonly rows: number
  /** Bytes of a row in memory. */
  readonly rowBytes: number
  /** Bytes of the result as Parquet, estimated. */
  readonly parquetBytes: number
  /** What the steps hold in memory at once, each with its estimate. */
  readonly steps: readonly StepFigures[]
  readonly machine: MachineFigures
}
export interface StepFigures {
  readonly step: string
  readonly rowsIn: number
  readonly memoryBytes: number
  readonly cpuSeconds: number
}

/** One answer with the figures it rests on. */
export interface Reasoned {
  readonly because: readonly string[]
}
export interface RunAdvice extends Reasoned {
  readonly where: 'embedded' | 'engine'
  /** For the embedded engine: `tidemill({ engine: embedded({ memoryLimit }) })`, in bytes. */
  readonly memoryLimit: number
  readonly cpuSeconds: number
  readonly seconds: number
  /** What is written to disk for want of memory, in bytes. */
  readonly spillBytes: number
  /** For another engine: workers of 4 processors. */
  readonly workers?: number
  readonly price?: number
}
export type PartitionBy =
  | { readonly by: 'nothing' }
  | { readonly by: 'value'; readonly column: string; readonly parts: number }
  | { readonly by: 'time'; readonly column: string; readonly every: 'hour' | 'day' | 'month' | 'year'; readonly parts: number }
  | { readonly by: 'hash'; readonly column: string; readonly parts: number }
export interface PartitionAdvice extends Reasoned {
  readonly partition: PartitionBy
  /** Columns whose values are so uneven that one task would do most of the work. */
  readonly skewed: readonly { readonly column: string; readonly topShare: number }[]
}
export interface StoreAdvice extends Reasoned {
  readonly store: 'one file' | 'partitioned Parquet' | 'PostgreSQL' | 'object store'
  /** True when there are so many small files that opening them costs more than reading them. */
  readonly compact: boolean
}
export interface Advice extends Shown {
  readonly figures: Figures
  readonly run: RunAdvice
  readonly partition: PartitionAdvice
  readonly store: StoreAdvice
  /** The same as plain data. */
  toJSON(): { readonly figures: Figures; readonly run: RunAdvice; readonly partition: PartitionAdvice; readonly store: StoreAdvice }
  toString(): string
}
