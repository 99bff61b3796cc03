/** The steps of a stage as things that rows are put through. */
import { TidemillError } from '../../../../errors/index.ts'
import type { Operator, OperatorContext, Stage, Step } from '../seams.ts'
import { boltOperator } from './bolt.ts'
import { explodeOperator } from './explode.ts'
import { filterOperator } from './filter.ts'
import { mapOperator } from './map.ts'
import { processOperator } from './process.ts'
import { projectOperator } from './project.ts'
import { runningOperator } from './running.ts'
import { transformOperator } from './transform.ts'
import { windowOperator } from './window.ts'

/**
 * The operators of a stage for one subtask, in order.
 *
 * Errors they throw name the step, in the message and in `details.step`, and keep their code.
 */
export function makeOperators(stage: Stage, context: OperatorContext): readonly Operator[] {
  return stage.steps.map(step => named(step, make(step, context)))
}

function make(step: Step, context: OperatorContext): Operator {
  switch (step.kind) {
    case 'filter':
      return filterOperator(step)
    case 'project':
      return projectOperator(step)
    case 'explode':
      return explodeOperator(step)
    case 'transform':
      return transformOperator(step, context)
    case 'window':
      return windowOperator(step)
    case 'map':
      return mapOperator(step, context)
    case 'running':
      return runningOperator(step)
    case 'process':
      return processOperator(step, context)
    case 'bolt':
      return boltOperator(step, context)
  }
}

/** An error of an operator tells whose it is; one that went through an operator behind it was told there. */
function named(step: Step, operator: Operator): Operator {
  const telling = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw ofStep(step, error)
    }
  }
  const { advance, restore, changes, image } = operator
  return {
    id: operator.id,
    process: (rows, emit) => telling(() => operator.process(rows, emit)),
    ...(advance === undefined ? {} : { advance: (watermark, emit, born) => telling(() => advance.call(operator, watermark, emit, born)) }),
    ...(operator.see === undefined ? {} : { see: watermark => operator.see?.(watermark) }),
    ...(changes === undefined ? {} : { changes: () => telling(() => changes.call(operator)) }),
    ...(image === undefined ? {} : { image: () => telling(() => image.call(operator)) }),
    ...(restore === undefined ? {} : { restore: record => telling(() => restore.call(operator, record)) }),
    ...(operator.size === undefined ? {} : { size: () => operator.size?.() ?? { keys: 0, bytes: 0 } }),
  }
}

function ofStep(step: Step, error: unknown): unknown {
  if (!(error instanceof TidemillError) || 'step' in error.details) return error
  return new TidemillError(error.code, `${error.message} (in step ${step.id}: ${step.label})`, {
    details: { ...error.details, step: step.id },
    retryable: error.retryable,
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  })
}
