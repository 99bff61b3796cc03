/** The shapes of the server's answers, by the names they have here. */
export type {
  AliasItem,
  JobChange,
  JobDetail,
  JobItem,
  ModelDetail,
  ModelItem,
  ModelList,
  Overview,
  Problem,
  RunDetail,
  RunItem,
  RunList,
  SignedIn,
  StopAsked,
  VersionItem,
} from '../../../src/server/api-types.ts'
