/** Floor 6: advice with numbers: where to run, how to partition, what to keep the rows in. */
export { advise } from './advise.ts'
export { estimateDistinct } from './sample.ts'
export type {
  Advice,
  AdviceOptions,
  MachineFigures,
  PartitionAdvice,
  PartitionBy,
  RunAdvice,
  StoreAdvice,
} from './types.ts'
