import type { Coded, Columns, Kind, Lists, Values } from './kinds/index.ts'
import { blockRows } from './statistics/fold.ts'
import type { Table } from './table.ts'

/** What a model writes for all rows of a table, block by block, so that no more than a block is held besides the answer. */
export function predictTable(kind: Kind, state: object, table: Table): Columns {
  const parts: Columns[] = []
  for (let from = 0; from < table.rows; from += blockRows) {
    const to = Math.min(from + blockRows, table.rows)
    const columns = new Map<string, Values>()
    for (const [index, name] of table.features.entries()) {
      const column = table.columns[index] as Float64Array | Coded
      columns.set(
        name,
        column instanceof Float64Array ? column.subarray(from, to) : { codes: column.codes.subarray(from, to), values: column.values },
      )
    }
    parts.push(kind.predict(state, columns, to - from))
  }
  const names = kind.outputs(state).map(output => output.name)
  return new Map(names.map(name => [name, joined(parts.map(part => part.get(name) as Values))]))
}

/** Parts of one column as a whole. Coded parts of one model have the same values. */
function joined(parts: readonly Values[]): Values {
  const first = parts[0]
  if (first === undefined) return new Float64Array(0)
  if (parts.length === 1) return first
  if (first instanceof Float64Array) return numbers(parts as readonly Float64Array[])
  if ('items' in first) return { items: numbers(parts.map(part => (part as Lists).items)), width: first.width }
  const codes = new Int32Array(parts.reduce((sum, part) => sum + (part as Coded).codes.length, 0))
  let at = 0
  for (const part of parts) {
    codes.set((part as Coded).codes, at)
    at += (part as Coded).codes.length
  }
  return { codes, values: first.values }
}

function numbers(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
