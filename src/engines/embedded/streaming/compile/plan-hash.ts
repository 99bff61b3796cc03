import { createHash } from 'node:crypto'
import { fingerprint, type JobPlan, type Plan, rewrite, type ScanNode } from '../../../../plan/index.ts'
import { functionPrint, type HostFunction } from '../../../../workers/index.ts'
import type { Stage } from '../seams.ts'

/**
 * Two sha256 with a dot between them. First: what a job computes, which is its sources and steps in their order, the text of its functions, the names by which state is
 * found. Second: the same, and where its rows go, dead letters too. Parallelism and where it was written are in neither.
 *
 * State belongs to the first: a savepoint can be begun from with other sinks. What a job owes its sinks belongs to both.
 */
export function planHash(plan: JobPlan, stages: readonly Stage[]): string {
  const names = stages.flatMap(({ steps }) => steps.filter(hasState).map(step => step.id))
  const sinks = stages.flatMap(stage => stage.sinks.map(step => step.id))
  const [computed, written] = plan.kind === 'stream' ? ofStream(plan) : ofTopology(plan)
  return `${hashOf([plan.kind, computed, names])}.${hashOf([computed, written, sinks])}`
}

type Parts = readonly [computed: unknown, written: unknown]

function ofStream({ sinks }: Extract<JobPlan, { readonly kind: 'stream' }>): Parts {
  const computed = sinks.map(({ input }) => fingerprint(rewrite(input, withoutPlaces)))
  const written = sinks.map(sink => fingerprint(rewrite(sink, withoutLines)))
  return [[...new Set(computed)].toSorted(), written]
}

function ofTopology({ nodes }: Extract<JobPlan, { readonly kind: 'topology' }>): Parts {
  const computed = nodes.map(({ name, emits, from, fn }) => ({ name, emits, from, fn: functionPrint(fn) }))
  return [computed, nodes.map(({ sinks = [] }) => sinks.map(({ kind, options }) => ({ kind, options })))]
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

function hasState(step: Stage['steps'][number]): boolean {
  return step.kind === 'window' || step.kind === 'running' || step.kind === 'process'
}

/** As below, and without the place of dead letters. */
function withoutPlaces(node: Plan): Plan {
  if (node.node !== 'onError') return withoutLines(node)
  const { sink: _, ...rest } = node
  return rest
}

/** A node in which functions count by their text, not by the line they stand on. */
function withoutLines(node: Plan): Plan {
  if (node.node === 'map' || node.node === 'process') return { ...node, fn: placeless(node.fn) }
  return node.node === 'scan' ? { ...node, source: { ...node.source, options: contentOf(node.source) } } : node
}

function placeless(fn: HostFunction): HostFunction {
  return { name: '', module: '', hash: functionPrint(fn) }
}

/** Of a table that is replayed its content counts, not where its rows were put. */
function contentOf({ kind, options }: ScanNode['source']): object {
  const { fn, batches, path, ...rest } = options as { readonly fn?: HostFunction; readonly batches?: unknown; readonly path?: unknown }
  return {
    ...rest,
    ...(fn === undefined ? {} : { fn: placeless(fn) }),
    ...(kind === 'replay' ? {} : { path, batches }),
  }
}
