import { aggregates } from './aggregates.ts'
import { anyValues } from './any-values.ts'
import { bytes } from './bytes.ts'
import { intervals } from './intervals.ts'
import { lists } from './lists.ts'
import { numbers } from './numbers.ts'
import { texts } from './texts.ts'
import { times } from './times.ts'
import type { FunctionPage } from './types.ts'
import { windows } from './windows.ts'

/** In the order of the contents. */
export const functionGroups: readonly FunctionPage[] = [anyValues, numbers, texts, times, intervals, lists, bytes, aggregates, windows]
