/** Floor 6: who may ask: tokens, hosts, origins, and the guard around a handler. */
export { tokens, type Principal, type TokenOptions, type Tokens } from './tokens.ts'
export type { Connection } from './connection.ts'
export { guarded, unauthorised, type Entry, type Guarded, type GuardOptions, type Handler } from './guarded.ts'
export { failureLimit, type FailureLimit, type FailureLimitOptions } from './failure-limit.ts'
export { sessions, type SessionOptions, type Sessions } from './sessions.ts'
export { pagePolicy, securityHeaders } from './security-headers.ts'
