import { TidemillError } from '../errors/index.ts'
import type { SplitNode } from '../plan/index.ts'
import type { Dialect, Select } from './dialect.ts'
import type { Scope } from './print-expr.ts'

/** One part of a split. Rows are numbered in the order of the input and come out in it. */
export function printSplit(plan: SplitNode, input: string, dialect: Dialect, scope: Scope, names: readonly string[]): Select {
  const { how } = plan
  const columns = names.join(', ')
  const row = dialect.quoteName('~row')
  const place = dialect.quoteName('~place')
  const total = dialect.quoteName('~total')
  const numbered = `(SELECT *, ${dialect.rowNumber} AS ${row} FROM ${input}) AS t`
  const inOrder = `ORDER BY ${row}`
  const [low, high] = shares(plan)
  const within = `${place} >= round(${low} * ${total})${high === undefined ? '' : ` AND ${place} < round(${high} * ${total})`}`
  const random = (seed: number): string => `${dialect.md5(`${dialect.quoteText(`${seed}|`)} || ${dialect.text(row)}`)}, ${row}`
  const placed = (partition: string, order: string): string =>
    `(SELECT *, row_number() OVER (${partition}ORDER BY ${order}) - 1 AS ${place}, count(*) OVER (${partition.trim()}) AS ${total} FROM ${numbered}) AS t`
  switch (how.kind) {
    case 'random': {
      const partition = how.stratify === undefined ? '' : `PARTITION BY ${scope(how.stratify)} `
      return { columns, from: placed(partition, random(how.seed)), where: within, tail: inOrder }
    }
    case 'order':
      return { columns, from: placed('', `${scope(how.column)} ASC NULLS LAST, ${row}`), where: within, tail: inOrder }
    case 'by': {
      // The first 32 bits of the hash as a number in [0, 1): the same on every engine, whatever the order of the rows.
      const value = `coalesce(${dialect.text(scope(how.column))}, '')`
      const hash = `(('0x' || substring(${dialect.md5(`${dialect.quoteText(`${how.seed}|`)} || ${value}`)}, 1, 8))::BIGINT / 4294967296e0)`
      return { columns, from: numbered, where: `${hash} >= ${low}${high === undefined ? '' : ` AND ${hash} < ${high}`}`, tail: inOrder }
    }
    case 'rows': {
      const rows = how.rows[plan.part]
      if (rows === undefined) throw new TidemillError('plan.argument', `no such part of the split: ${plan.part}`)
      const listed = rows === 'rest' ? Object.values(how.rows).flatMap(part => (part === 'rest' ? [] : part)) : rows
      return { columns, from: numbered, where: `${row} ${rows === 'rest' ? 'NOT IN' : 'IN'} ${dialect.numbers(listed)}`, tail: inOrder }
    }
    case 'sample': {
      const partition = how.stratify === undefined ? '' : `PARTITION BY ${scope(how.stratify)} `
      return { columns, from: placed(partition, random(how.seed)), where: `${place} < ${how.rows}`, tail: inOrder }
    }
    case 'draws': {
      // Draw i takes the row at the share of all rows that the first 52 bits of its hash are.
      const draw = dialect.quoteName('~draw')
      const { size } = how
      const all = `(SELECT count(*) FROM numbered)`
      const draws = 'rows' in size ? String(size.rows) : `CAST(round(${number(size.fraction)} * ${all}) AS BIGINT)`
      const hash = dialect.md5(`${dialect.quoteText(`${how.seed}|draw|`)} || ${dialect.text(draw)}`)
      const pick = `CAST(floor(('0x' || substring(${hash}, 1, 13))::BIGINT / 4503599627370496e0 * ${all}) AS BIGINT)`
      const drawn = `SELECT ${draw}, ${pick} AS pick FROM range(${draws}) AS t(${draw})`
      const rows = `WITH numbered AS MATERIALIZED (SELECT * FROM ${numbered}), drawn AS (${drawn})`
      return { columns, from: `(${rows} SELECT * FROM numbered JOIN drawn ON ${row} = pick) AS t`, tail: `ORDER BY ${draw}` }
    }
  }
}

/** The share of rows before the part and up to its end; no end for the last part, so that no rounding loses a row. */
function shares({ parts, part }: SplitNode): [low: string, high: string | undefined] {
  let before = 0
  const names = Object.keys(parts)
  for (const name of names) {
    const after = before + (parts[name] ?? 0)
    if (name === part) return [number(before), name === names.at(-1) ? undefined : number(after)]
    before = after
  }
  return ['0e0', undefined]
}

const number = (value: number): string => (String(value).includes('e') ? String(value) : `${value}e0`)
