/** Contract suites: lists of named cases for every seam, for any test runner or none. */
export { type Case, type CaseResult, runCase, runSuite, type SuiteOptions, type SuiteReport } from './suite.ts'
export { checkEngine, engineCases } from './check-engine.ts'
export { kernelCases } from './conformance.ts'
export { type EngineContext, inContext, withEngine } from './engine/context.ts'
export { engineFeatures, featuresOf } from './engine/features.ts'
export { checkEstimator, type EstimatorContext, estimatorCases } from './check-estimator.ts'
export { checkStore, storeCases, type StoreContext } from './check-store.ts'
export {
  checkConnector,
  type ConnectorUnderTest,
  sinkCases,
  type SinkUnderTest,
  sourceCases,
  type SourceUnderTest,
} from './check-connector.ts'
export { checkStreamSink, streamSinkCases, type StreamSinkUnderTest } from './check-stream-sink.ts'
export { driver, type Driver, type DriverOptions, type Pushed } from './driver.ts'
export { memoryDisk, type MemoryDisk } from './memory-disk.ts'
