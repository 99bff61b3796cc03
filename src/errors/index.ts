/** Floor 0: the error class, the list of codes, call sites. */
export { errorCodes, type ErrorCode } from './codes.ts'
export { TidemillError, type ErrorOptions } from './tidemill-error.ts'
export { describe, inspected, jupyterDisplay, showingText } from './symbols.ts'
export { callSite, printCallSite, type CallSite } from './call-site.ts'
export { withoutSecrets } from './without-secrets.ts'
export { didYouMean, nearNames } from './near-names.ts'
export { knownOptions } from './known-options.ts'
export { whatIs } from './what-is.ts'
