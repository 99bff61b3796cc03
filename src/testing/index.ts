/** Contract suites: lists of named cases for every seam, for any test runner or none. */
export { type Case, type CaseResult, runCase, runSuite, type SuiteOptions, type SuiteReport } from './suite.ts'
export { checkStore, storeCases, type StoreContext } from './check-store.ts'
export {
  checkConnector,
  type ConnectorUnderTest,
  sinkCases,
  type SinkUnderTest,
  sourceCases,
  type SourceUnderTest,
} from './check-connector.ts'
