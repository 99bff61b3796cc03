import type { Description } from './description.ts'
import { renderHtml } from './html.ts'
import { renderJson } from './json.ts'
import { renderTerminal } from './terminal.ts'

/** What a notebook chooses from. */
export interface JupyterBundle {
  readonly 'text/plain': string
  readonly 'text/html': string
  readonly 'application/json': object
}

/**
 * A description in every form a notebook can show.
 *
 * @example
 * class Thing { [jupyterDisplay]() { return jupyterBundle(this[describe]()) } }
 */
export function jupyterBundle(description: Description): JupyterBundle {
  return {
    'text/plain': renderTerminal(description, { width: 100, color: false }),
    'text/html': renderHtml(description),
    'application/json': JSON.parse(renderJson(description)) as object,
  }
}
