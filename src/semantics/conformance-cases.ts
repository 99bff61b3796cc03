import { aggregateCases } from './aggregates.ts'
import type { ConformanceCase } from './case.ts'
import { bytesCases } from './bytes.ts'
import { castCases } from './casts.ts'
import { fragmentCases } from './fragments.ts'
import { everyFamilyCases } from './every-family.ts'
import { everyTypeCases } from './every-type.ts'
import { frameCases } from './frames.ts'
import { intervalCases } from './intervals.ts'
import { listCases } from './lists.ts'
import { logicCases } from './logic.ts'
import { mathCases } from './math.ts'
import { mixedTypeCases } from './mixed-types.ts'
import { moreListCases } from './more-lists.ts'
import { moreTextCases } from './more-texts.ts'
import { numberCases } from './numbers.ts'
import { orderCases } from './orders.ts'
import { statisticCases } from './statistics.ts'
import { textCases } from './texts.ts'
import { timeCases } from './times.ts'
import { typeCases } from './value-types.ts'
import { windowCases } from './windows.ts'
import { zoneCases } from './zones.ts'

/** What every engine must compute, as data: each function of the table at least once, with NULLs, NaN, the infinities, overflow and empty input. */
export const conformanceCases: readonly ConformanceCase[] = Object.freeze([
  ...numberCases,
  ...logicCases,
  ...castCases,
  ...typeCases,
  ...mixedTypeCases,
  ...mathCases,
  ...textCases,
  ...moreTextCases,
  ...fragmentCases,
  ...bytesCases,
  ...timeCases,
  ...zoneCases,
  ...intervalCases,
  ...listCases,
  ...moreListCases,
  ...aggregateCases,
  ...statisticCases,
  ...windowCases,
  ...frameCases,
  ...orderCases,
  ...everyTypeCases,
  ...everyFamilyCases,
])
