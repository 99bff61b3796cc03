import type { JobPlan } from '../../../../plan/index.ts'
import type { Graph } from '../seams.ts'
import { compileStream } from './compile-stream.ts'
import { compileTopology } from './compile-topology.ts'
import { planHash } from './plan-hash.ts'

export interface CompileSettings {
  /** Name of the job. */
  readonly name: string
  /** Subtasks of each stage of a stream; a topology says its own. */
  readonly parallelism: number
}

/**
 * What a job does as plain data: stages, joined by exchanges.
 *
 * @throws stream.unsupported, stream.unbounded, stream.argument naming the step and where it was written
 */
export function compileJob(plan: JobPlan, { name, parallelism }: CompileSettings): Graph {
  const stages = plan.kind === 'stream' ? compileStream(plan.sinks, parallelism) : compileTopology(plan.nodes)
  return { name, stages, planHash: planHash(plan, stages) }
}
