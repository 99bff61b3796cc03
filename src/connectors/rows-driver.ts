/** Opens `rows`. */
import { type Batch, batchFromRows } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { SourceDriver } from '../plan/index.ts'
import { fieldNamed, type Schema } from '../schema/index.ts'
import type { RowsOptions } from './rows.ts'

const batchRows = 16_384

export const driver: SourceDriver<RowsOptions> = {
  async schemaOf({ schema }) {
    return schema
  },
  async *open({ rows, schema }, { columns, limit }, signal): AsyncGenerator<Batch> {
    const asked = fieldsOf(schema, columns)
    const end = Math.min(rows.length, limit ?? rows.length)
    for (let from = 0; from < end; from += batchRows) {
      signal.throwIfAborted()
      const part = rows.slice(from, Math.min(from + batchRows, end))
      yield asked.length === 0 ? { fields: [], rows: part.length, columns: [] } : batchFromRows(asked, part, { firstRow: from + 1 })
    }
  },
}

function fieldsOf(schema: Schema, columns: readonly string[]): Schema {
  return columns.map(name => {
    const field = fieldNamed(schema, name)
    if (field !== undefined) return field
    throw new TidemillError('plan.unknown-column', `unknown column: ${name} (have ${schema.map(known => known.name).join(', ')})`)
  })
}
