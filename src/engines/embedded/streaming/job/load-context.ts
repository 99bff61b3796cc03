import type { Clock } from '../../../../time/index.ts'
import { type Code, type HostFunction, loadFunction } from '../../../../workers/index.ts'
import type { Graph, OperatorContext } from '../seams.ts'

/**
 * Loads the functions and models of a graph into this thread.
 *
 * @throws workers.function-failed when a function cannot be loaded
 */
export async function loadContext(graph: Graph, clock: Clock): Promise<OperatorContext> {
  const functions = new Map<string, unknown>()
  const modules = new Map<string, unknown>()
  await Promise.all([
    ...functionsOf(graph).map(async fn => functions.set(fn.hash, await loadFunction(fn))),
    ...codesOf(graph).map(async code => modules.set(`${code.url}#${code.export}`, await loadCode(code))),
  ])
  return { clock, functions, modules }
}

function functionsOf(graph: Graph): readonly HostFunction[] {
  const found = new Map<string, HostFunction>()
  for (const { source, steps } of graph.stages)
    for (const part of [source, ...steps]) {
      const fn = part !== undefined && 'fn' in part ? part.fn : undefined
      if (fn !== undefined) found.set(fn.hash, fn)
    }
  return [...found.values()]
}

function codesOf(graph: Graph): readonly Code[] {
  const found = graph.stages.flatMap(stage => stage.steps).flatMap(step => (step.kind === 'transform' ? [step.code] : []))
  return [...new Map(found.map(code => [`${code.url}#${code.export}`, code])).values()]
}

async function loadCode(code: Code): Promise<unknown> {
  const module: Record<string, unknown> = await import(code.url)
  return module[code.export]
}
