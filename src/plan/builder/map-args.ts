import { resolve } from 'node:path'
import { callSite } from '../../errors/index.ts'
import { durationMicros } from '../../expr/index.ts'
import type { MapArgs } from '../verbs/index.ts'
import { type SchemaLike, schemaOf } from '../../schema/index.ts'
import { carve, type FaultPolicy } from '../../workers/index.ts'
import { checkVerb } from './check-verbs.ts'

/** What `map` and its like take besides the function. */
export interface MapOptions {
  readonly with?: object
  readonly schema?: SchemaLike
  readonly concurrency?: number
  readonly onError?: 'fail' | 'skip' | { readonly quarantine: string }
  readonly timeout?: string
  readonly showValues?: boolean
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
  return { mode, fn, concurrency, policy: policyOf(options), declared: schema === undefined ? undefined : schemaOf(schema) }
}

function policyOf({ onError = 'fail', timeout, showValues }: MapOptions): FaultPolicy | undefined {
  if (onError === 'fail' && timeout === undefined && showValues !== true) return undefined
  return {
    ...(typeof onError === 'string' ? { onError } : { onError: 'quarantine', path: resolve(onError.quarantine) }),
    ...(timeout === undefined ? {} : { timeoutMs: durationMicros(timeout) / 1000 }),
    ...(showValues === true ? { showValues } : {}),
  }
}
