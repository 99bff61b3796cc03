import { TidemillError } from '../errors/index.ts'
import { callNode, type ExprNode, literalNode, operandType } from '../expr/index.ts'
import { misuse, type Plan, verbs } from '../plan/index.ts'
import { type DataType, printField } from '../schema/index.ts'

export interface TransposeOptions {
  /** A column whose values become the names of the new columns. Default: `row1`, `row2`, ... */
  readonly names?: string
  /** What the column with the old names is called. Default: `column`. */
  readonly header?: string
  /** Rows at most, as each becomes a column. Default: 1,000. */
  readonly most?: number
}

const place = '~place'
const mostColumns = 1_000

/** The rows with their places, one more than there may be: what is kept before it is turned. @throws plan.argument, plan.type, plan.unknown-column */
export function toTranspose(plan: Plan, { names, header = 'column', most = 1_000 }: TransposeOptions): Plan {
  if (names !== undefined && !plan.fields.some(field => field.name === names))
    throw new TidemillError('plan.unknown-column', `unknown column: ${names} (have ${plan.fields.map(field => field.name).join(', ')})`)
  const turned = plan.fields.filter(field => field.name !== names)
  if (turned.length === 0) throw misuse('transpose has no columns to turn')
  if (turned.length > mostColumns)
    throw misuse(`transpose of more than ${mostColumns} columns: ${turned.length}`, 'select the columns first')
  const type = turned
    .map(field => field.type)
    .reduce<DataType | undefined>((a, b) => (a === undefined ? undefined : operandType(a, b)), 'null')
  if (type === undefined)
    throw new TidemillError('plan.type', `columns to transpose have no common type: ${turned.map(printField).join('; ')}`, {
      hint: "cast them first: cast({ price: 'string' }), or leave some out",
    })
  if (header === place) throw misuse(`header of transpose cannot be ${place}`)
  return verbs.withRowIndex(verbs.limit(plan, { rows: most + 1, offset: 0 }), { name: place })
}

/**
 * The kept rows turned: a row for each column, in their order, a column for each row.
 *
 * @param labels values of the column of names, by the place of their rows; numbers of the rows where there is none
 */
export function transposed(kept: Plan, labels: readonly unknown[], { names, header = 'column', most = 1_000 }: TransposeOptions): Plan {
  if (labels.length > most)
    throw new TidemillError('plan.argument', `transpose of more than ${most} rows`, {
      hint: 'each row becomes a column: limit(n) the rows first, or say transpose({ most })',
      details: { most },
    })
  if (labels.length === 0) throw new TidemillError('plan.argument', 'transpose needs a row: the table is empty')
  const gone = labels.findIndex(label => label === null || label === undefined)
  if (gone !== -1) throw new TidemillError('plan.argument', `name of row ${gone + 1} is NULL in ${names ?? ''}: no column can have it`)
  const rows = names === undefined ? kept : verbs.drop(kept, { columns: [names] })
  const value = '~value'
  const tall = verbs.unpivot(rows, { keep: [place], name: header, value })
  const field = tall.fields.find(one => one.name === value)
  const cell: ExprNode = { op: 'column', name: value, type: field?.type ?? 'unknown', nullable: true }
  const into = labels.map((_, index) => ({ name: String(index), value: literalNode(index, 'int64') }))
  const wide = verbs.pivot(tall, { index: [header], columns: place, into, values: callNode('anyValue', [cell]) })
  // Renamed after, so that the plan prints itself as the program that makes it.
  const given = Object.fromEntries(labels.map((label, index) => [String(index), String(label)]))
  const columns = rows.fields.map(one => one.name).filter(name => name !== place)
  const column: ExprNode = { op: 'column', name: header, type: 'string', nullable: false }
  const order = columns.flatMap((name, index) => [callNode('eq', [column, literalNode(name)]), literalNode(index)])
  const expr = callNode('case', [...order, literalNode(columns.length)])
  return verbs.rename(verbs.sort(wide, { by: [{ expr, descending: false, nulls: 'last' }] }), { names: given })
}

/** What is read to name the columns. */
export function labelsPlan(kept: Plan, { names }: TransposeOptions): Plan {
  const by: ExprNode = { op: 'column', name: place, type: 'int64', nullable: false }
  const sorted = verbs.sort(kept, { by: [{ expr: by, descending: false, nulls: 'last' }] })
  return verbs.select(sorted, { columns: names === undefined ? [place] : [names] })
}
