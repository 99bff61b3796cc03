import type { Description } from './description.ts'

/** A description as JSON text. NaN and infinities, which JSON lacks, are the strings `NaN`, `Infinity`, `-Infinity`. */
export function renderJson(description: Description): string {
  return JSON.stringify(description, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))
}
