import type { Source } from '../plan/index.ts'
import type { Row } from '../schema/index.ts'
import { dataFile } from './data-file.ts'

const schema = {
  longitude: 'float64',
  latitude: 'float64',
  housingMedianAge: 'float64',
  totalRooms: 'float64',
  /** NULL in 207 blocks. */
  totalBedrooms: 'float64?',
  population: 'float64',
  households: 'float64',
  /** In 10,000 USD. */
  medianIncome: 'float64',
  /** In USD, capped at 500,001. */
  medianHouseValue: 'float64',
  /** `<1H OCEAN`, `INLAND`, `ISLAND`, `NEAR BAY` or `NEAR OCEAN`. */
  oceanProximity: 'string',
} as const

/** A block group with its raw counts. */
export interface Block extends Row<typeof schema> {}
/** A block group that may be damaged. */
export interface DamagedBlock extends Omit<Block, 'households'> {
  /** From 1, in the order of the file. */
  blockId: number
  households: number | null
}

/**
 * The block groups of `californiaHousing` with raw counts, a category and 207 missing bedroom counts: 20640 rows, 10 columns.
 *
 * @example
 * const blocks = await tm.read(californiaBlocks())
 */
export function californiaBlocks(): Source<Block> {
  return dataFile('california_missing.csv.gz', schema)
}

/**
 * `californiaBlocks` with a `blockId` (from 1, in the order of the file) and 80 known damages, to try checks on: `households` is NULL in 40 rows, `totalRooms`
 * negative in 25, and 15 blocks come twice: 20655 rows. The list is `datasets/blocks-damage.json`.
 *
 * @example
 * const report = await expectThat(await tm.read(damagedBlocks()), [column('blockId').unique()])
 */
export function damagedBlocks(): Source<DamagedBlock> {
  return dataFile('damaged_blocks.csv.gz', { blockId: 'int64', ...schema, households: 'float64?' })
}
