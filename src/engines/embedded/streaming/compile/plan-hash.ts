import { createHash } from 'node:crypto'
import { fingerprint, type JobPlan, type Plan, rewrite, type ScanNode } from '../../../../plan/index.ts'
import { functionPrint, type HostFunction } from '../../../../workers/index.ts'
import type { Stage } from '../seams.ts'

/**
 * sha256 of what a job computes: its steps in their order, the text of its functions, where it reads and writes, and the names by which state and sinks are found.
 * Parallelism and where it was written are not part of it. State belongs to one such hash.
 */
export function planHash(plan: JobPlan, stages: readonly Stage[]): string {
  const computed =
    plan.kind === 'stream'
      ? plan.sinks.map(sink => fingerprint(rewrite(sink, withoutPlaces)))
      : plan.nodes.map(({ name, emits, from, fn, sinks = [] }) => {
          const targets = sinks.map(({ kind, options }) => ({ kind, options }))
          return { name, emits, from, fn: functionPrint(fn), sinks: targets }
        })
  const names = stages.map(({ steps, sinks }) => [...steps.filter(hasState), ...sinks].map(step => step.id))
  return createHash('sha256')
    .update(JSON.stringify([plan.kind, computed, names]))
    .digest('hex')
}

function hasState(step: Stage['steps'][number]): boolean {
  return step.kind === 'window' || step.kind === 'running' || step.kind === 'process'
}

/** A node in which functions count by their text, not by the line they stand on. */
function withoutPlaces(node: Plan): Plan {
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
