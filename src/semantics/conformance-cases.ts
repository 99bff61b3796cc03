import { aggregateCases } from './aggregates.ts'
import type { ConformanceCase } from './case.ts'
import { castCases } from './casts.ts'
import { listCases } from './lists.ts'
import { logicCases } from './logic.ts'
import { numberCases } from './numbers.ts'
import { orderCases } from './orders.ts'
import { textCases } from './texts.ts'
import { timeCases } from './times.ts'
import { windowCases } from './windows.ts'

/** What every engine must compute, as data: each function of the table at least once, with NULLs, NaN, the infinities, overflow and empty input. */
export const conformanceCases: readonly ConformanceCase[] = Object.freeze([
  ...numberCases,
  ...logicCases,
  ...castCases,
  ...textCases,
  ...timeCases,
  ...listCases,
  ...aggregateCases,
  ...windowCases,
  ...orderCases,
])
