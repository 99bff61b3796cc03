import { TidemillError } from '../errors/index.ts'
import type { Batch, Column } from './batch.ts'
import { valuesOf } from './values-of.ts'

/** A batch as a user's function sees it: columns by name. */
export interface BatchView<out R = Readonly<Record<string, unknown>>> {
  readonly rows: number
  /** The values of a column: typed arrays for float64 and int32 without NULLs, arrays otherwise; read once, then kept. @throws plan.unknown-column */
  column<C extends keyof R & string>(name: C): ArrayLike<R[C]>
}

/** A view of a batch by column names. */
export function batchView<R>(batch: Batch): BatchView<R> {
  const read = new Map<string, ArrayLike<unknown>>()
  return Object.freeze({
    rows: batch.rows,
    column<C extends keyof R & string>(name: C): ArrayLike<R[C]> {
      let values = read.get(name)
      if (values === undefined) {
        const index = batch.fields.findIndex(field => field.name === name)
        const column = batch.columns[index]
        if (column === undefined) {
          const have = batch.fields.map(field => field.name)
          throw new TidemillError('plan.unknown-column', `unknown column: ${name} (have ${have.join(', ')})`, {
            details: { column: name, have },
          })
        }
        values = arrayOf(column, name)
        read.set(name, values)
      }
      // What the schema says of the batch is what the compiler says of R.
      return values as ArrayLike<R[C]>
    },
  })
}

function arrayOf(column: Column, name: string): ArrayLike<unknown> {
  const typed = (column.type === 'float64' || column.type === 'int32') && column.validity === undefined
  // A copy: the function may write into it.
  return typed ? column.data.slice(0, column.length) : valuesOf(column, name)
}
