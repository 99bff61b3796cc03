/** Rows of the table of functions: numbers. */
import { type FunctionInfo, row, type Short } from './function-info.ts'
import type { MathFunctionName } from './scalar-names.ts'

const number = ['number'] as const
const many = 100_000
const scalar = row('scalar')
const real: Short = { of: number, gives: 'float64' }
const two: Short = { of: number, takes: number, args: [2, 2], gives: 'float64' }
const bits: Short = { of: number, takes: number, args: [2, 2], gives: 'arithmetic' }
const shift: Short = { of: number, gives: 'first', options: ['bits'] }
const several: Short = {
  of: ['number', 'text', 'boolean', 'date', 'instant', 'clock'],
  takes: 'same',
  args: [1, many],
  gives: 'common',
  nulls: 'all',
}

/** Functions of numbers by name. */
export const mathFunctions: Readonly<Record<MathFunctionName, FunctionInfo>> = {
  sign: scalar('-1, 0 or 1 as a float; NaN of NaN.', real),
  trunc: scalar('The whole number towards zero.', { of: number, gives: 'first' }),
  cbrt: scalar('Cube root.', real),
  sin: scalar('Sine of radians; NaN of an Infinity.', real),
  cos: scalar('Cosine of radians; NaN of an Infinity.', real),
  tan: scalar('Tangent of radians; NaN of an Infinity.', real),
  asin: scalar('Arc sine in radians; NaN outside -1 to 1.', real),
  acos: scalar('Arc cosine in radians; NaN outside -1 to 1.', real),
  atan: scalar('Arc tangent in radians.', real),
  atan2: scalar('The angle of the point (x, y) in radians: y.atan2(x).', two),
  sinh: scalar('Hyperbolic sine.', real),
  cosh: scalar('Hyperbolic cosine.', real),
  tanh: scalar('Hyperbolic tangent.', real),
  asinh: scalar('Inverse hyperbolic sine.', real),
  acosh: scalar('Inverse hyperbolic cosine; NaN below 1.', real),
  atanh: scalar('Inverse hyperbolic tangent; NaN outside -1 to 1.', real),
  hypot: scalar('The square root of the sum of the squares.', two),
  degrees: scalar('Radians as degrees.', real),
  radians: scalar('Degrees as radians.', real),
  floorDiv: scalar('The quotient rounded down, of integers an integer: -7 by 2 is -4. Of integers by zero an error.', bits),
  isFinite: scalar('False for NaN and the infinities.', { of: number, gives: 'boolean' }),
  isInfinite: scalar('True for the infinities.', { of: number, gives: 'boolean' }),
  bitAnd: scalar('The bits that both integers have.', bits),
  bitOr: scalar('The bits that one of the integers has.', bits),
  bitXor: scalar('The bits that only one of the integers has.', bits),
  bitNot: scalar('The bits that the integer does not have: -x - 1.', { of: number, gives: 'first' }),
  shiftLeft: scalar('The integer times 2 to the power of `bits`; a result outside its type is an error.', shift),
  shiftRight: scalar('The integer by 2 to the power of `bits`, rounded down.', shift),
  greatest: scalar('The greatest of the values that are not NULL; NaN is the greatest number.', several),
  least: scalar('The least of the values that are not NULL.', several),
}
