import { durationMicros } from '../expr/index.ts'

/** A distance of moments in microseconds, or of numbers as it is. */
export function microsWithin(within: string | number): number {
  return typeof within === 'string' ? durationMicros(within) : within
}
