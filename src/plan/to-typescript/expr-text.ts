import { type ExprNode, type OrderNode, printExpr, printOrder } from '../../expr/index.ts'
import { aloneText, operandTexts } from './constant-text.ts'
import { propertyName, quoted } from './value-text.ts'

/** How a column is said: as a property of the callback's argument, or by `col`. */
export type ColumnText = (name: string) => string

export const ofRow: ColumnText = name => (/^[A-Za-z_$][\w$]*$/.test(name) ? `r.${name}` : `r[${quoted(name)}]`)
export const byName: ColumnText = name => `col(${quoted(name)})`

/** An expression as code; columns are said as `say` does. */
export function exprText(node: ExprNode, say: ColumnText): string {
  if (node.op === 'literal') return aloneText(node)
  const stood = stoodIn(node)
  return said(stood, printExpr(stood.named), say)
}

/** An item of an order as code. */
export function orderText(order: OrderNode, say: ColumnText): string {
  const stood = stoodIn(order.expr)
  return said(stood, printOrder({ ...order, expr: stood.named }), say)
}

type Marks = readonly (readonly [mark: string, of: string])[]

function said({ columns, constants }: StoodIn, printed: string, say: ColumnText): string {
  const text = columns.reduce((made, [mark, name]) => made.replaceAll(mark, () => say(name)), printed)
  return constants.reduce((made, [mark, constant]) => made.replaceAll(mark, () => constant), text)
}

interface StoodIn {
  readonly named: ExprNode
  /** Marks and the names of columns. */
  readonly columns: Marks
  /** Marks and the texts of constants. */
  readonly constants: Marks
}

/** The expression with each column and each constant under a name that stands nowhere else in it, so that the printed text can be searched for it. */
function stoodIn(root: ExprNode): StoodIn {
  const all = JSON.stringify(root)
  let prefix = 'column_'
  while (all.includes(prefix)) prefix += '_'
  const marks = new Map<string, string>()
  const constants: (readonly [string, string])[] = []
  const constant = (node: ExprNode, text: string): ExprNode => {
    const mark = `${prefix}constant${constants.length}_`
    constants.push([mark, text])
    return { op: 'column', name: mark, type: node.type, nullable: node.nullable }
  }
  const named = (node: ExprNode): ExprNode => {
    if (node.op === 'literal') return constant(node, `lit(${aloneText(node)})`)
    if (node.op === 'column') {
      // The item of a list's function is no column.
      if (node.name.startsWith('~item')) return node
      const mark = marks.get(node.name) ?? `${prefix}${marks.size}_`
      marks.set(node.name, mark)
      return { ...node, name: mark }
    }
    const texts = operandTexts(node)
    const args = node.args.map((arg, place) => {
      if (arg.op !== 'literal') return named(arg)
      // No other side tells the types of what stands in a text of SQL.
      if (node.op === 'sql') return constant(arg, aloneText(arg))
      const text = texts.get(place)
      return text === undefined ? arg : constant(arg, text)
    })
    const { options } = node
    if (options === undefined) return { ...node, args }
    const { partitionBy, orderBy } = options
    return {
      ...node,
      args,
      options: {
        ...options,
        ...(partitionBy === undefined ? {} : { partitionBy: partitionBy.map(named) }),
        ...(orderBy === undefined ? {} : { orderBy: orderBy.map(by => ({ ...by, expr: named(by.expr) })) }),
      },
    }
  }
  return { named: named(root), columns: [...marks].map(([name, mark]) => [mark, name] as const), constants }
}

/** Columns as the entries of an object; names that are whole numbers would change places in one, so each of them has its own. */
export function assignments(columns: readonly { readonly name: string; readonly expr: ExprNode }[], say: ColumnText): string {
  return `({ ${columns.map(({ name, expr }) => `${propertyName(name)}: ${exprText(expr, say)}`).join(', ')} })`
}
