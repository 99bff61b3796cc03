import type { MathFunctionName } from '../../expr/index.ts'
import { isInteger, printType, rangeOf } from '../../schema/index.ts'
import type { Call, Printer } from '../dialect.ts'
import { guard } from './guards.ts'
import { arg, argType, double, sameAsResult } from './numbers.ts'
import { typeName } from './types.ts'

const nan = "CAST('NaN' AS DOUBLE)"

/** DuckDB raises an error outside the domain of a function; IEEE says NaN. */
const inside =
  (name: string, domain: (x: string) => string): Printer =>
  call => {
    const x = double(call, 0)
    return `CASE WHEN ${domain(x)} THEN ${name}(${x}) WHEN ${x} IS NOT NULL THEN ${nan} END`
  }
const finite = (x: string): string => `isfinite(${x})`
const plain =
  (name: string): Printer =>
  call =>
    `${name}(${call.args.map((_, index) => double(call, index)).join(', ')})`

/** An integer that was worked out with more digits, in its type. */
function checked(call: Call, whole: string, shown: string): string {
  const range = rangeOf(call.node.type)
  const made = `CAST(${whole} AS ${typeName(call.node.type)})`
  if (range === undefined) return made
  const failed = guard('expr.overflow', {}, `'${call.node.op}(' || ${shown} || ') is no ${printType(call.node.type)}'`)
  return `CASE WHEN ${whole} BETWEEN '${range[0]}'::HUGEINT AND '${range[1]}'::HUGEINT THEN ${made} WHEN ${whole} IS NOT NULL THEN ${failed} END`
}

const huge = (text: string): string => `CAST(${text} AS HUGEINT)`
const both = (call: Call): string => call.args.map(text => `CAST(${text} AS VARCHAR)`).join(" || ', ' || ")

const bits =
  (print: (a: string, b: string) => string): Printer =>
  call => {
    const [a, b] = [0, 1].map(index => sameAsResult(call, index))
    return print(a ?? 'NULL', b ?? 'NULL')
  }

/** Towards minus infinity; DuckDB's `//` goes towards zero. */
function floorDiv(call: Call): string {
  if (call.node.type === 'float64') return `floor(${double(call, 0)} / ${double(call, 1)})`
  const [a, b] = [huge(arg(call, 0)), huge(arg(call, 1))]
  const whole = `(${a} // ${b} - CASE WHEN ${a} % ${b} <> 0 AND (${a} < 0) <> (${b} < 0) THEN 1 ELSE 0 END)`
  return `CASE WHEN ${arg(call, 1)} = 0 AND ${arg(call, 0)} IS NOT NULL THEN ${guard('expr.division-by-zero', {}, `CAST(${arg(call, 0)} AS VARCHAR)`)} ELSE ${checked(call, whole, both(call))} END`
}

const finiteness =
  (name: string, ofInteger: boolean): Printer =>
  call =>
    argType(call, 0) === 'float64' ? `${name}(${arg(call, 0)})` : `CASE WHEN ${arg(call, 0)} IS NOT NULL THEN ${ofInteger} END`

const extreme =
  (name: string): Printer =>
  call =>
    `${name}(${call.args.map((_, index) => sameAsResult(call, index)).join(', ')})`

export const math: Readonly<Record<MathFunctionName, Printer>> = {
  sign: call => {
    const x = double(call, 0)
    return `CASE WHEN isnan(${x}) THEN ${x} ELSE CAST(sign(${x}) AS DOUBLE) END`
  },
  trunc: call => (isInteger(argType(call, 0)) ? arg(call, 0) : `CAST(trunc(${arg(call, 0)}) AS ${typeName(call.node.type)})`),
  cbrt: plain('cbrt'),
  sin: inside('sin', finite),
  cos: inside('cos', finite),
  tan: inside('tan', finite),
  asin: inside('asin', x => `abs(${x}) <= 1`),
  acos: inside('acos', x => `abs(${x}) <= 1`),
  atan: plain('atan'),
  atan2: plain('atan2'),
  sinh: plain('sinh'),
  cosh: plain('cosh'),
  tanh: plain('tanh'),
  asinh: plain('asinh'),
  acosh: inside('acosh', x => `${x} >= 1`),
  atanh: inside('atanh', x => `abs(${x}) <= 1`),
  // The larger side is taken out first, so that its square is no Infinity.
  hypot: call => {
    const [a, b] = [`abs(${double(call, 0)})`, `abs(${double(call, 1)})`]
    const [most, least] = [`greatest(${a}, ${b})`, `least(${a}, ${b})`]
    return `CASE WHEN isinf(${a}) OR isinf(${b}) THEN CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN CAST('Infinity' AS DOUBLE) END WHEN ${a} = 0 AND ${b} = 0 THEN 0e0 WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN ${most} * sqrt(1 + pow(${least} / ${most}, 2)) END`
  },
  degrees: plain('degrees'),
  radians: plain('radians'),
  floorDiv,
  isFinite: finiteness('isfinite', true),
  isInfinite: finiteness('isinf', false),
  bitAnd: bits((a, b) => `(${a} & ${b})`),
  bitOr: bits((a, b) => `(${a} | ${b})`),
  bitXor: bits((a, b) => `xor(${a}, ${b})`),
  bitNot: call => `(~${arg(call, 0)})`,
  shiftLeft: call => {
    const { bits: count = 0 } = call.node.options ?? {}
    return checked(call, `(${huge(arg(call, 0))} * '${2n ** BigInt(count)}'::HUGEINT)`, `CAST(${arg(call, 0)} AS VARCHAR)`)
  },
  shiftRight: call => `(${arg(call, 0)} >> ${Math.min(call.node.options?.bits ?? 0, call.node.type === 'int32' ? 31 : 63)})`,
  greatest: extreme('greatest'),
  least: extreme('least'),
}
