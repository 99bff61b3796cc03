import { describe, jupyterDisplay } from '../errors/index.ts'
import type { Described } from './describe.ts'
import type { Description } from './description.ts'
import { type JupyterBundle, jupyterBundle } from './notebook.ts'

/** A value that every renderer can show: it describes itself, and a notebook may ask it directly. */
export interface Shown extends Described {
  [jupyterDisplay](): JupyterBundle
}

/**
 * The two methods of a value that can be shown, made from its description. They are named by symbols, so they are left out of JSON and of clones.
 *
 * @example
 * const report = Object.freeze({ passed, checks, ...showing(() => describeReport(passed, checks)) })
 */
export function showing(described: () => Description): Shown {
  return { [describe]: described, [jupyterDisplay]: () => jupyterBundle(described()) }
}
