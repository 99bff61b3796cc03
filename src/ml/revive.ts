/** A model where a plan runs without SQL: batches in, the columns it adds out. */
import type { Batch, Column } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { columnNode, columnsOf } from '../expr/index.ts'
import type { Code } from '../workers/index.ts'
import { kindNamed } from './kinds/index.ts'
import type { Learnt } from './types.ts'
import { columnOfValues, valuesOf } from './values.ts'

/** How another thread finds `revive`. */
export const modelCode: Code = Object.freeze({ url: import.meta.url, export: 'revive', hash: '' })

/**
 * The prediction of batches from the state of a model: its added columns by position, NULL where a column they depend on is NULL and the model does not
 * fill it.
 *
 * @throws ml.missing-feature when a batch lacks a column
 */
export function revive(learnt: Learnt): (batch: Batch) => readonly Column[] {
  const kind = kindNamed(learnt.kind)
  const inputs = kind.inputs(learnt.state)
  const outputs = kind.outputs(learnt.state)
  const filled = new Set(kind.fills?.(learnt.state))
  // Only which columns an output reads is asked here; a kind knows no types.
  const written = kind.express(learnt.state, name => columnNode({ name, type: 'unknown', nullable: true }))
  const reads = outputs.map(({ name }) => {
    const expr = written?.get(name)
    return (expr === undefined ? inputs : [...columnsOf(expr)]).filter(read => !filled.has(read))
  })
  return batch => {
    const columns = new Map<string, Column>()
    for (const name of inputs) {
      const column = batch.columns[batch.fields.findIndex(field => field.name === name)]
      if (column === undefined)
        throw new TidemillError('ml.missing-feature', `missing feature: ${name} (have ${batch.fields.map(field => field.name).join(', ')})`)
      columns.set(name, column)
    }
    const values = new Map([...columns].map(([name, column]) => [name, valuesOf(column)]))
    const predicted = kind.predict(learnt.state, values, batch.rows)
    return outputs.map((output, index): Column => {
      const validity = bothValid(
        (reads[index] ?? []).map(read => columns.get(read)?.validity),
        batch.rows,
      )
      return columnOfValues(output, predicted.get(output.name), batch.rows, validity)
    })
  }
}

function bothValid(bitmaps: readonly (Uint8Array | undefined)[], rows: number): Uint8Array | undefined {
  const some = bitmaps.filter(bitmap => bitmap !== undefined)
  if (some.length === 0) return undefined
  const out = new Uint8Array((rows + 7) >> 3).fill(255)
  for (const bitmap of some) for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) & (bitmap[i] as number)
  return out
}
