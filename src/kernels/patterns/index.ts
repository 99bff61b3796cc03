/** Patterns over texts that nobody vouches for. */
export { type Like, likePattern } from './like-pattern.ts'
export { type TextPattern, textPattern } from './text-pattern.ts'
