/** Aggregates of numbers and instants: states in typed arrays, one place a group, and one loop for each kind of array. */
import type { CallNode } from '../../expr/index.ts'
import { isInteger } from '../../schema/index.ts'
import type { Accumulator } from '../accumulators.ts'
import { WholeSums } from './whole-sums.ts'
import { Counts } from './counts.ts'
import { RealSums } from './real-sums.ts'
import { Extremes } from './extremes.ts'
import { Moments } from './moments.ts'
import { Pairs } from './pairs.ts'
import { Spreads } from './spreads.ts'

/** The accumulator of a call that typed arrays can hold; undefined for the others. */
export function numberAccumulator(node: CallNode): Accumulator | undefined {
  if (node.op === 'count') return new Counts(node.type)
  const of = node.args[0]?.type
  if (of === undefined) return undefined
  const whole = isInteger(of) && of !== 'uint64'
  switch (node.op) {
    case 'sum':
    case 'mean':
      if (of === 'float64') return new RealSums(node)
      return whole ? new WholeSums(node) : undefined
    case 'min':
    case 'max':
      return of === 'float64' || whole || of === 'timestamp' || of === 'datetime' || of === 'date' ? new Extremes(node) : undefined
    case 'stddev':
    case 'stddevPop':
    case 'variance':
    case 'variancePop':
      return new Spreads(node)
    case 'skew':
    case 'kurtosis':
      return new Moments(node)
    case 'covariance':
    case 'covariancePop':
    case 'correlation':
      return new Pairs(node)
    default:
      return undefined
  }
}

export { sumOverflow } from './whole-sums.ts'
