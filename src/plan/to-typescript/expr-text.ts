import { type ExprNode, type LiteralNode, literalValue, type OrderNode, printExpr, printOrder } from '../../expr/index.ts'
import { dateOfDays, interval, localOfMicros, timeOfMicros, unpackInterval } from '../../schema/index.ts'
import { propertyName, quoted, valueText } from './value-text.ts'

/** How a column is said: as a property of the callback's argument, or by `col`. */
export type ColumnText = (name: string) => string

export const ofRow: ColumnText = name => (/^[A-Za-z_$][\w$]*$/.test(name) ? `r.${name}` : `r[${quoted(name)}]`)
export const byName: ColumnText = name => `col(${quoted(name)})`

/** An expression as code; columns are said as `say` does. */
export function exprText(node: ExprNode, say: ColumnText): string {
  if (node.op === 'literal') return literalText(node)
  const { columns, constants, named } = stoodIn(node)
  return said(columns, constants, printExpr(named), say)
}

/** An item of an order as code. */
export function orderText(order: OrderNode, say: ColumnText): string {
  const { columns, constants, named } = stoodIn(order.expr)
  return said(columns, constants, printOrder({ ...order, expr: named }), say)
}

type Marks<T> = readonly (readonly [mark: string, of: T])[]

function said(columns: Marks<string>, constants: Marks<LiteralNode>, printed: string, say: ColumnText): string {
  const text = columns.reduce((made, [mark, name]) => made.replaceAll(mark, () => say(name)), printed)
  return constants.reduce((made, [mark, node]) => made.replaceAll(mark, () => literalText(node)), text)
}

/** A constant that stands alone, where no other side tells its type. */
export function literalText(node: LiteralNode): string {
  const { type, value } = node
  if (value === null) return 'null'
  if (type === 'date') {
    const { year, month, day } = dateOfDays(literalValue(node) as number)
    return `calendarDate(${year}, ${month}, ${day})`
  }
  if (type === 'timestamp') {
    const micros = literalValue(node) as bigint
    if (micros % 1000n === 0n) return `new Date(${quoted(new Date(Number(micros / 1000n)).toISOString())})`
  }
  if (typeof type === 'object' && 'decimal' in type) return `decimal(${String(literalValue(node))}n, ${type.decimal[1]})`
  const physical = literalValue(node)
  if (type === 'datetime') return valueText(localOfMicros(physical as bigint))
  if (type === 'time') return valueText(timeOfMicros(physical as bigint))
  if (type === 'interval') return valueText(interval(unpackInterval(physical as bigint)))
  if (type === 'bytes') return valueText(physical)
  return printExpr(node)
}

/**
 * The expression with each column under a name that stands nowhere else in it, so that the printed text can be searched for it. So do the constants of SQL fragments,
 * where no other side tells their types.
 */
function stoodIn(node: ExprNode): {
  readonly named: ExprNode
  readonly columns: Marks<string>
  readonly constants: Marks<LiteralNode>
} {
  const all = JSON.stringify(node)
  let prefix = 'column_'
  while (all.includes(prefix)) prefix += '_'
  const marks = new Map<string, string>()
  const constants: (readonly [string, LiteralNode])[] = []
  const alone = (part: ExprNode): unknown => {
    if (part.op !== 'literal') return named(part)
    const mark = `${prefix}constant${constants.length}_`
    constants.push([mark, part])
    return { op: 'column', name: mark, type: part.type, nullable: part.nullable }
  }
  const named = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part
    if (Array.isArray(part)) return part.map(named)
    if ('op' in part && part.op === 'column' && 'name' in part) {
      const name = String(part.name)
      // The item of a list's function is no column.
      if (name.startsWith('~item')) return part
      const mark = marks.get(name) ?? `${prefix}${marks.size}_`
      marks.set(name, mark)
      return { ...part, name: mark }
    }
    if ('op' in part && part.op === 'sql' && 'args' in part) return { ...part, args: (part.args as readonly ExprNode[]).map(alone) }
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, named(value)]))
  }
  return { named: named(node) as ExprNode, columns: [...marks].map(([name, mark]) => [mark, name] as const), constants }
}

/** Columns as the entries of an object; names that are whole numbers would change places in one, so each of them has its own. */
export function assignments(columns: readonly { readonly name: string; readonly expr: ExprNode }[], say: ColumnText): string {
  return `({ ${columns.map(({ name, expr }) => `${propertyName(name)}: ${exprText(expr, say)}`).join(', ')} })`
}
