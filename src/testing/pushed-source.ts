import { type Batch, batchFromRows, makeBatch, sliceRows } from '../batch/index.ts'
import type { SourceReader, SourceStep } from '../engines/embedded/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'

/** Rows that a test pushes, kept as a source keeps them: from any position on, also after a crash. */
export interface PushedSource {
  push(rows: readonly object[]): void
  /** What is pushed is kept back while it is paused. */
  paused: boolean
  /** Nothing more comes. */
  closed: boolean
  /** @param index of the subtask; the first one reads all */
  open(step: SourceStep, index: number): SourceReader
}

/** An empty source of these columns. */
export function pushedSource(schema: Schema): PushedSource {
  const batches: { readonly from: number; readonly batch: Batch }[] = []
  let length = 0
  const source: PushedSource = {
    paused: false,
    closed: false,
    push(rows) {
      if (source.closed) throw new TidemillError('stream.closed', 'rows pushed after close()')
      const batch = batchFromRows(schema, rows, { firstRow: length + 1 })
      batches.push({ from: length, batch })
      length += batch.rows
    },
    open(step, index) {
      return {
        partitions: () => (index === 0 ? ['pushed'] : []),
        poll(_partition, from, most) {
          if (source.paused) return { kind: 'waiting' }
          const found = batches.find(one => from < one.from + one.batch.rows)
          if (found === undefined) return source.closed ? { kind: 'ended' } : { kind: 'waiting' }
          const start = from - found.from
          const batch = columnsOf(sliceRows(found.batch, start, Math.min(found.batch.rows, start + most)), step.fields)
          const next = from + batch.rows
          return { kind: 'rows', batch, next, dead: [], behind: length - next }
        },
        close() {},
      }
    },
  }
  return source
}

function columnsOf(batch: Batch, fields: Schema): Batch {
  const columns = fields.map(field => {
    const column = batch.columns[batch.fields.findIndex(one => one.name === field.name)]
    if (column === undefined) throw new TidemillError('engine.internal', `no column ${field.name} in pushed rows`)
    return column
  })
  return makeBatch(fields, columns, batch.rows)
}
