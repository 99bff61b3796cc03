/** What plain JavaScript lets pass. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { type Session, tidemill } from './index.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false })
})
afterAll(() => tm.close())

// As a program without types would call it.
const loose = (): Record<'read' | 'sql' | 'mapReduce' | 'supports' | 'onTask', (...args: unknown[]) => unknown> => tm as never
const open = tidemill as unknown as (options: unknown) => Promise<Session>
const source = (): unknown => rows([{ a: 1 }, { a: 2 }])
const reduce = (key: unknown): object => ({ key })

test.each<[() => unknown, string, string?]>([
  [() => open(null), 'options of tidemill must be an object, not null (have engine, workers, folder, workspace, typesFile, print)'],
  [() => open('x'), 'options of tidemill must be an object, not "x"'],
  [() => open({ worker: 2 }), 'unknown option: worker of tidemill (have engine, workers,'],
  [() => open({ workers: '2' }), 'workers must be a whole number from 1, not "2"'],
  [() => open({ engine: 'duckdb' }), 'engine must be an engine, not "duckdb"', 'embedded()'],
  [() => loose().read(), 'read wants a source, not undefined', 'tm.read(csv('],
  [() => loose().read('data/a.tsv'), 'read wants a source, not a text: data/a.tsv', "tm.read(csv('data/a.tsv'))"],
  [() => loose().read('a.parquet'), 'read wants a source', "tm.read(parquet('a.parquet'))"],
  [() => loose().read([{ a: 1 }]), 'read wants a source, not an array', 'tm.read(rows(items))'],
  [() => loose().read(Promise.resolve(source())), 'read wants a source, not a promise: await it first'],
  [async () => loose().read(await tm.read(source() as never)), 'read wants a source, not a table'],
  [() => loose().sql(), 'sql wants a text, not undefined'],
  [() => loose().sql('select 1', null), 'options of sql must be an object, not null'],
  [
    () => loose().sql('select 1 from h', { tables: { h: tm.read(source() as never) } }),
    'table h of sql must be a table, not a promise',
    'await tm.read',
  ],
  [() => loose().mapReduce(), 'read wants a source, not undefined'],
  [() => loose().mapReduce(source()), 'job must be an object with map and reduce, not undefined', '*map(row)'],
  [() => loose().mapReduce(source(), { map: () => [] }), 'reduce must be a function, not undefined', 'reduce: (key, values)'],
  [() => loose().mapReduce(source(), { map: () => [['k', 1]], reduce, taskRows: '2' }), 'taskRows must be a whole number from 1, not "2"'],
  [async () => loose().supports(undefined), 'supports wants a table, not undefined'],
  [async () => loose().onTask(undefined), 'onTask wants a function, not undefined'],
])('%s is an error with the cure', async (call, message, hint) => {
  const error = await Promise.resolve()
    .then(call)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  expect(error).toMatchObject({ name: 'TidemillError', message: expect.stringContaining(message) })
  if (hint !== undefined) expect(error).toMatchObject({ hint: expect.stringContaining(hint) })
})

test('map and reduce that give the wrong thing are told what they gave', async () => {
  const run = (job: object): unknown => loose().mapReduce(source(), job)
  const one = [['k', 1]]
  await expect(run({ map: () => undefined, reduce: () => ({}) })).rejects.toThrow('map must give something to iterate over, not undefined')
  await expect(run({ map: async () => [['k', 1]], reduce: () => ({}) })).rejects.toThrow('not a promise: await it first')
  await expect(
    run({
      async *map() {
        yield ['k', 1]
      },
      reduce: () => ({}),
    }),
  ).rejects.toThrow('not an async generator')
  await expect(run({ map: () => [['k', 1]], reduce: () => undefined })).rejects.toThrow('reduce must give an object, not undefined (key k)')
  await expect(run({ map: () => [['k', 1]], reduce: () => [1] })).rejects.toThrow('reduce must give an object, not an array')
  await expect(run({ map: () => [['k', 1]], reduce: async () => ({ n: 1 }) })).rejects.toMatchObject({
    code: 'session.map-reduce',
    hint: expect.stringContaining('without async'),
  })
  await expect(run({ map: () => [], reduce: () => ({ n: 1 }) })).rejects.toThrow('map gave no pair for any item')
  // The cure that `map` has is not to be had here, so another is told.
  await expect(run({ map: () => one, reduce: () => ({}) })).rejects.toMatchObject({
    code: 'workers.captured',
    hint: expect.not.stringContaining('with:'),
  })
})

test('a signal stops map and reduce as it stops every other work', async () => {
  const endless = {
    map() {
      for (;;);
    },
    reduce: () => ({ n: 1 }),
  }
  await expect(loose().mapReduce(source(), { ...endless, signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
    code: 'engine.cancelled',
  })
  await expect(loose().mapReduce(source(), { ...endless, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'engine.cancelled' })
})
