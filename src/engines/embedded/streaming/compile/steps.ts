/** Nodes of a plan as steps of a stage, over the columns that are still there. */
import type { Schema } from '../../../../schema/index.ts'
import { stepLabel } from '../operators/step-label.ts'
import type { OnError, Step } from '../seams.ts'
import type { AggregateNode } from '../../../../plan/index.ts'
import type { StepNode } from './check-nodes.ts'
import { kept } from './narrow.ts'

export interface StepPlace {
  readonly id: string
  /** Columns that come in. */
  readonly input: Schema
  /** Columns of its output that are read. */
  readonly wanted: ReadonlySet<string>
  readonly onError: OnError
}

export function stepOf(node: StepNode, { id, input, wanted, onError }: StepPlace): Step {
  const base = { id, label: stepLabel(node) }
  switch (node.node) {
    case 'filter':
      return { kind: 'filter', ...base, fields: passed(node.fields, input), where: node.where }
    case 'explode':
      return { kind: 'explode', ...base, fields: passed(node.fields, input), column: node.column, also: node.also, outer: node.outer }
    case 'project': {
      const columns = kept(node.columns, wanted)
      const names = new Set(columns.map(column => column.name))
      const fields = node.fields.filter(field => names.has(field.name))
      const notNull = node.notNull?.filter(name => names.has(name))
      return { kind: 'project', ...base, fields, columns, ...(notNull === undefined || notNull.length === 0 ? {} : { notNull }) }
    }
    case 'map':
      return { kind: 'map', ...base, fields: node.fields, mode: node.mode, fn: node.fn, onError }
    case 'transform': {
      const { state, code, adds } = node.step
      return { kind: 'transform', ...base, fields: merged(input, adds), state, code, adds }
    }
    case 'process':
      return { kind: 'process', ...base, fields: node.fields, keys: node.keys, input, fn: node.fn, ttl: node.ttl, onError }
    case 'aggregate':
      return aggregateStep(node, base, input)
  }
}

function aggregateStep(
  { keys, aggs, fields, window, running }: AggregateNode,
  base: { readonly id: string; readonly label: string },
  input: Schema,
): Step {
  const common = { ...base, fields, keys, aggs, input }
  if (window !== undefined) return { kind: 'window', ...common, size: window.size, offset: window.offset, allowed: window.allowed }
  return { kind: 'running', ...common, ttl: running?.ttl ?? 0 }
}

/** The columns that come in, with what the node said of them. */
function passed(own: Schema, input: Schema): Schema {
  const said = new Map(own.map(field => [field.name, field]))
  return input.map(field => said.get(field.name) ?? field)
}

/** Columns of `adds` replace those of the same name; new ones come last. */
function merged(input: Schema, adds: Schema): Schema {
  const replaced = new Map(adds.map(field => [field.name, field]))
  const had = new Set(input.map(field => field.name))
  return [...input.map(field => replaced.get(field.name) ?? field), ...adds.filter(field => !had.has(field.name))]
}
