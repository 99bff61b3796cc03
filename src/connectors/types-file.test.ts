import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { list, type Schema, schemaHash, schemaOf, struct } from '../schema/index.ts'
import { readTypes, writeTypes } from './index.ts'

const houses: Schema = schemaOf({ 'total rooms': 'int64', city: 'string?', 'a*/b': 'float64' })
const sales: Schema = schemaOf({ day: 'date', at: 'timestamp?', tags: list(struct({ price: 'float64' })) })

test('what is written is read again, ordered by path', () => {
  const text = writeTypes([
    { path: 'sales.parquet', schema: sales },
    { path: `data/it's "odd" */.csv`, schema: houses },
  ])
  expect(readTypes(text)).toEqual(
    new Map([
      [`data/it's "odd" */.csv`, { hash: schemaHash(houses), schema: houses }],
      ['sales.parquet', { hash: schemaHash(sales), schema: sales }],
    ]),
  )
  expect(text).toContain("    'sales.parquet': { day: CalendarDate; at: Timestamp | null; tags: { price: number }[] }")
  expect(text).toContain("import type { CalendarDate, Timestamp } from 'tidemill'")
  expect(readTypes('').size).toBe(0)
})

test('an entry that was edited by hand is an error', () => {
  const text = writeTypes([{ path: 'a.csv', schema: houses }])
  expect(() => readTypes(text.replace('"int64"', '"float64"'))).toThrow('damaged entry')
  expect(() => readTypes(text.replace('"path"', 'path'))).toThrow('damaged entry')
})

test('the compiler takes the written file as types of the paths', async () => {
  const root = join(import.meta.dirname, '../..')
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-types-'))
  try {
    await writeFile(
      join(folder, 'tidemill.d.ts'),
      writeTypes([
        { path: 'houses.csv', schema: houses },
        { path: 'sales.parquet', schema: sales },
      ]),
    )
    await writeFile(
      join(folder, 'program.ts'),
      `import { csv, parquet } from 'tidemill/connectors'
type RowOf<S> = S extends { readonly '~row'?: infer R } ? NonNullable<R> : never
const houses = csv('houses.csv', { names: 'camelCase' })
const rooms: RowOf<typeof houses>['totalRooms'] = 3
// @ts-expect-error no such column
type None = RowOf<typeof houses>['pric']
const sales = parquet('sales.parquet')
declare const sale: RowOf<typeof sales>
const day: number = sale.day.day + (sale.at?.getTime() ?? 0) + (sale.tags[0]?.price ?? rooms)
// @ts-expect-error a number is no text
const text: string = sale.day.day
export { day, text, type None }
`,
    )
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module: 'nodenext',
          target: 'es2024',
          lib: ['es2024', 'esnext'],
          types: ['node'],
          typeRoots: [join(root, 'node_modules/@types')],
          allowImportingTsExtensions: true,
          skipLibCheck: true,
          customConditions: ['tidemill-source'],
          paths: { tidemill: [join(root, 'src/schema/index.ts')], 'tidemill/*': [join(root, 'src/*/index.ts')] },
        },
        include: ['*.ts'],
      }),
    )
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    const checked = await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
      (error: { stdout: string }) => error,
    )
    expect(checked.stdout.split('\n').filter(line => /^(program|tidemill\.d)\.?/.test(line))).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
