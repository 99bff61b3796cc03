import { type ExprNode, type LiteralNode, literalValue, type OrderNode, printExpr, printOrder } from '../../expr/index.ts'
import { dateOfDays } from '../../schema/index.ts'
import { propertyName, quoted } from './value-text.ts'

/** How a column is said: as a property of the callback's argument, or by `col`. */
export type ColumnText = (name: string) => string

export const ofRow: ColumnText = name => (/^[A-Za-z_$][\w$]*$/.test(name) ? `r.${name}` : `r[${quoted(name)}]`)
export const byName: ColumnText = name => `col(${quoted(name)})`

/** An expression as code; columns are said as `say` does. */
export function exprText(node: ExprNode, say: ColumnText): string {
  if (node.op === 'literal') return literalText(node)
  const { columns, named } = stoodIn(node)
  return columns.reduce((text, [mark, name]) => text.replaceAll(mark, () => say(name)), printExpr(named))
}

/** An item of an order as code. */
export function orderText(order: OrderNode, say: ColumnText): string {
  const { columns, named } = stoodIn(order.expr)
  return columns.reduce((text, [mark, name]) => text.replaceAll(mark, () => say(name)), printOrder({ ...order, expr: named }))
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
  return printExpr(node)
}

/** The expression with each column under a name that stands nowhere else in it, so that the printed text can be searched for it. */
function stoodIn(node: ExprNode): { readonly named: ExprNode; readonly columns: readonly (readonly [mark: string, name: string])[] } {
  const all = JSON.stringify(node)
  let prefix = 'column_'
  while (all.includes(prefix)) prefix += '_'
  const marks = new Map<string, string>()
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
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, named(value)]))
  }
  return { named: named(node) as ExprNode, columns: [...marks].map(([name, mark]) => [mark, name] as const) }
}

/** Columns as the entries of an object; names that are whole numbers would change places in one, so each of them has its own. */
export function assignments(columns: readonly { readonly name: string; readonly expr: ExprNode }[], say: ColumnText): string {
  return `({ ${columns.map(({ name, expr }) => `${propertyName(name)}: ${exprText(expr, say)}`).join(', ')} })`
}
