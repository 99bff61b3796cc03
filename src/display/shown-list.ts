import { describe, inspected, jupyterDisplay } from '../errors/index.ts'
import type { Described } from './describe.ts'
import type { Description } from './description.ts'
import { formatCell } from './format.ts'
import { type Shown, showing } from './showing.ts'

/** A list that shows itself as a table. */
export type ShownList<T> = readonly T[] & Shown

/** Rows of cells by column name; numbers stand at the right. */
export interface Cells {
  readonly [column: string]: string | number | Date | undefined
}

/** A frozen list that shows itself as a table of the cells of its items. */
export function shownList<T>(title: string, items: readonly T[], cells: (item: T) => Cells): ShownList<T> {
  const methods = showing(() => tableOf(title, items.map(cells)))
  // Not enumerable: the list compares equal to a plain one.
  return Object.freeze(
    Object.defineProperties([...items], {
      [describe]: { value: methods[describe] },
      [inspected]: { value: methods[inspected] },
      [jupyterDisplay]: { value: methods[jupyterDisplay] },
    }),
  ) as readonly T[] as ShownList<T> & Described
}

function tableOf(title: string, rows: readonly Cells[]): Description {
  const [first] = rows
  if (first === undefined) return { kind: 'text', text: `${title}: none` }
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))]
  return {
    kind: 'table',
    title,
    columns: names.map(name => ({ name, type: '', align: rows.some(row => typeof row[name] === 'number') ? 'right' : 'left' })),
    rows: rows.map(row => names.map(name => cellOf(row[name]))),
    total: rows.length,
    shown: rows.length,
  }
}

/** Times to the second: more only takes room. */
function cellOf(value: Cells[string]): string {
  return value instanceof Date ? `${value.toISOString().slice(0, 19)}Z` : (formatCell(value) ?? '')
}
