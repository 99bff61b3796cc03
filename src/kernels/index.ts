/** Floor 3: expressions as vectorised functions over batches, hash aggregation, sorting. */
export { evaluate, evaluateAll } from './evaluate.ts'
export { type Aggregator, aggregator } from './aggregate.ts'
export { AggregateStates } from './aggregate-states.ts'
export { StateReader, StateWriter } from './state-bytes.ts'
export { filterBatch, keptRows, projectBatch, sortBatch } from './rows.ts'
export { kernelFunctions, missingKernels } from './supported.ts'
export { type BrokenLine, type NdjsonColumn, type NdjsonDecoder, ndjsonDecoder, type NdjsonPart } from './ndjson/decoder.ts'
