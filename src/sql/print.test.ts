import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildCondition, buildExprs, callNode, columnNode, count, literalNode } from '../expr/index.ts'
import { type Plan, verbs } from '../plan/index.ts'
import { schemaOf } from '../schema/index.ts'
import { rePattern, reReplacement } from './duckdb/regex.ts'
import { guard } from './duckdb/guards.ts'
import { duckdb, parseGuardError, printSql, printSqlExpr, quoteName, quoteText, safeNames } from './index.ts'

const schema = schemaOf({ city: 'string', price: 'float64', rooms: 'int64?' })
const at = { file: '/home/me/report.ts', line: 3, column: 1 }
const table = (name: string, fields = schema): Plan => ({
  node: 'scan',
  source: { kind: 'staged', options: { table: name, columns: fields.map(field => field.name) } },
  fields,
  open: false,
})

test('a bare expression prints columns under their own names, floats so that they read back bit by bit', () => {
  const field = { name: 'a "b"', type: 'float64', nullable: false } as const
  expect(printSqlExpr(callNode('add', [columnNode(field), literalNode(0.1)]), duckdb)).toBe('("a ""b""" + 0.1e0)')
  expect(printSqlExpr(literalNode(-1e-7), duckdb)).toBe("CAST('-1e-7' AS DOUBLE)")
  expect(printSqlExpr(literalNode(1e21), duckdb)).toBe('1e+21')
})

test('neighbouring steps share a SELECT', () => {
  const where = buildCondition('filter', schema, false, ['column'], (r: any) => r.price.gt(1))
  const exprs = buildExprs('select', schema, false, ['column'], (r: any) => ({ city: r.city }))
  const columns = Object.entries(exprs).map(([name, expr]) => ({ name, expr }))
  const filtered = verbs.filter(table('t'), { where } as never, at)
  const plan: Plan = {
    node: 'project',
    input: filtered,
    columns,
    fields: [{ name: 'city', type: 'string', nullable: false }],
    open: false,
    at,
  }
  expect(printSql(plan, duckdb).text).toBe(
    'SELECT "city" AS "city" FROM (SELECT "c0" AS "city", "c1" AS "price", "c2" AS "rooms" FROM "t") AS t WHERE ("price" > 1e0)',
  )
})

test('spans lead from the text of a statement to the step and the line that wrote it', () => {
  const where = buildCondition('filter', schema, false, ['column'], (r: any) => r.price.gt(1))
  const { text, spans } = printSql(verbs.filter(table('t'), { where } as never, at), duckdb)
  const [span] = spans
  expect(spans.length).toBe(1)
  expect([text.slice(span?.from, span?.to), span?.step, span?.at]).toEqual(['("price" > 1e0)', 'filter', at])
})

test('FILTER and OVER go to the aggregates inside an expression', () => {
  const exprs = buildExprs('select', schema, false, ['column', 'window'], (r: any) => ({
    share: r.price.sum().where(r.rooms.gt(1)).div(count()).over({ partitionBy: r.city }),
  }))
  expect(printSqlExpr(exprs['share'] as never, duckdb)).toBe(
    '(sum("price") FILTER (WHERE ("rooms" > CAST(1 AS BIGINT))) OVER (PARTITION BY "city") / CAST(count(*) OVER (PARTITION BY "city") AS DOUBLE))',
  )
})

test('names that a database takes for one are made different', () => {
  const fields = ['id', 'ID', 'Id__2', 'x', ''].map(name => ({ name, type: 'int64', nullable: true }) as const)
  const names = safeNames(fields)
  expect(names).toEqual(['id__0', 'ID__1', 'Id__2', 'x', '__4'])
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 12 }), made => {
      const safe = safeNames(made.map(name => ({ name, type: 'int64', nullable: true }) as const))
      expect(new Set(safe.map(name => name.toLowerCase())).size).toBe(made.length)
    }),
    { seed: 42 },
  )
})

test('quotes cannot be broken out of, and no mark of ours gets into the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const inside = quoteName(duckdb, text).slice(1, -1).replaceAll('""', '')
      expect(inside).not.toContain('"')
      const literal = quoteText(duckdb, text)
      expect(literal).not.toMatch(/[\u0000-\u0003]/)
      if (!literal.startsWith('(')) expect(literal.slice(1, -1).replaceAll("''", '')).not.toContain("'")
    }),
    { seed: 42 },
  )
})

test('what a guard says is read back, whatever is in the value', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(), (column, value, scan) => {
      const text = guard('schema.misfit', { scan, column, wanted: 'decimal(10,2)' }, '')
      const said = /error\('([\s\S]*)' \|\| \)$/.exec(text)?.[1] ?? ''
      const clean = value.replace(/\n\nLINE [\s\S]*/, '')
      expect(parseGuardError(`Invalid Input Error: ${said}${clean}`)).toEqual({
        code: 'schema.misfit',
        scan,
        column: column === '' ? undefined : column,
        wanted: 'decimal(10,2)',
        value: clean,
      })
    }),
    { seed: 42 },
  )
})

test('patterns and replacements are written as RE2 reads them', () => {
  expect(rePattern('a.b', '')).toBe('a[^\\n\\r\\x{2028}\\x{2029}]b')
  expect(rePattern('a.b', 's')).toBe('(?s)a.b')
  expect(rePattern('[.]\\.\\u00e9', 'i')).toBe('(?i)[.]\\.\\x{00e9}')
  expect(reReplacement('<$1> $& $$ \\')).toBe('<\\1> \\0 $ \\\\')
})

test('a chain of a thousand steps is printed without a deep stack', () => {
  let plan = table('t')
  for (let index = 0; index < 1000; index++) plan = verbs.limit(plan, { rows: 1000 - index, offset: 0 }, at)
  expect(printSql(plan, duckdb).text).toMatch(/LIMIT 1000\b/)
})
