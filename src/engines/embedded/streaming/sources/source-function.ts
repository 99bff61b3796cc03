import { TidemillError } from '../../../../errors/index.ts'
import type { SourceStep } from '../seams.ts'

/** The loaded function of a source. Its arguments and its value are proved by who calls it. */
export function callOf(step: SourceStep, functions: ReadonlyMap<string, unknown>): (...args: readonly unknown[]) => unknown {
  const found = step.fn === undefined ? undefined : functions.get(step.fn.hash)
  if (typeof found === 'function') return found as (...args: readonly unknown[]) => unknown
  throw new TidemillError('stream.source-failed', `function of source ${step.id} was not loaded: ${step.fn?.name ?? 'there is none'}`, {
    details: { step: step.id },
  })
}

/** @throws stream.async-function for a promise */
export function notAsync(step: SourceStep, value: unknown): void {
  if (typeof value !== 'object' || value === null || !('then' in value || Symbol.asyncIterator in value)) return
  throw new TidemillError('stream.async-function', `function ${step.fn?.name} of source ${step.id} gave a promise`, {
    details: { step: step.id },
    hint: 'a source is asked between two rows: give the rows at once, or write them to a file and follow it',
  })
}

export function failed(step: SourceStep, what: string, cause: unknown): TidemillError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new TidemillError('stream.function-failed', `function ${step.fn?.name} of source ${step.id} failed ${what}: ${why}`, {
    details: { step: step.id },
    cause,
  })
}
