import { exprsOf, hasWindow } from './exprs.ts'
import { inputsOf, nodesOf, withInputs } from './inputs.ts'
import { lower } from './lower.ts'
import type { FilterNode, LimitNode, MapNode, Plan, ProjectNode, ScanNode, TransformNode } from './nodes.ts'
import type { Capabilities } from './seams.ts'
import { refuseStream } from './stream-facts.ts'

/** A step that runs beside the engine: a function or a transform on our workers, or a source that its driver opens. */
export interface Hop {
  readonly node: MapNode | TransformNode | ScanNode
  /** What the engine hands to it; it may read earlier hops. Undefined for a source. */
  readonly input: Plan | undefined
  /** Stands for its result in the plans of later hops and in `plan`. What an opened source was asked (`where`, `limit`) is to be applied to it again. */
  readonly scan: ScanNode
}
/** What kernels can do to one batch after the other. */
export type RowStep = FilterNode | ProjectNode | LimitNode
/** A plan cut where the engine must hand over. */
export interface CutPlan {
  /** To be run and staged in this order. */
  readonly hops: readonly Hop[]
  /** What the engine runs in the end, over the staged hops. Undefined when `stream` is there. */
  readonly plan: Plan | undefined
  /** The last hop is not staged: its batches stream through the steps, first step first. */
  readonly stream: { readonly hop: Hop; readonly after: readonly RowStep[] } | undefined
}

/**
 * Cuts a plan at what the engine does not do itself (`beside` nodes, `opened` sources).
 *
 * @throws plan.gap at a step that only streams have
 * @param kernels functions that may run over batches after the last hop; none when not given
 */
export function cut(plan: Plan, capabilities: Capabilities, options: { readonly kernels?: ReadonlySet<string> } = {}): CutPlan {
  const hops: Hop[] = []
  const done = new Map<Plan, Plan>()
  const lowered = lower(plan)
  for (const before of nodesOf(lowered)) {
    refuseStream(before)
    const inputs = inputsOf(before).map(input => done.get(input) ?? input)
    const node = withInputs(before, inputs)
    if (!isBeside(node, capabilities)) {
      done.set(before, node)
      continue
    }
    const scan: ScanNode = {
      node: 'scan',
      source: { kind: 'hop', options: { hop: hops.length } },
      fields: node.fields,
      open: node.open,
      at: node.at,
    }
    hops.push({ node, input: node.node === 'scan' ? undefined : node.input, scan })
    done.set(before, scan)
  }
  const rest = done.get(lowered) ?? lowered
  const stream = streamOf(rest, hops, options.kernels ?? new Set())
  if (stream === undefined) return { hops, plan: rest, stream }
  return { hops: hops.filter(hop => hop !== stream.hop), plan: undefined, stream }
}

/** The plan with the results of hops in their places. */
export function withHops(plan: Plan, staged: ReadonlyMap<ScanNode, Plan>): Plan {
  const done = new Map<Plan, Plan>()
  for (const node of nodesOf(plan)) {
    const put = node.node === 'scan' ? staged.get(node) : undefined
    done.set(
      node,
      put ??
        withInputs(
          node,
          inputsOf(node).map(input => done.get(input) ?? input),
        ),
    )
  }
  return done.get(plan) ?? plan
}

function isBeside(node: Plan, capabilities: Capabilities): node is MapNode | TransformNode | ScanNode {
  if (node.node === 'scan') return capabilities.sources[node.source.kind] === 'opened'
  return (node.node === 'map' || node.node === 'transform') && capabilities.nodes[node.node] === 'beside'
}

/** The last hop and the steps after it, when nothing but row-wise steps that the kernels know follows. */
function streamOf(plan: Plan, hops: readonly Hop[], kernels: ReadonlySet<string>): CutPlan['stream'] {
  const last = hops.at(-1)
  if (last === undefined) return undefined
  const after: RowStep[] = []
  let node = plan
  while (node.node === 'filter' || node.node === 'project' || node.node === 'limit') {
    // Whether a column holds a NULL it must not hold, the engine checks.
    if (node.node === 'project' && node.notNull !== undefined) return undefined
    if (!exprsOf(node).every(expr => !hasWindow(expr) && allKnown(expr, kernels))) return undefined
    after.push(node)
    node = node.input
  }
  return node === last.scan ? { hop: last, after: after.toReversed() } : undefined
}

function allKnown(expr: Parameters<typeof hasWindow>[0], kernels: ReadonlySet<string>): boolean {
  return expr.op === 'column' || expr.op === 'literal' || (kernels.has(expr.op) && expr.args.every(arg => allKnown(arg, kernels)))
}
