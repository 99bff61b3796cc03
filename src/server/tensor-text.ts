import { type Column, valuesOf } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Field } from '../schema/index.ts'
import { datatypeOf } from './datatype.ts'

/**
 * A column as the JSON text of an output tensor. Doubles are written so that reading them gives the same bits, -0 too; NULL is null.
 *
 * @param width how many items a list has, where no row tells
 * @throws server.tensor for a number JSON has no word for
 */
export function tensorText(field: Field, column: Column, width = 0): string {
  const values = valuesOf(column, field.name)
  const lists = typeof field.type === 'object' && 'list' in field.type
  const shape = [column.length]
  const items: string[] = []
  if (lists) {
    const first = values.find(value => value !== null) as readonly unknown[] | undefined
    const each = first?.length ?? width
    shape.push(each)
    for (const [row, value] of values.entries()) {
      const list = (value ?? new Array<null>(each).fill(null)) as readonly unknown[]
      if (list.length !== each)
        throw new TidemillError('server.tensor', `output ${field.name}: row ${row + 1} has ${list.length} items, others ${each}`)
      for (const item of list) items.push(itemText(item, field.name, row))
    }
  } else for (const [row, value] of values.entries()) items.push(itemText(value, field.name, row))
  return `{"name":${JSON.stringify(field.name)},"shape":[${shape.join(',')}],"datatype":"${datatypeOf(field)}","data":[${items.join(',')}]}`
}

function itemText(item: unknown, name: string, row: number): string {
  if (typeof item !== 'number') return JSON.stringify(typeof item === 'bigint' ? Number(item) : item)
  if (Number.isFinite(item)) return Object.is(item, -0) ? '-0' : String(item)
  throw new TidemillError('server.tensor', `output ${name}: row ${row + 1} is ${item}, which JSON cannot say`)
}
