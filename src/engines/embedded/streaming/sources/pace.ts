import type { Clock } from '../../../../time/index.ts'

/** Lets rows through at a rate. */
export interface Pace {
  /** How many rows may be given now. */
  due(): number
  /** So many were given. */
  took(rows: number): void
}

/** Rows of at most this time at once: who was held up does not catch up in one burst. */
const burstMs = 100

/** `rate` rows a second by the clock, the first at once; without a rate as many as wanted. */
export function pace(rate: number | undefined, clock: Clock): Pace {
  if (rate === undefined) return { due: () => Infinity, took: () => undefined }
  const most = Math.max(1, Math.ceil((rate * burstMs) / 1000))
  let given = 0
  let start: number | undefined
  return {
    due() {
      const now = clock.monotonic()
      start ??= now
      // A hair more: sums of fractions of milliseconds must not hold a row back that is due.
      const due = Math.floor(((now - start) * rate) / 1000 + 1e-6) + 1 - given
      if (due <= most) return due
      start += ((due - most) / rate) * 1000
      return most
    },
    took(rows) {
      given += rows
    },
  }
}
