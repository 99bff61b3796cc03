/** Floor 3: expressions as vectorised functions over batches, hash aggregation, sorting. */
export { evaluate } from './evaluate.ts'
export { type Aggregator, aggregator } from './aggregate.ts'
export { filterBatch, projectBatch, sortBatch } from './rows.ts'
export { kernelFunctions, missingKernels } from './supported.ts'
