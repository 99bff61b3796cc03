import type { OnErrorNode, Plan, Spec } from '../../../../plan/index.ts'
import type { OnError } from '../seams.ts'
import { refusal } from './refusal.ts'

export interface ErrorPolicies {
  /** By node of a function or a source. */
  readonly of: ReadonlyMap<Plan, OnError>
  /** Functions and sources whose dead letters go to a sink. */
  readonly deadLetters: ReadonlyMap<Plan, Spec>
}

/**
 * What was said of errors, by the steps it is said of: those before it, up to the next such node; of a source too, as its records may be broken.
 *
 * @throws stream.unsupported when a step that is read twice is told two things
 */
export function errorPolicies(nodes: readonly Plan[]): ErrorPolicies {
  const of = new Map<Plan, OnError>()
  const deadLetters = new Map<Plan, Spec>()
  for (const said of nodes) {
    if (said.node !== 'onError') continue
    const { retries, otherwise, sink } = said
    for (const node of governed(said)) {
      const known = of.get(node)
      if ((known !== undefined && (known.retries !== retries || known.otherwise !== otherwise)) || differs(deadLetters.get(node), sink))
        throw refusal(
          'stream.unsupported',
          `two answers to errors of one ${node.node}, which is read twice`,
          said.at,
          'say it before the stream is read twice',
        )
      of.set(node, { retries, otherwise })
      if (sink !== undefined) deadLetters.set(node, sink)
    }
  }
  return { of, deadLetters }
}

function differs(known: Spec | undefined, sink: Spec | undefined): boolean {
  return known !== undefined && sink !== undefined && known !== sink
}

function governed(said: OnErrorNode): readonly Plan[] {
  const found: Plan[] = []
  for (let node = said.input; ; ) {
    if (node.node === 'onError') return found
    if (node.node === 'map' || node.node === 'process') found.push(node)
    if (node.node === 'scan' || node.node === 'eventTime') return [...found, node]
    if (!('input' in node)) return found
    node = node.input
  }
}
