/** Floor 6: who may ask: tokens, hosts, origins, and the guard around a handler. */
export { tokens, type Principal, type TokenOptions, type Tokens } from './tokens.ts'
export type { Connection } from './connection.ts'
export { guarded, unauthorised, type Guarded, type GuardOptions, type Handler } from './guarded.ts'
export { failureLimit, type FailureLimit, type FailureLimitOptions } from './failure-limit.ts'
export { securityHeaders } from './security-headers.ts'
