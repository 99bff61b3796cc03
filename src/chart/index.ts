/** Floor 5: charts chosen by the types of the columns, charts of models, and reports; SVG and HTML without a browser. */
export type * from './types.ts'
export { plot } from './plot.ts'
