import { expect, test } from 'vitest'
import { TidemillError } from '../errors/index.ts'
import { csv, rows } from '../connectors/index.ts'
import { tidemill } from '../session/index.ts'
import { checkRelation } from './check-relation.ts'

const example = "linearRegression().fit(houses, { target: 'price' })"

test.each([
  [undefined, 'fit wants a table, not undefined', example],
  [
    Promise.resolve(),
    'fit wants a table, not a promise: await it first',
    `was an await forgotten? const table = await tm.read(...), then ${example}`,
  ],
  [[{ price: 1 }], 'fit wants a table, not an array', 'make a table of it first: const table = await tm.read(rows(items))'],
  ['houses.csv', 'fit wants a table, not "houses.csv"', 'read it first: const table = await tm.read(csv("houses.csv"))'],
  [csv('houses.csv'), 'fit wants a table, not an object (kind, options)', 'a source is read first: const table = await tm.read(source)'],
  [5, 'fit wants a table, not 5', example],
])('something else than a table is refused in words: %s', (data, message, hint) => {
  let thrown: unknown
  try {
    checkRelation(data)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(TidemillError)
  expect(thrown).toMatchObject({ code: 'ml.no-table', message, hint })
})

test('a table passes, and what was called is named where it is not fit', async () => {
  await using tm = await tidemill({ typesFile: false, workers: 1 })
  expect(() => checkRelation(undefined, 'evaluate', 'model.evaluate(test)')).toThrow('evaluate wants a table, not undefined')
  const table = await tm.read(rows([{ price: 1 }]))
  checkRelation(table)
})
