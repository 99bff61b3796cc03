/** The name of the method by which a value describes itself; every value a user can hold has it. `display` reads it. */
export const describe: unique symbol = Symbol.for('tidemill.describe')

/** The name of the method notebooks call on the last value of a cell. */
export const jupyterDisplay: unique symbol = Symbol.for('Jupyter.display')
