/** Which functions have no case for a type that they take. */
import { type CallNode, callNode, columnNode, type ExprNode, functions, someNode, valueFamily } from '../expr/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type DataType, printType } from '../schema/index.ts'

const types: readonly DataType[] = [
  ...(['boolean', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'bigint', 'float32', 'float64'] as const),
  ...(['string', 'json', 'uuid', 'bytes', 'date', 'time', 'datetime', 'timestamp', 'interval'] as const),
  { decimal: [10, 2] },
  { enum: ['a', 'b'] },
  { list: 'int64' },
  { struct: [{ name: 'x', type: 'int64', nullable: false }] },
  { map: ['string', 'int64'] },
]

/** Fragments of SQL are the engine's own, whatever their operands are. */
const exempt: ReadonlySet<string> = new Set(['sql'])

/**
 * `sqrt of float32`: functions with types of their first operand for which `nodes` have no call. Which types a function takes is found by calling it again as it was
 * called somewhere, with a column of the type in that place.
 */
export function missingTypes(nodes: readonly ExprNode[]): readonly string[] {
  const calls = new Map<string, CallNode[]>()
  for (const node of nodes)
    someNode(node, part => {
      if ('args' in part && part.args.length > 0) calls.set(part.op, [...(calls.get(part.op) ?? []), part])
      return false
    })
  const missing: string[] = []
  for (const [op, made] of calls) {
    if (exempt.has(op)) continue
    const seen = new Set(made.flatMap(call => shownBy(call.args[placeIn(op)])))
    for (const type of types) if (!seen.has(nameOf(type)) && made.some(call => takes(call, type))) missing.push(`${op} of ${nameOf(type)}`)
  }
  return missing
}

/** The value of a case stands behind its condition. */
const placeIn = (op: string): number => (op === 'case' ? 1 : 0)
const nameOf = (type: DataType): string => (typeof type === 'string' ? type : (Object.keys(type)[0] ?? ''))

/** The type of an operand; of one that was cast to calculate with it, the type it had too. */
function shownBy(arg: ExprNode | undefined): readonly string[] {
  if (arg === undefined) return []
  return [nameOf(arg.type), ...('args' in arg && arg.op === 'cast' ? shownBy(arg.args[0]) : [])]
}

/** Whether the same call goes with a column of the type instead. */
function takes(call: CallNode, type: DataType): boolean {
  const { of } = functions[call.op]
  if (typeof of !== 'string' && !of.includes(valueFamily(type))) return false
  const column = columnNode({ name: 'x', type, nullable: true })
  const place = placeIn(call.op)
  const alike = call.args.map((arg, at) =>
    at === place || printType(arg.type) === printType(call.args[place]?.type ?? 'null') ? column : arg,
  )
  return [call.args.map((arg, at) => (at === place ? column : arg)), alike].some(args => {
    try {
      const made = callNode(call.op, args, call.options)
      // Of a list `length` is another function; a uint64 is calculated with in steps.
      return made.type !== 'unknown' && (made.op === call.op || made.op === 'cast')
    } catch (error) {
      if (error instanceof TidemillError) return false
      throw error
    }
  })
}
