/** Floor 5: thin immutable typed builder over a bounded plan. */
export { dataset } from './dataset.ts'
export type { DatasetContext } from './context.ts'
export type {
  Aggregates,
  ArrowRunOptions,
  CachedDataset,
  CheckpointDataset,
  ColumnFigures,
  Dataset,
  DatasetBuilder,
  Grouped,
  ResponseOptions,
} from './types.ts'
export type { Joined, JoinCheck, JoinOn, JoinOptions } from './join-types.ts'
