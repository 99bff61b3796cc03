/** Whether the operands of a call go together, beyond their families. */
import { type DataType, familyOf, isInteger, printType, sameType } from '../schema/index.ts'
import type { ExprNode, FunctionName } from './node.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { valueFamily } from './value-family.ts'

const whole: ReadonlySet<string> = new Set<FunctionName>([
  'bitAnd',
  'bitOr',
  'bitXor',
  'bitNot',
  'shiftLeft',
  'shiftRight',
  'range',
  'fromEpoch',
  'toChar',
  'makeDate',
  'makeDatetime',
])
const ofNumbers: ReadonlySet<string> = new Set<FunctionName>(['listSum', 'listMean'])
const ofOrdered: ReadonlySet<string> = new Set<FunctionName>(['listMin', 'listMax', 'listSort'])
const ofTruths: ReadonlySet<string> = new Set<FunctionName>(['listAny', 'listAll'])
const ofTwoLists: ReadonlySet<string> = new Set<FunctionName>(['listConcat', 'listHasAny', 'listHasAll'])

/** @throws expr.type */
export function checkOperands(name: FunctionName, args: readonly ExprNode[]): void {
  const [first, second] = args
  if (first === undefined) return
  if (whole.has(name)) {
    for (const arg of args)
      if (!isInteger(arg.type) && !isOpen(arg.type)) throw wrong(name, 'whole numbers', arg, "round it and cast it: .round().cast('int64')")
  } else if (name === 'floorDiv') {
    for (const arg of args)
      if (typeof arg.type === 'object') throw wrong(name, 'integers or floats', arg, 'divide and round down: .div(other).floor()')
  } else if (name === 'plus' && second !== undefined) {
    if (!isInteger(second.type) && !isOpen(second.type)) throw wrong(name, 'whole numbers', second, "cast it: .cast('int64')")
  } else if (name === 'mulInterval' && second !== undefined) {
    if (!isInteger(second.type) && !isOpen(second.type))
      throw wrong('mul of an interval', 'whole numbers', second, "cast it: .cast('int64')")
  } else if (name === 'inZone') checkMoment(name, first, 'timestamp', '.atZone() makes one of a wall clock')
  else if (name === 'atZone') checkMoment(name, first, 'datetime', '.inZone() makes one of an instant')
  else if (name === 'listFilter' && second !== undefined && !['boolean', 'unknown'].includes(valueFamily(second.type)))
    throw problem('expr.type', `filter wants a condition, not ${printType(second.type)}: ${printExpr(second)}`)
  else if (ofTwoLists.has(name) && second !== undefined) checkAlike(name, first, second)
  else checkItems(name, first)
}

function checkItems(name: FunctionName, list: ExprNode): void {
  const item = itemOf(list.type)
  if (item === undefined || isOpen(item)) return
  const family = familyOf(item)
  if (ofNumbers.has(name) && family !== 'number') throw wrong(name, 'a list of numbers', list)
  if (ofTruths.has(name) && family !== 'boolean')
    throw wrong(name, 'a list of booleans', list, 'make conditions of its items: .map(item => item.gt(0))')
  if (ofOrdered.has(name) && (family === 'list' || family === 'struct' || family === 'map'))
    throw wrong(name, 'a list of values with an order', list)
  if (name === 'listFlatten' && family !== 'list') throw wrong(name, 'a list of lists', list)
}

function checkAlike(name: FunctionName, first: ExprNode, second: ExprNode): void {
  const [a, b] = [itemOf(first.type), itemOf(second.type)]
  if (a === undefined || b === undefined || isOpen(a) || isOpen(b) || sameType(a, b)) return
  throw problem(
    'expr.type',
    `${name} on ${printExpr(first)} wants ${printType(first.type)}, not ${printType(second.type)}: ${printExpr(second)}`,
    {
      hint: 'cast the items of one: .map(item => item.cast(...))',
    },
  )
}

function checkMoment(name: string, arg: ExprNode, wanted: 'timestamp' | 'datetime', hint: string): void {
  if (arg.type !== wanted && !isOpen(arg.type)) throw wrong(name, `a ${wanted}`, arg, hint)
}

function itemOf(type: DataType): DataType | undefined {
  return typeof type === 'object' && 'list' in type ? type.list : undefined
}

function isOpen(type: DataType): boolean {
  return type === 'unknown' || type === 'null'
}

function wrong(name: string, wanted: string, arg: ExprNode, hint?: string): Error {
  const message = `${name} wants ${wanted}, not ${printType(arg.type)}: ${printExpr(arg)}`
  return problem('expr.type', message, hint === undefined ? {} : { hint })
}
