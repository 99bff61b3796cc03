/** The name of the method by which a value describes itself; every value a user can hold has it. `display` reads it. */
export const describe: unique symbol = Symbol.for('tidemill.describe')

/** The name of the method notebooks call on the last value of a cell. */
export const jupyterDisplay: unique symbol = Symbol.for('Jupyter.display')

/** The name of the method that `console.log` of Node calls. */
export const inspected: unique symbol = Symbol.for('nodejs.util.inspect.custom')

/**
 * The methods for a value that a line of text shows; without the renderers of `display`, which importing the package does not load.
 * They are named by symbols, so they are left out of JSON and of clones.
 */
export function showingText(text: () => string): {
  [describe](): { readonly kind: 'text'; readonly text: string }
  [jupyterDisplay](): { readonly 'text/plain': string }
  [inspected](): string
} {
  return { [describe]: () => ({ kind: 'text', text: text() }), [jupyterDisplay]: () => ({ 'text/plain': text() }), [inspected]: text }
}
