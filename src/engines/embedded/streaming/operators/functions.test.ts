import { expect, test } from 'vitest'
import { type Batch, type BatchView, columnFromRaw, makeBatch, rowsOf, valuesOf } from '../../../../batch/index.ts'
import { callNode, type ExprNode, literalNode } from '../../../../expr/index.ts'
import { list, schemaOf } from '../../../../schema/index.ts'
import type { BoltStep, MapStep, OnError } from '../seams.ts'
import { advance, Collected, column, operatorOf, timed, userFunction } from './fixtures/run.ts'
import { timesOf, withoutTime } from './index.ts'

const schema = schemaOf({ id: 'int64', price: 'float64?' })
const c = (name: string): ExprNode => column(schema, name)
const batch = timed(schema, [
  { id: 1, price: 50, at: 10 },
  { id: 2, price: 150, at: 20 },
  { id: 3, price: null, at: 30 },
  { id: 4, price: 250, at: 40 },
])
const base = { id: 's', label: 'step' }
const fail: OnError = { retries: 0, otherwise: 'fail' }

test('a filter keeps event times and hashes of its rows, and passes a batch on as it is when all are kept', () => {
  const out = new Collected()
  const seen: (Int32Array | undefined)[] = []
  const emit = {
    ...out.emit,
    rows: (rows: { batch: Batch; hashes?: Int32Array | undefined; born: number }) => (seen.push(rows.hashes), out.emit.rows(rows)),
  }
  const operator = operatorOf({ kind: 'filter', ...base, fields: schema, where: callNode('gt', [c('price'), literalNode(100)]) })
  operator.process({ batch, hashes: Int32Array.of(7, 8, 9, 10), born: 0 }, emit)
  expect(out.rows.map(row => row['id'])).toEqual([2, 4])
  expect(out.times).toEqual([20, 40])
  expect(seen).toEqual([Int32Array.of(8, 10)])
  const all = operatorOf({ kind: 'filter', ...base, fields: schema, where: callNode('gt', [c('id'), literalNode(0)]) })
  all.process({ batch, born: 0 }, out.emit)
  expect(out.batches[1]).toBe(batch)
  const none = operatorOf({ kind: 'filter', ...base, fields: schema, where: callNode('lt', [c('id'), literalNode(0)]) })
  none.process({ batch, born: 0 }, out.emit)
  expect(out.batches).toHaveLength(2)
})

test('a project carries the event time along, and finds a NULL where none may be', () => {
  const out = new Collected()
  const twice = { name: 'twice', expr: callNode('mul', [c('price'), literalNode(2)]) }
  const fields = schemaOf({ twice: 'float64?' })
  operatorOf({ kind: 'project', ...base, fields, columns: [twice] }).process({ batch, born: 0 }, out.emit)
  expect(out.rows.map(row => row['twice'])).toEqual([100, 300, null, 500])
  expect(out.times).toEqual([10, 20, 30, 40])
  const strict = operatorOf({ kind: 'project', ...base, fields: schemaOf({ twice: 'float64' }), columns: [twice], notNull: ['twice'] })
  expect(() => strict.process({ batch, born: 0 }, out.emit)).toThrow(
    expect.objectContaining({ code: 'schema.not-null', message: 'NULL in a column without ?: twice (in step s: step)' }),
  )
})

test('a list explodes into rows with the time of theirs; empty and NULL lists give none', () => {
  const lists = schemaOf({ words: list('string').nullable(), id: 'int64' })
  const given = timed(lists, [
    { words: ['a', 'b'], id: 1, at: 1 },
    { words: [], id: 2, at: 2 },
    { words: null, id: 3, at: 3 },
    { words: [null], id: 4, at: 4 },
  ])
  const out = new Collected()
  const fields = schemaOf({ words: 'string?', id: 'int64' })
  operatorOf({ kind: 'explode', ...base, fields, column: 'words' }).process({ batch: given, born: 0 }, out.emit)
  expect(out.rows).toEqual([
    { words: 'a', id: 1 },
    { words: 'b', id: 1 },
    { words: null, id: 4 },
  ])
  expect(out.times).toEqual([1, 1, 4])
})

test('a model adds its columns beside those that are there', () => {
  const revive = (state: object) => (given: Batch) => [
    columnFromRaw(
      'float64',
      valuesOf(given.columns[0] as never).map(id => (id as number) * (state as { by: number }).by),
    ),
  ]
  const fields = schemaOf({ id: 'int64', price: 'float64?', score: 'float64' })
  const out = new Collected()
  const step = {
    kind: 'transform',
    ...base,
    fields,
    state: { by: 3 },
    code: { url: 'file:///m.js', export: 'revive', hash: '' },
    adds: schemaOf({ score: 'float64' }),
  } as const
  operatorOf(step, { modules: new Map([['file:///m.js#revive', revive]]) }).process({ batch, born: 0 }, out.emit)
  expect(out.rows[1]).toEqual({ id: 2, price: 150, score: 6 })
  expect(out.times).toEqual([10, 20, 30, 40])
  expect(() => operatorOf(step)).toThrow(expect.objectContaining({ code: 'stream.failed' }))
})

function map(
  mode: MapStep['mode'],
  fn: unknown,
  onError: OnError = fail,
  fields = schemaOf({ id: 'int64', twice: 'float64?' }),
): Collected {
  const { host, functions } = userFunction('double', fn)
  const operator = operatorOf({ kind: 'map', ...base, fields, mode, fn: host, onError }, { functions })
  const out = new Collected()
  operator.process({ batch, born: 0 }, out.emit)
  return out
}
interface Row {
  readonly id: number
  price: number | null
}

test('a function makes a row of each row, rows of each row, or rows of a batch', () => {
  const each = map('each', ({ id, price }: Row) => ({ id, twice: price === null ? null : 2 * price, more: 'left out' }))
  expect(each.rows[1]).toEqual({ id: 2, twice: 300 })
  expect(each.times).toEqual([10, 20, 30, 40])
  const many = map('many', function* ({ id }: Row) {
    for (let i = 0; i < id - 1; i++) yield { id }
  })
  expect(many.rows.map(row => row['id'])).toEqual([2, 3, 3, 4, 4, 4])
  expect(many.times).toEqual([20, 30, 30, 40, 40, 40])
  const same = map('batch', (view: BatchView) => Array.from({ length: view.rows }, (_, i) => ({ id: view.column('id')[i] })))
  expect(same.times).toEqual([10, 20, 30, 40])
  const sum = map('batch', (view: BatchView) => [{ id: view.rows }])
  expect(sum.rows).toEqual([{ id: 4, twice: null }])
  expect(sum.times).toEqual([40])
})

test('a row on which a function throws is tried again as it was, then put aside with what it was and why', () => {
  let calls = 0
  const seen: (number | null)[] = []
  const poison = (row: Row): object => {
    seen.push(row.price)
    if (row.id === 2 && ++calls > 0) {
      row.price = -1
      throw new Error('no such thing')
    }
    return { id: row.id }
  }
  const out = map('each', poison, { retries: 2, otherwise: 'dead-letter' })
  expect(calls).toBe(3)
  expect(seen.slice(1, 4)).toEqual([150, 150, 150])
  expect(out.rows.map(row => row['id'])).toEqual([1, 3, 4])
  expect(out.times).toEqual([10, 30, 40])
  expect(out.letters).toHaveLength(1)
  const { payload, ...letter } = out.letters[0] as (typeof out.letters)[number]
  expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ id: 2, price: 150 })
  expect(letter).toEqual({ error: 'no such thing', step: 's', position: 'event time 1970-01-01T00:00:00.000020Z' })
  expect(map('each', poison, { retries: 0, otherwise: 'skip' })).toMatchObject({ skipped: 1, letters: [] })
})

test('a function that helps itself at the second try loses no row', () => {
  let tries = 0
  const out = map(
    'each',
    ({ id }: Row) => {
      if (id === 3 && ++tries < 3) throw new Error('not now')
      return { id }
    },
    { retries: 2, otherwise: 'fail' },
  )
  expect(out.rows.map(row => row['id'])).toEqual([1, 2, 3, 4])
})

test('without a policy a throw ends the job, naming function, place and step', () => {
  expect(() => map('each', ({ id }: Row) => (id === 2 ? undefined : { id }))).toThrow(
    expect.objectContaining({
      code: 'stream.function-failed',
      message: 'function double failed: value that is no row: undefined (at event time 1970-01-01T00:00:00.000020Z) (in step s: step)',
      details: expect.objectContaining({ step: 's', function: 'double' }) as object,
    }),
  )
  expect(() => map('each', () => ({ id: 'x' }))).toThrow('row that does not fit the columns: "x" in id: int64')
  expect(() => map('each', () => ({}))).toThrow('row that does not fit the columns: undefined in id: int64')
})

test('a batch on which a function throws is put aside row by row', () => {
  const out = map(
    'batch',
    () => {
      throw new Error('whole')
    },
    { retries: 1, otherwise: 'dead-letter' },
  )
  expect(out.rows).toEqual([])
  expect(out.letters.map(({ payload }) => (JSON.parse(new TextDecoder().decode(payload)) as Row).id)).toEqual([1, 2, 3, 4])
  expect(
    map(
      'batch',
      () => {
        throw new Error('whole')
      },
      { retries: 0, otherwise: 'skip' },
    ).skipped,
  ).toBe(4)
})

test('a promise is refused, whatever the policy', () => {
  for (const mode of ['each', 'many', 'batch'] as const)
    expect(() => map(mode, async () => ({ id: 1 }), { retries: 5, otherwise: 'skip' })).toThrow(
      expect.objectContaining({ code: 'stream.async-function', message: expect.stringContaining('double') as string }),
    )
  expect(() =>
    map(
      'many',
      async function* () {
        yield { id: 1 }
      },
      { retries: 5, otherwise: 'skip' },
    ),
  ).toThrow(expect.objectContaining({ code: 'stream.async-function' }))
})

function bolt(
  make: () => unknown,
  onError: OnError = fail,
  emits = schemaOf({ id: 'int64', n: 'int64' }),
): { out: Collected; push: (given?: Batch) => void } {
  const { host, functions } = userFunction('counter', make)
  const step: BoltStep = { kind: 'bolt', ...base, fields: emits, input: schema, fn: host, onError }
  const operator = operatorOf(step, { functions })
  const out = new Collected()
  return { out, push: (given = withoutTime(batch)) => operator.process({ batch: given, born: 0 }, out.emit) }
}
interface Out {
  emit(tuple: object): void
  fail(error: Error): void
}

test('a bolt emits any number of tuples and keeps what it counts between batches', () => {
  const { out, push } = bolt(() => {
    let n = 0
    return ({ id }: Row, to: Out) => {
      n++
      if (id > 2) to.emit({ id, n })
    }
  })
  push()
  push()
  expect(out.rows).toEqual([
    { id: 3, n: 3 },
    { id: 4, n: 4 },
    { id: 3, n: 7 },
    { id: 4, n: 8 },
  ])
  expect(timesOf(out.batches[0] as Batch)).toBeUndefined()
  push(batch)
  expect(timesOf(out.batches[2] as Batch)).toEqual(Float64Array.of(30, 40))
})

test('what a bolt emitted of a tuple that failed is dropped', () => {
  const { out, push } = bolt(
    () =>
      ({ id }: Row, to: Out) => {
        to.emit({ id, n: 0 })
        if (id === 2) to.fail(new Error('asked to'))
        if (id === 3) throw new Error('thrown')
      },
    { retries: 0, otherwise: 'dead-letter' },
  )
  push()
  expect(out.rows.map(row => row['id'])).toEqual([1, 4])
  expect(out.letters.map(({ error, position }) => [error, position])).toEqual([
    ['asked to', 'row'],
    ['thrown', 'row'],
  ])
})

test('a bolt that emits what it did not declare, or is none, is told so', () => {
  expect(() => bolt(() => (_: Row, to: Out) => to.emit({ id: 1 }), fail, []).push()).toThrow('tuple of a bolt that emits nothing: s')
  expect(() => bolt(() => 5)).toThrow('bolt s is no function: 5')
  expect(() => bolt(() => async () => undefined, { retries: 1, otherwise: 'skip' }).push()).toThrow(
    expect.objectContaining({ code: 'stream.async-function' }),
  )
})

test('rows without times go through row steps as well', () => {
  const out = new Collected()
  const plain = withoutTime(batch)
  const operator = operatorOf({ kind: 'filter', ...base, fields: schema, where: callNode('gt', [c('price'), literalNode(100)]) })
  operator.process({ batch: plain, born: 0 }, out.emit)
  expect(rowsOf(out.batches[0] as Batch)).toHaveLength(2)
  expect(advance(operator, 5, out.emit)).toBe(1)
  expect(makeBatch([], [], 0).rows).toBe(0)
})
