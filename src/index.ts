/** Floor 9: the front door of the package. */
export { tidemill, type Session, type SqlOptions, type TidemillOptions } from './session/index.ts'
export {
  byteKeys,
  characters,
  fields,
  words,
  type JobContext,
  type JobProgress,
  type JobReport,
  type MapReduceJob,
  type ScalingReport,
  type TokenJob,
  type TokenMap,
} from './mapreduce/index.ts'
export {
  coalesce,
  col,
  count,
  countDistinct,
  cumeDist,
  denseRank,
  greatest,
  least,
  listOf,
  lit,
  makeDate,
  makeDatetime,
  ntile,
  percentRank,
  range,
  rank,
  rowNumber,
  structOf,
  when,
  type Expr,
} from './expr/index.ts'
export {
  calendarDate,
  decimal,
  interval,
  list,
  localDateTime,
  map,
  oneOf,
  schemaOf,
  struct,
  timeOfDay,
  type CalendarDate,
  type Decimal,
  type Duration,
  type Interval,
  type LocalDateTime,
  type OpenRow,
  type Row,
  type Schema,
  type TimeOfDay,
  type Timestamp,
} from './schema/index.ts'
export { column, each, expectThat, fresh, profile, rowCount } from './quality/index.ts'
export { TidemillError, type ErrorCode } from './errors/index.ts'
export type { Dataset } from './dataset/index.ts'
export type { Stream } from './stream/index.ts'
