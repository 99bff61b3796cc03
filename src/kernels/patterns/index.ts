/** Patterns over texts that nobody vouches for. */
export { type Like, likePattern } from './like-pattern.ts'
export { textPattern } from './text-pattern.ts'
