import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect, expectTypeOf, test } from 'vitest'
import { prepareSource } from '../connectors/index.ts'
import type { Source } from '../plan/index.ts'
import { parseText, type Schema } from '../schema/index.ts'
import { damaged, damageList } from '../../tools/datasets/damage.ts'
import {
  type Block,
  californiaBlocks,
  californiaHousing,
  type DamagedBlock,
  damagedBlocks,
  type Flower,
  germanCredit,
  iris,
  oceanNames,
} from './index.ts'

const folder = fileURLToPath(new URL('../../datasets/', import.meta.url))
const textOf = (file: string): string => {
  const bytes = readFileSync(`${folder}${file}`)
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}
const cellsOf = (file: string): string[][] =>
  textOf(file)
    .trimEnd()
    .split('\n')
    .map(line => line.split(','))

const tables: readonly (readonly [string, Source<unknown>, number, number])[] = [
  ['californiaHousing', californiaHousing(), 20640, 9],
  ['californiaBlocks', californiaBlocks(), 20640, 10],
  ['damagedBlocks', damagedBlocks(), 20655, 11],
  ['oceanNames', oceanNames(), 5, 3],
  ['iris', iris(), 150, 5],
  ['germanCredit', germanCredit(), 1000, 21],
]

test.each(tables)('%s: every cell of the file fits the declared column, and the names agree', async (_, source, rows, columns) => {
  const prepared = (await prepareSource(source)).options as {
    files: string[]
    schema: Schema
    columns: string[]
    rename: Record<string, string>
  }
  const [header = [], ...cells] = cellsOf((prepared.files[0] ?? '').slice(folder.length))
  expect(cells).toHaveLength(rows)
  expect(header).toHaveLength(columns)
  expect(header.map(name => prepared.rename[name])).toEqual(prepared.schema.map(field => field.name))
  prepared.schema.forEach((field, index) => {
    let nulls = 0
    for (const row of cells) {
      const text = row[index] ?? ''
      if (text === '') nulls++
      else if (parseText(text, field.type) === undefined) throw new Error(`${field.name}: ${text}`)
    }
    expect([field.name, nulls > 0]).toEqual([field.name, field.nullable])
  })
})

test('the files are those the README names, by size and hash', () => {
  const lines = textOf('README.md')
    .split('\n')
    .filter(line => /\| [0-9a-f]{64} \|$/.test(line))
  expect(lines).toHaveLength(8)
  for (const line of lines) {
    const cells = line.split('|').map(cell => cell.trim())
    const bytes = readFileSync(`${folder}${cells[1]}`)
    expect([cells[1], createHash('sha256').update(bytes).digest('hex')]).toEqual([cells[1], cells.at(-2)])
    expect([cells[1], bytes.length]).toEqual([cells[1], Number(cells[4])])
  }
})

test('the housing split holds out the 4128 rows of scikit-learn', () => {
  const { kind, rows } = californiaHousing.articleSplit
  expect(kind).toBe('rows')
  expect(rows.train).toBe('rest')
  expect(rows.test).toHaveLength(4128)
  expect(rows.test.slice(0, 3)).toEqual([0, 3, 6])
  // sha256 of numpy's RandomState(42).permutation(20640)[:4128], sorted and joined by commas.
  expect(createHash('sha256').update(rows.test.join(',')).digest('hex')).toBe(
    'e4dbd86ae7f28018b75bc6b57c1a29b5c9f84d87a431206f7463d70f1eb79a27',
  )
})

test('the iris split holds out 10 setosa, 9 versicolor and 11 virginica', () => {
  const species = cellsOf('iris.csv').slice(1)
  const count = Object.groupBy(iris.articleSplit.rows.test, row => species[row]?.[4] ?? '')
  expect(new Set(iris.articleSplit.rows.test).size).toBe(30)
  expect(Object.fromEntries(Object.entries(count).map(([name, rows]) => [name, rows?.length]))).toEqual({
    setosa: 10,
    versicolor: 9,
    virginica: 11,
  })
})

test('the damaged copy is what the seed and the list make of the blocks', () => {
  const list = damageList(20640)
  expect(JSON.parse(textOf('blocks-damage.json'))).toEqual(list)
  expect(textOf('damaged_blocks.csv.gz')).toBe(damaged(textOf('california_missing.csv.gz'), list))
})

test('the damages can be counted: 40 without households, 25 with negative rooms, 15 repeated, never two at once', () => {
  const [header = [], ...rows] = cellsOf('damaged_blocks.csv.gz')
  const at = (name: string): number => header.indexOf(name)
  const seen = new Set<string>()
  const bad = rows.map(row => {
    const repeated = seen.has(row[0] ?? '')
    seen.add(row[0] ?? '')
    return [row[at('households')] === '', Number(row[at('total_rooms')]) <= 0, repeated]
  })
  expect([0, 1, 2].map(kind => bad.filter(row => row[kind]).length)).toEqual([40, 25, 15])
  expect(bad.filter(row => row.filter(Boolean).length > 1)).toEqual([])
})

test('ocean names cover the values of the blocks', () => {
  const have = new Set(
    cellsOf('california_missing.csv.gz')
      .slice(1)
      .map(row => row.at(-1)),
  )
  const known = cellsOf('ocean_names.csv').slice(1)
  expect(new Set(known.map(row => row[0]))).toEqual(have)
  expect(new Set(known.map(row => row[2]))).toEqual(new Set(['coast', 'inland', 'island']))
})

test('rows are typed', () => {
  expectTypeOf(iris()).toEqualTypeOf<Source<Flower>>()
  expectTypeOf<Flower['species']>().toEqualTypeOf<'setosa' | 'versicolor' | 'virginica'>()
  expectTypeOf<Block['totalBedrooms']>().toEqualTypeOf<number | null>()
  expectTypeOf<Block['households']>().toEqualTypeOf<number>()
  expectTypeOf<DamagedBlock['households']>().toEqualTypeOf<number | null>()
  expectTypeOf<DamagedBlock['blockId']>().toEqualTypeOf<number>()
})
