/** Floor 2, above batch: thread pool, cancellation, how a user's function travels. */
export type * from './seams.ts'
export { pool, type PoolSettings } from './pool.ts'
export { builtUrl } from './built-url.ts'
export { carve } from './carve.ts'
export { type FunctionOptions, moduleFunction } from './host-function.ts'
export { type AnyFunction, loadFunction } from './load-function.ts'
