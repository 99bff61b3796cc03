/** Floor 2: thread pool, cancellation, how a user's function travels. */
export type * from './seams.ts'
