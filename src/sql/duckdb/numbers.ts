import { type DataType, isInteger, printType } from '../../schema/index.ts'
import type { Call, Printer } from '../dialect.ts'
import { guard } from './guards.ts'
import { convert, inCommon, tryConvert } from './casts.ts'
import { float } from './literals.ts'
import { typeName } from './types.ts'

const infinity = "CAST('Infinity' AS DOUBLE)"
const nan = "CAST('NaN' AS DOUBLE)"

export function argType({ node }: Call, index: number): DataType {
  return node.args[index]?.type ?? 'unknown'
}
export function arg({ args }: Call, index: number): string {
  return args[index] ?? 'NULL'
}
/** An argument as a double. */
export function double(call: Call, index: number): string {
  return argType(call, index) === 'float64' ? arg(call, index) : `CAST(${arg(call, index)} AS DOUBLE)`
}

/** Both sides get the type of the result first, so that the overflow of that type is what is checked. */
const arithmetic =
  (operator: string): Printer =>
  call => {
    const { type } = call.node
    const [a, b] = [0, 1].map(index =>
      printType(argType(call, index)) === printType(type) ? arg(call, index) : `CAST(${arg(call, index)} AS ${typeName(type)})`,
    )
    if (typeof type !== 'object' || !('decimal' in type)) return `(${a} ${operator} ${b})`
    // DuckDB multiplies decimals within 18 digits unless a side has more.
    const [c, d] = [0, 1].map(index => {
      const own = argType(call, index)
      const scale = typeof own === 'object' && 'decimal' in own ? own.decimal[1] : 0
      return `CAST(${arg(call, index)} AS DECIMAL(${type.decimal[0]}, ${operator === '*' ? scale : type.decimal[1]}))`
    })
    return `CAST((${c} ${operator} ${d}) AS ${typeName(type)})`
  }

const compare =
  (operator: string): Printer =>
  ({ args }) =>
    `(${args[0]} ${operator} ${args[1]})`

/**
 * Half away from zero on the decimal text of the double. `t` is the value cut to the digits; (t + 0.5) / 10^d is the double nearest to the decimal tie, so the
 * comparison with it decides as the text would. DuckDB's own round(1.005, 2) is 1.
 */
function round(call: Call): string {
  const x = arg(call, 0)
  const digits = call.node.options?.digits ?? 0
  const type = argType(call, 0)
  if (isInteger(type)) return digits >= 0 ? x : `CAST(round(CAST(${x} AS HUGEINT), ${digits}) AS ${typeName(call.node.type)})`
  if (type !== 'float64') {
    const rounded = inResult(`round(${x}, ${digits})`, x, call)
    // DuckDB rounds NULL to 0 where the digits are more than the column has.
    return digits < 0 ? `CASE WHEN ${x} IS NOT NULL THEN ${rounded} END` : rounded
  }
  const p = float(10 ** Math.abs(digits))
  const up = (text: string): string => (digits < 0 ? `(${text} / ${p})` : digits === 0 ? text : `(${text} * ${p})`)
  const down = (text: string): string => (digits < 0 ? `(${text} * ${p})` : digits === 0 ? text : `(${text} / ${p})`)
  const cut = `trunc(${up(x)})`
  const sign = `CASE WHEN ${x} < 0 THEN -1e0 ELSE 1e0 END`
  const next = `(${cut} + (${sign}))`
  const tie = down(`(${cut} + 0.5e0 * (${sign}))`)
  return `CASE WHEN NOT isfinite(${x}) OR abs(${up(x)}) >= 4503599627370496e0 THEN ${x} WHEN abs(${x}) >= abs(${tie}) THEN ${down(next)} ELSE ${down(cut)} END`
}

function wholeNumber(name: string): Printer {
  return call => (isInteger(argType(call, 0)) ? arg(call, 0) : inResult(`${name}(${arg(call, 0)})`, arg(call, 0), call))
}

/** A rounded number in the type of the result, which has a digit more; but a decimal of 38 digits has no room for it. */
function inResult(rounded: string, x: string, call: Call): string {
  const type = argType(call, 0)
  const to = typeName(call.node.type)
  if (typeof type !== 'object' || !('decimal' in type) || type.decimal[0] < 38) return `CAST(${rounded} AS ${to})`
  const failed = guard('expr.overflow', {}, `'${call.node.op}(' || CAST(${x} AS VARCHAR) || ') is no ${printType(call.node.type)}'`)
  return `CASE WHEN ${x} IS NOT NULL THEN coalesce(TRY_CAST(${rounded} AS ${to}), ${failed}) END`
}

export const numbers: Readonly<
  Record<
    | 'add'
    | 'sub'
    | 'mul'
    | 'div'
    | 'mod'
    | 'pow'
    | 'neg'
    | 'abs'
    | 'round'
    | 'floor'
    | 'ceil'
    | 'sqrt'
    | 'ln'
    | 'log'
    | 'exp'
    | 'clip'
    | 'eq'
    | 'ne'
    | 'lt'
    | 'lte'
    | 'gt'
    | 'gte'
    | 'between'
    | 'in'
    | 'isNull'
    | 'isNotNull'
    | 'isNan'
    | 'coalesce'
    | 'case'
    | 'cast'
    | 'tryCast'
    | 'and'
    | 'or'
    | 'not',
    Printer
  >
> = {
  add: arithmetic('+'),
  sub: arithmetic('-'),
  mul: arithmetic('*'),
  div: call => `(${double(call, 0)} / ${double(call, 1)})`,
  mod: call => {
    const { type } = call.node
    const [a, b] = [0, 1].map(index =>
      printType(argType(call, index)) === printType(type) ? arg(call, index) : `CAST(${arg(call, index)} AS ${typeName(type)})`,
    )
    if (type === 'float64') return `(${a} % ${b})`
    // DuckDB divides too, and the least integer by -1 has no quotient.
    const whole = isInteger(type) ? ` WHEN ${b} = -1 THEN ${a} - ${a}` : ''
    return `CASE WHEN ${b} = 0 THEN ${guard('expr.division-by-zero', {}, `CAST(${a} AS VARCHAR)`)}${whole} ELSE ${a} % ${b} END`
  },
  pow: call => `pow(${double(call, 0)}, ${double(call, 1)})`,
  neg: call => `(-${arg(call, 0)})`,
  abs: call => `abs(${arg(call, 0)})`,
  round,
  floor: wholeNumber('floor'),
  ceil: wholeNumber('ceil'),
  sqrt: call => `CASE WHEN ${double(call, 0)} < 0 THEN ${nan} ELSE sqrt(${double(call, 0)}) END`,
  ln: call => naturalLog(double(call, 0)),
  log: call => {
    const base = call.node.options?.base
    if (base === undefined) return naturalLog(double(call, 0))
    const x = double(call, 0)
    const own = base === 10 ? `log10(${x})` : base === 2 ? `log2(${x})` : `(ln(${x}) / ${float(Math.log(base))})`
    return `CASE WHEN ${x} = 0 THEN ${base < 1 ? infinity : `-${infinity}`} WHEN ${x} < 0 THEN ${nan} ELSE ${own} END`
  },
  exp: call => `exp(${double(call, 0)})`,
  clip: call => {
    const x = arg(call, 0)
    const { low, high } = call.node.options ?? {}
    const type = typeName(call.node.type)
    const limit = (value: number): string => (call.node.type === 'float64' ? float(value) : `CAST(${value} AS ${type})`)
    const cases = [
      ...(low === undefined ? [] : [`WHEN ${x} < ${limit(low)} THEN ${limit(low)}`]),
      ...(high === undefined ? [] : [`WHEN ${x} > ${limit(high)} THEN ${limit(high)}`]),
    ]
    return cases.length === 0 ? x : `CASE ${cases.join(' ')} ELSE ${x} END`
  },
  eq: compare('='),
  ne: compare('<>'),
  lt: compare('<'),
  lte: compare('<='),
  gt: compare('>'),
  gte: compare('>='),
  between: ({ args }) => `(${args[0]} >= ${args[1]} AND ${args[0]} <= ${args[2]})`,
  in: ({ args }) => (args.length < 2 ? `CASE WHEN ${args[0]} IS NOT NULL THEN false END` : `(${args[0]} IN (${args.slice(1).join(', ')}))`),
  isNull: call => `(${arg(call, 0)} IS NULL)`,
  isNotNull: call => `(${arg(call, 0)} IS NOT NULL)`,
  isNan: call => (argType(call, 0) === 'float64' ? `isnan(${arg(call, 0)})` : `CASE WHEN ${arg(call, 0)} IS NOT NULL THEN false END`),
  coalesce: call => `coalesce(${call.args.map((_, index) => sameAsResult(call, index)).join(', ')})`,
  case: call => {
    const branches: string[] = []
    for (let index = 0; index + 1 < call.args.length; index += 2)
      branches.push(`WHEN ${arg(call, index)} THEN ${sameAsResult(call, index + 1)}`)
    const otherwise = call.args.length % 2 === 1 ? ` ELSE ${sameAsResult(call, call.args.length - 1)}` : ''
    return branches.length === 0 ? sameAsResult(call, 0) : `CASE ${branches.join(' ')}${otherwise} END`
  },
  cast: call => {
    const made = convert(arg(call, 0), argType(call, 0), call.node.type)
    // A cast to a column declared without `?` also refuses NULLs: see the verb `as`.
    const mayBeNull = call.node.args[0]?.nullable === true && !call.node.nullable
    return mayBeNull ? `coalesce(${made}, ${guard('schema.not-null', { column: call.node.options?.name ?? '' })})` : made
  },
  tryCast: call => tryConvert(arg(call, 0), argType(call, 0), call.node.type),
  and: ({ args }) => `(${args.join(' AND ')})`,
  or: ({ args }) => `(${args.join(' OR ')})`,
  not: call => `(NOT ${arg(call, 0)})`,
}

/** Branches of one result have one type; DuckDB would unite a string and a number as text. */
export function sameAsResult(call: Call, index: number): string {
  return inCommon(arg(call, index), argType(call, index), call.node.type)
}

function naturalLog(x: string): string {
  return `CASE WHEN ${x} = 0 THEN -${infinity} WHEN ${x} < 0 THEN ${nan} ELSE ln(${x}) END`
}
