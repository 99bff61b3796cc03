/** Writing files, and reading them again. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { csv, lines, ndjson, parquet, prepareSource, rows as rowsSource } from '../../connectors/index.ts'
import { type Plan, type Spec, verbs } from '../../plan/index.ts'
import { type Schema, type SchemaSpec, schemaOf } from '../../schema/index.ts'
import { expectAborted, expectCode, expectRows } from '../expect.ts'
import type { Case } from '../suite.ts'
import { type EngineContext, group, order, valuesOf, where } from './context.ts'

const schema = {
  id: 'int64',
  name: 'string?',
  price: 'float64?',
  yes: 'boolean?',
  day: 'date?',
  at: 'timestamp?',
  clock: 'datetime?',
} as const
const rows = [
  [1, 'plain', 0.1, true, '2026-11-21', 1795256430123456n, '2026-11-21T10:20:30.123456'],
  [2, 'a "quoted", text;\twith\na line end', -1e300, false, '1970-01-01', 0n, '1970-01-01T00:00:00'],
  [3, null, null, null, null, null, null],
  [4, '', 5e-324, true, '2024-02-29', -1n, '2000-02-29T23:59:59.999999'],
  [5, ' blanks 😀 é ', 1 / 3, false, '9999-12-31', 253402300799999999n, '1969-12-31T00:00:00'],
]

/** The table of a source with these columns, as a session would read it. */
async function scanOf(source: Spec, fields: Schema): Promise<Plan> {
  return verbs.scan(await prepareSource(source), fields)
}
async function written({ table }: EngineContext): Promise<Plan> {
  return table(schema, rows)
}
type Format = { readonly ending: string; readonly make: (path: string, options?: object) => Spec }
const formats: readonly Format[] = [
  { ending: 'parquet', make: (path, options) => parquet(path, options) },
  { ending: 'csv', make: (path, options) => csv(path, options) },
  { ending: 'ndjson', make: (path, options) => ndjson(path, options) },
]

export const fileCases: readonly Case<EngineContext>[] = [
  ...formats.flatMap(({ ending, make }): readonly Case<EngineContext>[] => [
    {
      name: `${ending}: what is written is read again`,
      async run(context) {
        const { engine, folder } = context
        const path = join(folder, `table.${ending}`)
        const plan = await written(context)
        const report = await engine.write(order(plan, 'id'), make(path))
        assert.equal(report.rows, rows.length)
        assert.ok(report.bytes > 0)
        assert.equal(report.files.length, 1)
        const back = await valuesOf(engine, order(await scanOf(make(path, { schema }), schemaOf(schema)), 'id'))
        const wanted = await valuesOf(engine, order(plan, 'id'))
        // CSV writes NULL as nothing, and so an empty text is a NULL when it comes back.
        const named = ending === 'csv' ? wanted.map(row => row.map((value, i) => (i === 1 && value === '' ? null : value))) : wanted
        const read = ending === 'csv' ? back.map(row => row.map((value, i) => (i === 1 && value === '' ? null : value))) : back
        expectRows(read, named)
      },
    },
    {
      name: `${ending}: a table without rows is written and read again`,
      async run({ engine, folder, table }) {
        const path = join(folder, `none.${ending}`)
        const report = await engine.write(await table({ a: 'int64', b: 'string?' }, []), make(path))
        assert.equal(report.rows, 0)
        if (ending === 'parquet') expectRows(await valuesOf(engine, await scanOf(make(path), schemaOf({ a: 'int64', b: 'string?' }))), [])
      },
    },
    {
      name: `${ending}: output that is there is left alone, unless it is to be replaced`,
      async run({ engine, folder, table }) {
        const path = join(folder, `table.${ending}`)
        const one = await table({ a: 'int64' }, [[1]])
        const two = await table({ a: 'int64' }, [[2], [3]])
        await engine.write(one, make(path))
        const before = await readFile(path)
        await expectCode('connectors.exists', () => engine.write(two, make(path)))
        assert.deepEqual(await readFile(path), before)
        await engine.write(two, make(path, { mode: 'replace' }))
        expectRows(await valuesOf(engine, order(await scanOf(make(path, { schema: { a: 'int64' } }), schemaOf({ a: 'int64' })), 'a')), [
          [2],
          [3],
        ])
        assert.deepEqual(await readdir(folder), [`table.${ending}`])
      },
    },
    {
      name: `${ending}: a write that fails or is aborted leaves nothing`,
      async run({ engine, folder, table }) {
        const path = join(folder, `table.${ending}`)
        const texts = await table({ s: 'string' }, [...Array.from({ length: 3000 }, (_, i) => [String(i)]), ['no number']])
        const bad = verbs.as(texts, { schema: schemaOf({ s: 'int64' }) })
        await expectCode(['expr.cast', 'schema.misfit', 'engine.data'], () => engine.write(bad, make(path)))
        assert.deepEqual(await readdir(folder), [])
        const signal = AbortSignal.abort()
        await expectAborted(signal, () => engine.write(texts, make(path), { signal }))
        assert.deepEqual(await readdir(folder), [])
      },
    },
  ]),
  {
    name: 'parquet: folders by value, and read back by their names',
    async run({ engine, folder, table }) {
      const path = join(folder, 'out')
      const plan = await table({ coast: 'string', x: 'int64' }, [
        ['west', 1],
        ['east', 2],
        ['west', 3],
      ])
      const report = await engine.write(plan, parquet(path, { partitionBy: ['coast'] }))
      assert.equal(report.rows, 3)
      assert.deepEqual((await readdir(path)).filter(name => name.includes('=')).sort(), ['coast=east', 'coast=west'])
      const fields: SchemaSpec = { x: 'int64', coast: 'string' }
      const back = await scanOf(parquet(path), schemaOf(fields))
      expectRows(await valuesOf(engine, order(back, 'x')), [
        [1, 'west'],
        [2, 'east'],
        [3, 'west'],
      ])
      expectRows(
        await valuesOf(
          engine,
          where(back, r => r.coast.eq('east')),
        ),
        [[2, 'east']],
      )
    },
  },
  {
    name: 'parquet tells its own columns and types',
    async run(context) {
      const { engine, folder } = context
      const path = join(folder, 'table.parquet')
      await engine.write(await written(context), parquet(path))
      const fields = await engine.schemaOf(await prepareSource(parquet(path)))
      assert.deepEqual(
        fields.map(field => [field.name, field.type]),
        schemaOf(schema).map(field => [field.name, field.type]),
      )
    },
  },
  {
    name: 'text formats tell the names of their columns, as texts',
    async run({ engine, folder }) {
      const path = join(folder, 'a.csv')
      await writeFile(path, 'id,city name\n1,x\n')
      assert.deepEqual(
        (await engine.schemaOf(await prepareSource(csv(path)))).map(field => [field.name, field.type]),
        [
          ['id', 'string'],
          ['city name', 'string'],
        ],
      )
    },
  },
  {
    name: 'declared columns are matched by name, extra ones are left out, and casts are strict',
    async run({ engine, folder }) {
      const path = join(folder, 'a.csv')
      await writeFile(path, 'c,b,a\n1,x,2\n3,y,4\n')
      const fields = { a: 'int64', c: 'float64' } as const
      expectRows(await valuesOf(engine, await scanOf(csv(path, { schema: fields }), schemaOf(fields))), [
        [2, 1],
        [4, 3],
      ])
      await writeFile(path, 'a\n1\n8.7\n')
      const bad = await scanOf(csv(path, { schema: { a: 'int64' } }), schemaOf({ a: 'int64' }))
      const error = await expectCode(['schema.misfit', 'expr.cast'], () => valuesOf(engine, bad))
      assert.match(error.message, /8\.7/)
      await writeFile(path, 'a,b\n1,2\n,3\n')
      const empty = await scanOf(csv(path, { schema: { a: 'int64' } }), schemaOf({ a: 'int64' }))
      await expectCode('schema.not-null', () => valuesOf(engine, empty))
    },
  },
  {
    name: 'a file that is gone when it is read is an error that names it',
    async run(context) {
      const { engine, folder } = context
      const path = join(folder, 'gone.parquet')
      await engine.write(await written(context), parquet(path))
      const plan = await scanOf(parquet(path), schemaOf(schema))
      await rm(path)
      const error = await expectCode(['connectors.not-found', 'connectors.unreadable'], () => valuesOf(engine, plan))
      assert.match(error.message, /gone\.parquet/)
      assert.equal(existsSync(path), false)
    },
  },
  {
    name: 'sources that only a driver can open are read, with limits, in the middle of a plan',
    async run({ engine, folder, table }) {
      const path = join(folder, 'words.txt')
      await writeFile(path, 'one\r\ntwo\n\nthree')
      const text = await scanOf(lines(path), schemaOf({ line: 'string' }))
      expectRows(await valuesOf(engine, text), [['one'], ['two'], [''], ['three']])
      expectRows(await valuesOf(engine, verbs.limit(text, { rows: 2 })), [['one'], ['two']])
      const some = await scanOf(
        rowsSource([{ line: 'two', n: 2 }], { schema: { line: 'string', n: 'int64' } }),
        schemaOf({ line: 'string', n: 'int64' }),
      )
      expectRows(await valuesOf(engine, verbs.join(text, { other: some, on: [['line', 'line']] })), [['two', 2]])
      const staged = await table({ line: 'string' }, [['one']])
      expectRows(
        await valuesOf(
          engine,
          group(verbs.union(text, { other: staged }), [], r => ({ n: r.line.count() })),
        ),
        [[5]],
      )
    },
  },
]
