import { aggregateCases } from './conformance/aggregates.ts'
import type { ConformanceCase } from './conformance/case.ts'
import { castCases } from './conformance/casts.ts'
import { listCases } from './conformance/lists.ts'
import { logicCases } from './conformance/logic.ts'
import { numberCases } from './conformance/numbers.ts'
import { orderCases } from './conformance/orders.ts'
import { textCases } from './conformance/texts.ts'
import { timeCases } from './conformance/times.ts'
import { windowCases } from './conformance/windows.ts'

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
