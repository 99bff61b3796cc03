import { type Batch, type Column, makeBatch } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import type { Operator, OperatorContext, TransformStep } from '../seams.ts'
import { timeField, timeOf } from './event-time.ts'

type Revive = (state: object) => (batch: Batch) => readonly Column[]

/** A model over each batch: the columns it adds, or puts in the place of others. Event times and hashes go along. */
export function transformOperator({ id, state, code, adds, fields }: TransformStep, { modules }: OperatorContext): Operator {
  const revive = modules.get(`${code.url}#${code.export}`)
  if (typeof revive !== 'function') throw new TidemillError('stream.failed', `module of step ${id} was not loaded: ${code.url}`)
  const apply = (revive as Revive)(state)
  return {
    id,
    process({ batch, hashes, born }, emit) {
      const made = apply(batch)
      const byName = new Map(batch.fields.map((field, at) => [field.name, batch.columns[at]]))
      adds.forEach(({ name }, at) => byName.set(name, made[at]))
      const named = timeOf(batch) === undefined ? fields : [...fields, timeField]
      const columns = named.map(({ name }) => {
        const column = byName.get(name)
        if (column === undefined) throw new TidemillError('stream.failed', `${id} did not make its column ${name}`)
        return column
      })
      emit.rows({ batch: makeBatch(named, columns, batch.rows), hashes, born })
    },
  }
}
