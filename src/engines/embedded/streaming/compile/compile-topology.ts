import { columnNode } from '../../../../expr/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import type { Named, TopologyInput, TopologyNode } from '../../../../plan/index.ts'
import type { Schema } from '../../../../schema/index.ts'
import type { Exchange, OnError, SinkStep, Stage } from '../seams.ts'
import { sinkStepOf } from '../sinks/index.ts'

const fail: OnError = Object.freeze({ retries: 0, otherwise: 'fail' })

/**
 * The stages of a topology: one a node, in the order they were written. A bolt that emits nothing is an end; tuples that are emitted may also go to sinks.
 *
 * @throws stream.argument
 */
export function compileTopology(nodes: readonly TopologyNode[]): readonly Stage[] {
  const places = new Map<string, number>()
  return nodes.map((node, index): Stage => {
    if (places.has(node.name)) throw new TidemillError('stream.argument', `two nodes of one name: ${node.name}`)
    const inputs = node.from.map(input => exchangeOf(node, input, nodes, places))
    places.set(node.name, index)
    const base = { id: node.name, fields: node.emits }
    const { fn, parallelism } = node
    if (inputs.length === 0)
      return {
        index,
        inputs,
        source: { kind: 'source', ...base, label: `spout ${node.name}`, source: 'spout', options: {}, fn, bounded: true, onBroken: 'fail' },
        steps: [],
        sinks: sinksOf(node),
        parallelism,
      }
    const input = inputs.flatMap(({ from }) => nodes[from]?.emits ?? [])
    return {
      index,
      inputs,
      steps: [{ kind: 'bolt', ...base, label: `bolt ${node.name}`, input: distinct(input), fn, onError: fail }],
      sinks: sinksOf(node),
      parallelism,
    }
  })
}

/** A sink is called by its node and its kind: its rows are found by that name. */
function sinksOf({ name, emits, sinks = [] }: TopologyNode): readonly SinkStep[] {
  return sinks.map((spec, at) =>
    sinkStepOf(spec, { on: 'rows', id: at === 0 ? `${name}-${spec.kind}` : `${name}-${spec.kind}-${at + 1}`, fields: emits }),
  )
}

function exchangeOf(
  node: TopologyNode,
  input: TopologyInput,
  nodes: readonly TopologyNode[],
  places: ReadonlyMap<string, number>,
): Exchange {
  const from = places.get(input.from)
  if (from === undefined)
    throw new TidemillError(
      'stream.argument',
      `unknown node: ${input.from}, which ${node.name} reads (have ${[...places.keys()].join(', ')})`,
    )
  if (input.by !== 'fields') return { from, by: { kind: input.by } }
  const emits = nodes[from]?.emits ?? []
  const keys = input.fields.map((name): Named => {
    const field = emits.find(other => other.name === name)
    if (field === undefined)
      throw new TidemillError(
        'stream.argument',
        `unknown field: ${name} of ${input.from} (have ${emits.map(other => other.name).join(', ')})`,
      )
    return { name, expr: columnNode(field) }
  })
  return { from, by: { kind: 'key', keys } }
}

/** Nodes that a bolt reads may emit fields of the same names. */
function distinct(fields: Schema): Schema {
  return [...new Map(fields.map(field => [field.name, field])).values()]
}
