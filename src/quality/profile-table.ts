/** What a profile says of a table as a whole: rows that are there twice, what is missing together, which numbers go together. */
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import type { Named, Relation } from '../plan/index.ts'
import { type Field, familyOf } from '../schema/index.ts'
import { asFloat, cellAt, collect, isFiniteNumber, type Run } from './figures.ts'
import { aggregated, limited, projected, sorted } from './nodes.ts'
import type { ColumnProfile, Looked } from './profile-columns.ts'

/** Two columns of numbers that go together. */
export interface Correlation {
  readonly columns: readonly [string, string]
  /** Pearson's, from -1 to 1, over the rows where both are finite numbers. */
  readonly r: number
}
/** Columns that are NULL together, in so many rows; no column: rows without a NULL. */
export interface MissingPattern {
  readonly columns: readonly string[]
  readonly rows: number
}

const widest = 100
const mostMissing = 30
const patterns = 10

/** Rows that are there again: all but the first of each kind. Null for more than 100 columns, and columns that are not compared. */
export async function duplicatesOf(data: Relation<unknown>, { some }: Looked, run: Run): Promise<number | null> {
  const { fields } = some
  const fits = fields.every(field => ['number', 'text', 'boolean', 'time', 'clock'].includes(familyOf(field.type)))
  if (fields.length === 0 || fields.length > widest || !fits) return null
  const keys = fields.map((field, index): Named => ({ name: `c${index}`, expr: columnNode(field) }))
  const groups = aggregated(some, keys, [{ name: 'n', expr: callNode('count', []) }])
  const n = columnNode({ name: 'n', type: 'int64', nullable: false })
  const asked = aggregated(
    groups,
    [],
    [
      { name: 'rows', expr: callNode('sum', [n]) },
      { name: 'groups', expr: callNode('count', []) },
    ],
  )
  const [answer] = await collect(data, asked, run)
  return answer === undefined ? 0 : Number(cellAt(answer, 0, 0) ?? 0) - Number(cellAt(answer, 1, 0))
}

/** Which columns are NULL together, the most frequent first; none when there is no NULL. Of the first 30 columns with NULLs. */
export async function missingOf(
  data: Relation<unknown>,
  { some }: Looked,
  columns: readonly ColumnProfile[],
  run: Run,
): Promise<readonly MissingPattern[]> {
  const fields = some.fields.filter((_, index) => (columns[index]?.nulls ?? 0) > 0).slice(0, mostMissing)
  if (fields.length === 0) return []
  const bits = fields
    .map((field): ExprNode => callNode('case', [callNode('isNull', [columnNode(field)]), literalNode('1'), literalNode('0')]))
    .reduce((all, bit) => callNode('concat', [all, bit]))
  const groups = aggregated(
    projected(some, [{ name: 'bits', expr: bits }]),
    [{ name: 'bits', expr: columnNode({ name: 'bits', type: 'string', nullable: bits.nullable }) }],
    [{ name: 'rows', expr: callNode('count', []) }],
  )
  const top = limited(
    sorted(groups, [
      { expr: columnNode({ name: 'rows', type: 'int64', nullable: false }), descending: true, nulls: 'last' },
      { expr: columnNode({ name: 'bits', type: 'string', nullable: bits.nullable }), descending: false, nulls: 'last' },
    ]),
    patterns,
  )
  const found: MissingPattern[] = []
  for (const batch of await collect(data, top, run))
    for (let row = 0; row < batch.rows; row++) {
      const text = String(cellAt(batch, 0, row))
      found.push({
        columns: fields.filter((_, index) => text[index] === '1').map(field => field.name),
        rows: Number(cellAt(batch, 1, row)),
      })
    }
  return found
}

/** Correlations of the first columns of numbers that vary, the strongest first: one query. */
export async function correlationsOf(
  data: Relation<unknown>,
  { some }: Looked,
  columns: readonly ColumnProfile[],
  most: number,
  run: Run,
): Promise<readonly Correlation[]> {
  const fields = some.fields
    .filter((field, index) => familyOf(field.type) === 'number' && columns[index]?.histogram !== null)
    .slice(0, most)
  const pairs = fields.flatMap((a, index) => fields.slice(index + 1).map(b => [a, b] as const))
  if (pairs.length === 0) return []
  const value = (field: Field): ExprNode => {
    const real = asFloat(field)
    // One value that is not finite would make all of it NaN.
    return callNode('case', [isFiniteNumber(real), real, literalNode(null, 'float64')])
  }
  const finite = projected(
    some,
    fields.map((field, index) => ({ name: `c${index}`, expr: value(field) })),
  )
  const at = new Map(fields.map((field, index) => [field.name, columnNode({ name: `c${index}`, type: 'float64', nullable: true })]))
  const aggs = pairs.map(
    ([a, b], index): Named => ({
      name: `r${index}`,
      expr: callNode('correlation', [at.get(a.name) as ExprNode, at.get(b.name) as ExprNode]),
    }),
  )
  const [answer] = await collect(data, aggregated(finite, [], aggs), run)
  if (answer === undefined) return []
  const found = pairs.flatMap(([a, b], index): Correlation[] => {
    const r = cellAt(answer, index, 0)
    return typeof r === 'number' && Number.isFinite(r) ? [{ columns: [a.name, b.name], r }] : []
  })
  return found.toSorted((a, b) => Math.abs(b.r) - Math.abs(a.r))
}
