import type { CallSite } from '../../errors/index.ts'
import type { Schema } from '../../schema/index.ts'
import type { FaultPolicy, HostFunction } from '../../workers/index.ts'
import { nodesOf } from '../inputs.ts'
import type { MapNode, Plan } from '../nodes.ts'
import { problem } from '../problem.ts'

export interface MapArgs {
  readonly mode: MapNode['mode']
  readonly fn: HostFunction
  /** The columns of the rows it gives; without, they are learnt from the first rows. */
  readonly declared?: Schema | undefined
  /** Rows in flight per worker for async functions. Default: 16. */
  readonly concurrency?: number | undefined
  /** What happens to rows on which it fails. Default: the first fails the run. */
  readonly policy?: FaultPolicy | undefined
}

/**
 * The user's own function, on worker threads.
 *
 * @throws plan.argument
 */
export function map(input: Plan, args: MapArgs, at?: CallSite): Plan {
  const { mode, fn, declared, concurrency = 16, policy } = args
  if (!(Number.isSafeInteger(concurrency) && concurrency > 0))
    throw problem('plan.argument', `concurrency is no whole number from 1: ${concurrency}`, at)
  const path = policy?.path
  if (path !== undefined && nodesOf(input).some(node => node.node === 'map' && node.policy?.path === path))
    throw problem('plan.argument', `quarantine of two functions: ${path}`, at, { hint: 'give each function a file of its own' })
  const told = policy === undefined ? {} : { policy }
  return { node: 'map', input, mode, fn, declared, concurrency, ...told, fields: declared ?? [], open: declared === undefined, at }
}
