import { type Batch, type Column, columnFromRaw, isNullAt, makeBatch, takeColumn } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import type { ExplodeStep, Operator } from '../seams.ts'
import { timeField, timeOf } from './event-time.ts'

/** One row per item of a list; an empty or NULL list gives none. Event times and hashes are those of the row. */
export function explodeOperator({ id, column: name, fields }: ExplodeStep): Operator {
  return {
    id,
    process({ batch, hashes, born }, emit) {
      const { parents, items } = itemsOf(batch, name)
      if (parents.length === 0) return
      const columns = batch.columns.map((column, at) => (batch.fields[at]?.name === name ? items : takeColumn(column, parents)))
      const named = timeOf(batch) === undefined ? fields : [...fields, timeField]
      emit.rows({
        batch: makeBatch(named, columns, parents.length),
        hashes: hashes === undefined ? undefined : parents.map(row => hashes[row] as number),
        born,
      })
    },
  }
}

/** The row each item came from, and the items. */
function itemsOf(batch: Batch, name: string): { readonly parents: Int32Array; readonly items: Column } {
  const list = batch.columns[batch.fields.findIndex(field => field.name === name)]
  if (list === undefined)
    throw new TidemillError('plan.unknown-column', `unknown column: ${name} (have ${batch.fields.map(field => field.name).join(', ')})`)
  const offsets = list.offsets ?? new Int32Array(list.length + 1)
  const parents: number[] = []
  const places: number[] = []
  for (let row = 0; row < list.length; row++) {
    if (isNullAt(list, row)) continue
    for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at++) {
      parents.push(row)
      places.push(at)
    }
  }
  const child = list.children?.[0] ?? columnFromRaw('null', [])
  return { parents: Int32Array.from(parents), items: takeColumn(child, Int32Array.from(places)) }
}
