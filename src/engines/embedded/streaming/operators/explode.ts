import { type Batch, type Column, columnFromRaw, isNullAt, makeBatch, takeColumn } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import type { ExplodeStep, Operator } from '../seams.ts'
import { timeField, timeOf } from './event-time.ts'

/**
 * One row per item of a list; an empty or NULL list gives none, with `outer` one with a NULL. Several lists go side by side, the shorter filled up with NULLs.
 * Event times and hashes are those of the row.
 */
export function explodeOperator({ id, column: name, also = [], outer, fields }: ExplodeStep): Operator {
  const names = [name, ...also]
  return {
    id,
    process({ batch, hashes, born }, emit) {
      const lists = names.map(one => listNamed(batch, one))
      const { parents, places } = placesOf(batch.rows, lists, outer === true)
      if (parents.length === 0) return
      const items = new Map(names.map((one, at) => [one, takeColumn(itemsOf(lists[at]), Int32Array.from(places[at] ?? []))]))
      const columns = batch.columns.map((column, at) => items.get(batch.fields[at]?.name ?? '') ?? takeColumn(column, parents))
      const named = timeOf(batch) === undefined ? fields : [...fields, timeField]
      emit.rows({
        batch: makeBatch(named, columns, parents.length),
        hashes: hashes === undefined ? undefined : parents.map(row => hashes[row] as number),
        born,
      })
    },
  }
}

function listNamed(batch: Batch, name: string): Column {
  const list = batch.columns[batch.fields.findIndex(field => field.name === name)]
  if (list !== undefined) return list
  throw new TidemillError('plan.unknown-column', `unknown column: ${name} (have ${batch.fields.map(field => field.name).join(', ')})`)
}

function itemsOf(list: Column | undefined): Column {
  return list?.children?.[0] ?? columnFromRaw('null', [])
}

/** The row each item came from, and for each list the place of the item among its items; -1 where the list has none. */
function placesOf(
  rows: number,
  lists: readonly Column[],
  outer: boolean,
): { readonly parents: Int32Array; readonly places: readonly (readonly number[])[] } {
  const parents: number[] = []
  const places = lists.map((): number[] => [])
  for (let row = 0; row < rows; row++) {
    const longest = lists.reduce((most, list) => Math.max(most, lengthAt(list, row)), outer ? 1 : 0)
    for (let item = 0; item < longest; item++) {
      parents.push(row)
      lists.forEach((list, at) => places[at]?.push(item < lengthAt(list, row) ? (list.offsets?.[row] ?? 0) + item : -1))
    }
  }
  return { parents: Int32Array.from(parents), places }
}

function lengthAt(list: Column, row: number): number {
  if (list.offsets === undefined || isNullAt(list, row)) return 0
  return (list.offsets[row + 1] ?? 0) - (list.offsets[row] ?? 0)
}
