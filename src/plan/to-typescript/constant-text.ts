/** Constants as a user would write them. A constant takes the type of what stands beside it, so each text is tried: it must make the same expression again. */
import { TidemillError } from '../../errors/index.ts'
import { type CallNode, callNode, type ExprNode, isFree, type LiteralNode, literalNode, literalValue } from '../../expr/index.ts'
import { calendarDate, dateOfDays, decimal, interval, localOfMicros, timeOfMicros, unpackInterval } from '../../schema/index.ts'

import { valueText } from './value-text.ts'

/** A constant as code, and the value that the code gives. */
interface Form {
  readonly text: string
  readonly value: unknown
}

/** A constant that stands alone, where no other side tells its type. */
export function aloneText(node: LiteralNode): string {
  if (node.value === null) return 'null'
  const all = formsOf(node)
  const same = all.find(({ value }) => isSame(made(value), node))
  return (same ?? all.at(-1))?.text ?? 'null'
}

/** The texts of the constants among the operands of a call, by their places. */
export function operandTexts(call: CallNode): ReadonlyMap<number, string> {
  const places = call.args.flatMap((arg, place) => (arg.op === 'literal' && arg.value !== null ? [{ place, forms: formsOf(arg) }] : []))
  const texts = new Map<number, string>()
  const chosen = choose(call, places)
  for (const [at, { place, forms }] of places.entries()) {
    const text = (chosen[at] ?? forms.at(-1))?.text ?? ''
    texts.set(place, isBare(call, place) ? text : `lit(${text})`)
  }
  for (const [place, arg] of call.args.entries())
    if (arg.op === 'literal' && arg.value === null && call.op !== 'case') texts.set(place, 'lit(null)')
  return texts
}

/** Whether a plain value may stand there: not before the dot, not as a condition, not where a number counts units of time. */
function isBare(call: CallNode, place: number): boolean {
  if (call.op === 'case') return place % 2 === 1 || place === call.args.length - 1
  if (call.op === 'plus') return false
  return place > 0 || isFree(call)
}

/** As many constants are tried in all their forms together; of more, all take their first forms or all their last. */
const fewPlaces = 4

interface Place {
  readonly place: number
  readonly forms: readonly Form[]
}

function choose(call: CallNode, places: readonly Place[]): readonly Form[] {
  for (const forms of choices(places)) {
    const args = [...call.args]
    for (const [at, { place }] of places.entries()) {
      const node = made(forms[at]?.value)
      if (node !== undefined) args[place] = node
    }
    if (isSame(remade(call, args), call)) return forms
  }
  return []
}

function choices(places: readonly Place[]): readonly (readonly Form[])[] {
  if (places.length > fewPlaces) return [0, 1, 2].map(at => places.flatMap(({ forms }) => forms[Math.min(at, forms.length - 1)] ?? []))
  return places.reduce<readonly (readonly Form[])[]>((all, { forms }) => all.flatMap(some => forms.map(form => [...some, form])), [[]])
}

function made(value: unknown): ExprNode | undefined {
  return tried(() => literalNode(value))
}
function remade({ op, options }: CallNode, args: readonly ExprNode[]): ExprNode | undefined {
  return tried(() => callNode(op, args, options))
}
/** What does not go together is no form of it. */
function tried(make: () => ExprNode): ExprNode | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof TidemillError) return undefined
    throw error
  }
}
function isSame(a: ExprNode | undefined, b: ExprNode): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
}

/** The shortest first; the last says its type. */
function formsOf(node: LiteralNode): readonly Form[] {
  const { type, value } = node
  const physical = literalValue(node)
  const text: Form = { text: JSON.stringify(value), value }
  const of = (own: unknown): Form => ({ text: valueText(own), value: own })
  if (typeof type === 'object') return 'decimal' in type ? decimalForms(physical as bigint, type.decimal[1], String(value)) : [text]
  switch (type) {
    case 'date': {
      const { year, month, day } = dateOfDays(physical as number)
      return [text, of(calendarDate(year, month, day))]
    }
    case 'timestamp':
      return momentForms(physical as bigint)
    case 'datetime': {
      const local = localOfMicros(physical as bigint)
      return [{ text: JSON.stringify(local.toString()), value: local.toString() }, of(local)]
    }
    case 'time': {
      const time = timeOfMicros(physical as bigint)
      return [{ text: JSON.stringify(time.toString()), value: time.toString() }, of(time)]
    }
    case 'interval':
      return [text, of(interval(unpackInterval(physical as bigint)))]
    case 'bytes':
    case 'boolean':
      return [of(physical)]
    case 'float32':
    case 'float64':
      return [of(Number(value))]
    case 'bigint':
    case 'uint64':
      return [of(BigInt(value as number)), ...(typeof value === 'number' ? [of(value)] : [])]
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return [...(typeof value === 'number' ? [of(value)] : []), of(BigInt(value as number))]
    default:
      return [text]
  }
}

function momentForms(micros: bigint): readonly Form[] {
  const text = `${localOfMicros(micros).toString()}Z`
  const date = new Date(Number(micros / 1000n))
  return [
    { text: JSON.stringify(text), value: text },
    ...(micros % 1000n === 0n && !Number.isNaN(date.getTime()) ? [{ text: valueText(date), value: date }] : []),
  ]
}

/** As many digits as a number keeps. */
const mostDigits = 15

function decimalForms(unscaled: bigint, scale: number, digits: string): readonly Form[] {
  const exact = decimal(unscaled, scale)
  const number = Number(digits)
  const whole = digits.replace('-', '').replace(/^0*\.?0*|\./g, '')
  return [
    ...(whole.length <= mostDigits ? [{ text: valueText(number), value: number }] : []),
    { text: valueText(exact), value: exact },
    ...(digits.includes('.') ? [] : [{ text: `${unscaled}n`, value: unscaled }]),
  ]
}
