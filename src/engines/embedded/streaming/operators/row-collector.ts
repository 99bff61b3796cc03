import { type Batch, type ColumnBuilder, columnBuilder, makeBatch, physicalOf } from '../../../../batch/index.ts'
import { TidemillError, whatIs } from '../../../../errors/index.ts'
import { printField, type Schema } from '../../../../schema/index.ts'

/** Rows that functions of the user give, checked against the columns one by one, so that it is known which call gave a wrong one. */
export class RowCollector {
  readonly fields: Schema
  readonly #builders: readonly ColumnBuilder[]
  #rows = 0

  constructor(fields: Schema) {
    this.fields = fields
    this.#builders = fields.map(({ type }) => columnBuilder(type))
  }

  get rows(): number {
    return this.#rows
  }

  /**
   * The row as the columns keep it. Properties that are no column are left out, absent ones are NULL.
   *
   * @throws workers.misfit
   */
  check(row: unknown): readonly unknown[] {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new TidemillError('workers.misfit', `value that is no row: ${whatIs(row)}`, {
        hint: 'give an object, whose properties are the columns',
      })
    return this.fields.map(field => {
      const value = (row as Record<string, unknown>)[field.name]
      const physical = physicalOf(field.type, value)
      if (physical === undefined || (physical === null && !field.nullable))
        throw new TidemillError('workers.misfit', `row that does not fit the columns: ${whatIs(value)} in ${printField(field)}`, {
          hint: 'change the function, or the declared columns',
          details: { column: field.name },
        })
      return physical
    })
  }

  /** Takes what `check` gave. */
  add(values: readonly unknown[]): void {
    for (let at = 0; at < values.length; at++) this.#builders[at]?.pushRaw(values[at])
    this.#rows++
  }

  /** The rows so far; the collector begins anew. */
  finish(): Batch {
    const rows = this.#rows
    this.#rows = 0
    return makeBatch(
      this.fields,
      this.#builders.map(builder => builder.finish()),
      rows,
    )
  }
}
