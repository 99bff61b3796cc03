import { describe, inspected, jupyterDisplay } from '../errors/index.ts'
import type { Described } from './describe.ts'
import type { Description } from './description.ts'
import { type JupyterBundle, jupyterBundle } from './notebook.ts'
import { renderTerminal } from './terminal.ts'

/** A value that every renderer can show: it describes itself, and a notebook may ask it directly. */
export interface Shown extends Described {
  [jupyterDisplay](): JupyterBundle
  /** What `console.log` prints; the fields are shown by `console.dir`. */
  [inspected](): string
}

/**
 * The methods of a value that can be shown, made from its description. They are named by symbols, so they are left out of JSON and of clones.
 *
 * @example
 * const report = Object.freeze({ passed, checks, ...showing(() => describeReport(passed, checks)) })
 */
export function showing(described: () => Description): Shown {
  return {
    [describe]: described,
    [jupyterDisplay]: () => jupyterBundle(described()),
    [inspected]: () => renderTerminal(described(), { width: 100, color: false }),
  }
}
