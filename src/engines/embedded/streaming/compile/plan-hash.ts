import { createHash } from 'node:crypto'
import { fingerprint, type JobPlan, type Plan, rewrite } from '../../../../plan/index.ts'
import type { Stage } from '../seams.ts'

/**
 * sha256 of what a job computes: its steps in their order, the text of its functions, where it reads and writes, and the names by which state and sinks are found.
 * Parallelism and where it was written are not part of it. State belongs to one such hash.
 */
export function planHash(plan: JobPlan, stages: readonly Stage[]): string {
  const computed =
    plan.kind === 'stream'
      ? plan.sinks.map(sink => fingerprint(rewrite(sink, withoutRows)))
      : plan.nodes.map(({ name, emits, from, fn }) => ({ name, emits, from, fn: fn.hash }))
  const names = stages.map(({ steps, sinks }) => [...steps.filter(hasState), ...sinks].map(step => step.id))
  return createHash('sha256')
    .update(JSON.stringify([plan.kind, computed, names]))
    .digest('hex')
}

function hasState(step: Stage['steps'][number]): boolean {
  return step.kind === 'window' || step.kind === 'running' || step.kind === 'process'
}

/** Of a table that is replayed its content counts, not where its rows were put. */
function withoutRows(node: Plan): Plan {
  if (node.node !== 'scan' || node.source.kind !== 'replay') return node
  const { batches: _batches, path: _path, ...options } = node.source.options as { readonly batches?: unknown; readonly path?: unknown }
  return { ...node, source: { ...node.source, options } }
}
