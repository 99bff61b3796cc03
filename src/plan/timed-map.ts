import { createHash } from 'node:crypto'
import type { Field } from '../schema/index.ts'
import type { HostFunction } from '../workers/index.ts'
import type { MapNode, Plan } from './nodes.ts'
import { problem } from './problem.ts'

/**
 * A function over rows that carry a column it does not know: it sees the rows without it, and what it gives gets the value of the row it was given.
 *
 * @throws stream.unsupported for a function of batches: which row a row came from is not known
 */
export function timedMap(node: MapNode, input: Plan, carried: Field): Plan {
  if (node.mode === 'batch')
    throw problem('stream.unsupported', 'a window after mapBatches has no table: which rows became which is not known', node.at, {
      hint: 'use map or flatMap in front of the window',
    })
  const fields = [...node.fields, carried]
  return { ...node, input, fn: carrying(node.fn, node.mode, carried.name), fields, declared: fields }
}

/** A module around the user's: it is imported as data, so that no name of one can meet a name of the other. */
function carrying(fn: HostFunction, mode: 'each' | 'many', column: string): HostFunction {
  const module = `import { fn as user } from 'data:text/javascript;base64,${Buffer.from(fn.module).toString('base64')}'
const column = ${JSON.stringify(column)}
${mode === 'each' ? each : many}`
  // It takes the row apart: what the user's function reads is no longer all.
  return { ...fn, reads: undefined, module, hash: createHash('sha256').update(module).update(fn.hash).digest('hex') }
}

const each = `export function fn(row, given) {
  const { [column]: carried, ...own } = row
  const made = user(own, given)
  const add = result => ({ ...result, [column]: carried })
  return typeof made?.then === 'function' ? made.then(add) : add(made)
}
`
const many = `export function* fn(row, given) {
  const { [column]: carried, ...own } = row
  for (const result of user(own, given)) yield { ...result, [column]: carried }
}
`
