/** Floor 2: expression nodes as data, typed builders, checking, printing, the table of functions. */
export type * from './node.ts'
export type * from './types.ts'
export type { InZone, WhenInvalid } from './scalar-types.ts'
export type {
  BytesFunctionName,
  CoreFunctionName,
  ListFunctionName,
  MathFunctionName,
  ScalarName,
  TextFunctionName,
  TimeFunctionName,
} from './scalar-names.ts'
export type { AggregateOptions } from './aggregate-names.ts'
export { functions } from './functions.ts'
export type { FunctionInfo, FunctionKind, Gives, Nulls, Takes } from './function-info.ts'
export { valueFamily, type ValueFamily } from './value-family.ts'
export { callNode, columnNode, nullableTotals } from './call-node.ts'
export { castTo } from './cast-to.ts'
export { fragmentNode } from './fragment.ts'
export { literalNode, literalValue, type Physical } from './literal.ts'
export { durationMicros, printDuration } from './duration.ts'
export { arithmeticType, canCast, operandType } from './result-type.ts'
export { columnsOf, kindOf, mapNode, type NodeKind, partsOf, retype, someNode, substitute } from './walk.ts'
export { isFree, printExpr, printOrder } from './print.ts'
export { toExpr } from './builder.ts'
export { exprOf, orderNodes } from './operand.ts'
export { buildCondition, buildExprs, buildOrder } from './build.ts'
export { momentPattern, type MomentPattern, monthOf } from './moment-pattern.ts'
export { portableRegex, type PortableRegex } from './regex.ts'
export { greatest, least, listOf, makeDate, makeDatetime, range, structOf } from './free-scalars.ts'
export { countDistinct, cumeDist, ntile } from './aggregate-free.ts'
export { ewmRows } from './window.ts'
export { coalesce, col, count, denseRank, lit, percentRank, rank, rowNumber, when } from './free.ts'
