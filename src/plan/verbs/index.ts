/** The one body of each verb: `(input, args, at) => Plan`. Tables and streams call the same. */
import { aggregate } from './aggregate.ts'
import { as } from './as.ts'
import { joinAsOf } from './as-of.ts'
import { cast, tryCast } from './cast.ts'
import { clip } from './clip.ts'
import { correlation } from './correlation.ts'
import { cut, qcut } from './cut.ts'
import { describe } from './describe.ts'
import { distinct } from './distinct.ts'
import { drop } from './drop.ts'
import { dropNulls } from './drop-nulls.ts'
import { eventTime } from './event-time.ts'
import { explode } from './explode.ts'
import { fillFrom } from './fill-from.ts'
import { fillNull } from './fill-null.ts'
import { filter } from './filter.ts'
import { groupingSets } from './grouping-sets.ts'
import { join, joinWhere } from './join.ts'
import { late } from './late.ts'
import { limit } from './limit.ts'
import { map } from './map.ts'
import { onError } from './on-error.ts'
import { pivot } from './pivot.ts'
import { process } from './process.ts'
import { rename } from './rename.ts'
import { reorder } from './reorder.ts'
import { replace } from './replace.ts'
import { resample } from './resample.ts'
import { withRowIndex } from './row-index.ts'
import { sample } from './sample.ts'
import { scan } from './scan.ts'
import { select } from './select.ts'
import { selectTypes } from './select-types.ts'
import { except, intersect } from './set-operation.ts'
import { sink } from './sink.ts'
import { slice, tail } from './slice.ts'
import { sort } from './sort.ts'
import { split } from './split.ts'
import { stepName } from './step-name.ts'
import { topK } from './top.ts'
import { transform } from './transform.ts'
import { union } from './union.ts'
import { unnest } from './unnest.ts'
import { unpivot } from './unpivot.ts'
import { nullCounts, valueCounts } from './value-counts.ts'
import { running, window } from './window.ts'
import { withColumns } from './with-columns.ts'
import { remembering } from '../written.ts'

export type { AggregateArgs } from './aggregate.ts'
export type { AsArgs } from './as.ts'
export type { AsOfArgs, AsOfDirection } from './as-of.ts'
export type { CastArgs } from './cast.ts'
export type { ClipArgs } from './clip.ts'
export type { CorrelationArgs } from './correlation.ts'
export type { CutArgs, QuantileCutArgs } from './cut.ts'
export type { DescribeArgs } from './describe.ts'
export type { DistinctArgs } from './distinct.ts'
export type { DropArgs } from './drop.ts'
export type { DropNullsArgs } from './drop-nulls.ts'
export type { EventTimeArgs } from './event-time.ts'
export type { ExplodeArgs } from './explode.ts'
export type { FillFromArgs, FillStrategy } from './fill-from.ts'
export type { FillNullArgs } from './fill-null.ts'
export type { FilterArgs } from './filter.ts'
export type { GroupingSetsArgs } from './grouping-sets.ts'
export type { JoinArgs, JoinWhereArgs } from './join.ts'
export type { LimitArgs } from './limit.ts'
export type { MapArgs } from './map.ts'
export type { OnErrorArgs } from './on-error.ts'
export type { PivotArgs } from './pivot.ts'
export type { ProcessArgs } from './process.ts'
export type { RenameArgs } from './rename.ts'
export type { ReorderArgs } from './reorder.ts'
export type { ReplaceArgs } from './replace.ts'
export type { Period, ResampleArgs } from './resample.ts'
export type { RowIndexArgs } from './row-index.ts'
export type { SampleArgs } from './sample.ts'
export type { ColumnPick, SelectArgs } from './select.ts'
export type { SelectTypesArgs, TypeFamily } from './select-types.ts'
export type { SetArgs } from './set-operation.ts'
export type { SinkArgs } from './sink.ts'
export type { SliceArgs, TailArgs } from './slice.ts'
export type { SortArgs } from './sort.ts'
export type { RowSplit, SplitArgs } from './split.ts'
export type { StepNameArgs } from './step-name.ts'
export type { TopArgs } from './top.ts'
export type { TransformArgs } from './transform.ts'
export type { UnionArgs } from './union.ts'
export type { UnnestArgs } from './unnest.ts'
export type { UnpivotArgs } from './unpivot.ts'
export type { ValueCountsArgs } from './value-counts.ts'
export type { RunningArgs, WindowArgs } from './window.ts'
export type { WithColumnsArgs } from './with-columns.ts'
export { cubeSets, rollupSets } from './grouping-sets.ts'

export interface VerbTable {
  readonly scan: typeof scan
  readonly filter: typeof filter
  readonly select: typeof select
  readonly withColumns: typeof withColumns
  readonly drop: typeof drop
  readonly rename: typeof rename
  readonly fillNull: typeof fillNull
  readonly dropNulls: typeof dropNulls
  readonly aggregate: typeof aggregate
  readonly distinct: typeof distinct
  readonly sort: typeof sort
  readonly limit: typeof limit
  readonly sample: typeof sample
  readonly split: typeof split
  readonly join: typeof join
  readonly joinWhere: typeof joinWhere
  readonly union: typeof union
  readonly explode: typeof explode
  readonly pivot: typeof pivot
  readonly unpivot: typeof unpivot
  readonly map: typeof map
  readonly transform: typeof transform
  readonly as: typeof as
  readonly describe: typeof describe
  readonly eventTime: typeof eventTime
  readonly window: typeof window
  readonly running: typeof running
  readonly process: typeof process
  readonly onError: typeof onError
  readonly late: typeof late
  readonly sink: typeof sink
  readonly stepName: typeof stepName
  readonly joinAsOf: typeof joinAsOf
  readonly cast: typeof cast
  readonly tryCast: typeof tryCast
  readonly clip: typeof clip
  readonly correlation: typeof correlation
  readonly cut: typeof cut
  readonly qcut: typeof qcut
  readonly fillFrom: typeof fillFrom
  readonly groupingSets: typeof groupingSets
  readonly reorder: typeof reorder
  readonly replace: typeof replace
  readonly resample: typeof resample
  readonly withRowIndex: typeof withRowIndex
  readonly selectTypes: typeof selectTypes
  readonly except: typeof except
  readonly intersect: typeof intersect
  readonly slice: typeof slice
  readonly tail: typeof tail
  readonly topK: typeof topK
  readonly unnest: typeof unnest
  readonly nullCounts: typeof nullCounts
  readonly valueCounts: typeof valueCounts
}

const bodies: VerbTable = {
  scan,
  filter,
  select,
  withColumns,
  drop,
  rename,
  fillNull,
  dropNulls,
  aggregate,
  distinct,
  sort,
  limit,
  sample,
  split,
  join,
  joinWhere,
  union,
  explode,
  pivot,
  unpivot,
  map,
  transform,
  as,
  describe,
  eventTime,
  window,
  running,
  process,
  onError,
  late,
  sink,
  stepName,
  joinAsOf,
  cast,
  tryCast,
  clip,
  correlation,
  cut,
  qcut,
  fillFrom,
  groupingSets,
  reorder,
  replace,
  resample,
  withRowIndex,
  selectTypes,
  except,
  intersect,
  slice,
  tail,
  topK,
  unnest,
  nullCounts,
  valueCounts,
}

/** The verbs, each of which writes down how it was called. */
export const verbs: VerbTable = Object.freeze(remembering(bodies))
