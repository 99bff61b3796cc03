/** A job on its way to a graph: which nodes run together in which stage. */
import { type EventTimeNode, fingerprint, type Plan, type ScanNode, type SinkNode, type Spec } from '../../../../plan/index.ts'
import type { OnError, Outlet } from '../seams.ts'
import type { KeyedNode, RowNode, StepNode } from './check-nodes.ts'
import { errorPolicies } from './error-policies.ts'

export interface Draft {
  readonly index: number
  readonly source?:
    | { readonly scan: ScanNode; readonly time: EventTimeNode | undefined; readonly onBroken: OnError['otherwise'] }
    | undefined
  /** The stage its rows come from: by the keys of its first step, or as they come. */
  readonly input?: { readonly from: Draft; readonly by: 'key' | 'forward' } | undefined
  readonly steps: { readonly node: StepNode; readonly onError: OnError }[]
  readonly sinks: { readonly on: Outlet; readonly spec: Spec; readonly node: Plan }[]
}

/** What stands when nobody says: the job ends at the first error of a function. */
const fail: OnError = Object.freeze({ retries: 0, otherwise: 'fail' })

/**
 * Cuts the plans of a job into stages: one for each source, a new one at each step by key, and one more wherever a stream is read twice and goes on row by row.
 *
 * @param nodes every node once, inputs first
 */
export function draftStages(nodes: readonly Plan[]): readonly Draft[] {
  const drafts: Draft[] = []
  const placed = new Map<Plan, Draft>()
  const policies = errorPolicies(nodes)
  const readers = countReaders(nodes)
  const open = (parts: Pick<Draft, 'source' | 'input'>): Draft => {
    const draft: Draft = { index: drafts.length, steps: [], sinks: [], ...parts }
    drafts.push(draft)
    return draft
  }
  const stageOf = (node: Plan): Draft => placed.get(rowsOf(node)) ?? source(rowsOf(node))
  const source = (node: Plan): Draft => {
    const time = node.node === 'eventTime' ? node : undefined
    const scan = rowsOf(time?.input ?? node)
    if (scan.node !== 'scan') throw new Error(`a ${scan.node} before its input`)
    const draft = open({ source: { scan, time, onBroken: (policies.of.get(node) ?? fail).otherwise } })
    placed.set(node, draft)
    return draft
  }
  const run = (node: StepNode, draft: Draft): void => {
    draft.steps.push({ node, onError: policies.of.get(node) ?? fail })
    placed.set(node, draft)
  }
  const twins = twinsOf(nodes)
  for (const node of nodes) {
    if (twins.has(node)) continue
    if (isKeyed(node)) run(node, open({ input: { from: stageOf(node.input), by: 'key' } }))
    else if (isRow(node)) {
      const from = stageOf(node.input)
      run(node, readers.get(rowsOf(node.input)) === 1 ? from : open({ input: { from, by: 'forward' } }))
    } else if (node.node === 'sink') attach(node, input => stageOf(twins.get(input) ?? input))
  }
  for (const [node, spec] of policies.deadLetters) addDead(placed.get(rowsOf(node)), spec, node)
  return drafts
}

function attach(node: SinkNode, stageOf: (node: Plan) => Draft): void {
  const { input, sink } = node
  if (input.node === 'late') stageOf(input.input).sinks.push({ on: 'late', spec: sink, node })
  else stageOf(input).sinks.push({ on: 'rows', spec: sink, node })
}

/** A window that only its late rows are asked of, and its twin whose rows are read: it may have been named after `late()`. They are one. */
function twinsOf(nodes: readonly Plan[]): ReadonlyMap<Plan, Plan> {
  const twins = new Map<Plan, Plan>()
  const readers = countReaders(nodes)
  for (const node of nodes) {
    if (node.node !== 'late' || readers.has(node.input)) continue
    const print = fingerprint(node.input)
    const twin = nodes.find(
      other => other !== node.input && other.node === 'aggregate' && readers.has(other) && fingerprint(other) === print,
    )
    if (twin !== undefined) twins.set(node.input, twin)
  }
  return twins
}

/** Dead letters of all steps of a stage go where those of one go. */
function addDead(draft: Draft | undefined, spec: Spec, node: Plan): void {
  if (draft === undefined || draft.sinks.some(sink => sink.on === 'dead' && sink.spec === spec)) return
  draft.sinks.push({ on: 'dead', spec, node })
}

/** How many steps and sinks read the rows of each node. */
function countReaders(nodes: readonly Plan[]): ReadonlyMap<Plan, number> {
  const readers = new Map<Plan, number>()
  for (const node of nodes) {
    if (!('input' in node) || node.node === 'onError' || node.node === 'eventTime' || node.node === 'late') continue
    if (node.input.node === 'late') continue
    const read = rowsOf(node.input)
    readers.set(read, (readers.get(read) ?? 0) + 1)
  }
  return readers
}

/** The node that makes the rows: what is said of errors makes none. */
export function rowsOf(plan: Plan): Plan {
  let node = plan
  while (node.node === 'onError') node = node.input
  return node
}

export function isKeyed(node: Plan): node is KeyedNode {
  return node.node === 'aggregate' || node.node === 'process'
}

function isRow(node: Plan): node is RowNode {
  return node.node === 'filter' || node.node === 'project' || node.node === 'explode' || node.node === 'map' || node.node === 'transform'
}
