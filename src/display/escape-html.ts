import { visible } from './visible.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for the inside of an element or an attribute in quotes; control characters and marks that turn the writing direction are written out. */
export function escapeHtml(text: string): string {
  return visible(text).replaceAll(/[&<>"']/g, char => entities[char] ?? char)
}
