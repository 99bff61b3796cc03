import type { Source } from '../plan/index.ts'
import type { Row } from '../schema/index.ts'
import { dataFile } from './data-file.ts'

const schema = {
  oceanProximity: 'string',
  /** `near San Francisco Bay`. */
  name: 'string',
  /** `coast`, `inland` or `island`. */
  coast: 'string',
} as const

/** A readable name for a value of `oceanProximity`. */
export interface OceanName extends Row<typeof schema> {}

/**
 * A table of five rows to join with `californiaBlocks`: `oceanProximity`, a readable `name`, and `coast`, which is coast, inland or island.
 *
 * @example
 * const named = blocks.join(await tm.read(oceanNames()), { on: 'oceanProximity' })
 */
export function oceanNames(): Source<OceanName> {
  return dataFile('ocean_names.csv', schema)
}
