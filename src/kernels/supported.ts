/** What the kernels know, as data: the support matrix and the cut of plans read it. */
import type { FunctionName } from '../expr/index.ts'
import { aggregateKernels } from './accumulators.ts'
import { scalarKernels } from './evaluate.ts'

/** Functions that `evaluate` or `aggregator` compute. */
export const kernelFunctions: ReadonlySet<FunctionName> = new Set<FunctionName>([...scalarKernels, ...aggregateKernels, 'where'])

const windows = {
  missing: 'notimpl',
  reason: 'a window looks at other rows, and kernels run batch by batch; the engine computes windows',
} as const

/** Functions the kernels lack, with the reason. */
export const missingKernels: Readonly<Record<string, { readonly missing: 'notimpl' | 'notyet' | 'never'; readonly reason: string }>> =
  Object.freeze({
    sql: { missing: 'never', reason: 'a piece of SQL runs in an engine that speaks it' },
    over: windows,
    rank: windows,
    denseRank: windows,
    rowNumber: windows,
    percentRank: windows,
    cumeDist: windows,
    ntile: windows,
    lag: windows,
    lead: windows,
    firstValue: windows,
    lastValue: windows,
    nthValue: windows,
    ewm: windows,
  })
