/** What is known of a stream from its plan: whether its rows are final, and when they happened. */
import type { CallSite } from '../errors/index.ts'
import { inputsOf } from './inputs.ts'
import type { Plan } from './nodes.ts'
import { problem } from './problem.ts'

/** `append`: rows are final. `update`: a later row may replace an earlier one of the same key. */
export type Changes = 'append' | 'update'

/** Whether later rows of the plan may correct earlier ones: after running totals, and after windows that stay open for late rows. */
export function changesOf(plan: Plan): Changes {
  for (let node: Plan | undefined = plan; node !== undefined; node = inputsOf(node)[0]) {
    if (node.node === 'late') return 'append'
    if (node.node !== 'aggregate') continue
    if (node.running !== undefined || (node.window?.allowed ?? 0) > 0) return 'update'
  }
  return 'append'
}

/** True when the rows carry the time at which they happened. */
export function hasEventTime(plan: Plan): boolean {
  for (let node: Plan | undefined = plan; node !== undefined; node = inputsOf(node)[0]) if (node.node === 'eventTime') return true
  return false
}

/**
 * Throws at a step that only a stream has, where a table is read.
 *
 * @throws plan.gap
 */
export function refuseStream(node: Plan): void {
  if (!isStreamStep(node)) return
  const step = node.node === 'aggregate' ? 'window' : node.node
  throw problem('plan.gap', `a stream where a table is wanted: ${step}`, node.at, {
    hint: 'tm.table(stream) gives the table of a stream',
    details: { node: node.node },
  })
}

function isStreamStep(node: Plan): boolean {
  switch (node.node) {
    case 'eventTime':
    case 'process':
    case 'onError':
    case 'late':
    case 'sink':
      return true
    case 'aggregate':
      return node.window !== undefined || node.running !== undefined
    default:
      return false
  }
}

/** @throws stream.argument when rows may be corrected: what was counted cannot be taken back */
export function needAppend(plan: Plan, what: string, at: CallSite | undefined): void {
  if (changesOf(plan) === 'append') return
  throw problem('stream.argument', `${what} over rows that may be corrected would count them twice`, at, {
    hint: 'group before the running totals, or take a window without lateness',
  })
}

/** @throws stream.argument without event time */
export function needEventTime(plan: Plan, what: string, at: CallSite | undefined): void {
  if (hasEventTime(plan)) return
  throw problem('stream.argument', `${what} needs the time of the rows, and this stream has none`, at, {
    hint: "name its column where the stream begins: tm.stream(source, { eventTime: 'at', lateness: '10s' })",
  })
}
