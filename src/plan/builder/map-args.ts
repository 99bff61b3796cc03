import { callSite } from '../../errors/index.ts'
import type { MapArgs } from '../verbs/index.ts'
import { type SchemaLike, schemaOf } from '../../schema/index.ts'
import { carve } from '../../workers/index.ts'
import { checkVerb } from './check-verbs.ts'

/** What `map` and its like take besides the function. */
export interface MapOptions {
  readonly with?: object
  readonly schema?: SchemaLike
  readonly concurrency?: number
}

/** The user's function made ready to travel, and what was declared of it. Must be called while the user's line is on the stack. */
export function mapArgs(
  mode: MapArgs['mode'],
  verb: 'map' | 'flatMap' | 'mapBatches' | 'mapGroups',
  each: Function,
  options: MapOptions = {},
): MapArgs {
  checkVerb.map(verb, each, options)
  const { schema, concurrency } = options
  const fn = carve(each, callSite(), { name: verb, ...(options.with === undefined ? {} : { with: options.with }) })
  return { mode, fn, concurrency, declared: schema === undefined ? undefined : schemaOf(schema) }
}
