import { type CallSite, TidemillError } from '../errors/index.ts'
import { carve, type HostFunction } from '../workers/index.ts'
import type { AnyJob } from './job.ts'
import { isTokenMap, type TokenMap, type TokenRule } from './tokens.ts'

/** The functions of a job, ready to travel. */
export interface Carved {
  readonly map: HostFunction | TokenRule
  readonly combine: HostFunction | undefined
  readonly reduce: HostFunction
  readonly partition: HostFunction | undefined
  readonly sort: HostFunction | undefined
}

/**
 * Takes the functions out of the user's file.
 *
 * @param site where the user called
 * @throws workers.captured, workers.no-source
 */
export function carveJob(job: AnyJob, site: CallSite | undefined): Carved {
  const take = (fn: Function, name: string): HostFunction => {
    try {
      return carve(fn, site, { name, context: true })
    } catch (error) {
      throw withoutWith(error)
    }
  }
  const maybe = (fn: Function | undefined, name: string): HostFunction | undefined => (fn === undefined ? undefined : take(fn, name))
  return {
    map: isTokenMap(job.map) ? ruleOf(job.map['~tokens'], take) : take(job.map, 'map'),
    combine: maybe(job.combine, 'combine'),
    reduce: take(job.reduce, 'reduce'),
    partition: maybe(job.partition, 'partition'),
    sort: maybe(job.sort, 'sort'),
  }
}

function ruleOf(rule: TokenMap['~tokens'], take: (fn: Function, name: string) => HostFunction): TokenRule {
  return rule.tokens === 'ranges' ? { tokens: 'ranges', fn: typeof rule.fn === 'function' ? take(rule.fn, 'find') : rule.fn } : rule
}

/** The cure of `dataset.map`, to hand the value over in `with`, is not to be had here. */
function withoutWith(error: unknown): unknown {
  if (!(error instanceof TidemillError) || error.code !== 'workers.captured') return error
  return new TidemillError(error.code, error.message, {
    details: error.details,
    cause: error,
    hint: 'move it to the top of the module, or put it into the rows: tm.mapReduce(rows(items.map(item => ({ ...item, rate }))), ...)',
  })
}
