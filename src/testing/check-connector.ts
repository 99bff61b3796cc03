import assert from 'node:assert/strict'
import { type Batch, rowsOf } from '../batch/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import type { SinkDriver, SinkWriter, SourceDriver, Token } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import { all, expectAborted, expectCode, expectRows } from './expect.ts'
import { type Case, runSuite, type SuiteOptions, type SuiteReport } from './suite.ts'

/** A source to be tried, and what it must give. */
export interface SourceUnderTest<O extends object = object> {
  readonly driver: SourceDriver<O>
  /** Options of a source with at least two rows. */
  readonly options: O
  readonly schema: Schema
  /** All its rows, in order, as `rows()` would give them. */
  readonly rows: readonly object[]
  /** Options that name something that does not exist, and the code that says so. */
  readonly missing?: { readonly options: O; readonly code: ErrorCode } | undefined
}

/** A sink to be tried. Each case gets options of its own, for an empty place. */
export interface SinkUnderTest<O extends object = object> {
  readonly sink: SinkDriver<O>
  readonly options: O
  /** Rows that are visible at the place of these options; none when nothing is there. */
  read(): Promise<readonly object[]>
  /** Names of everything that lies at the place, also what readers do not see. */
  remains(): Promise<readonly string[]>
  readonly schema: Schema
  /** True where the place takes one write only, as a file does: a second one is refused with connectors.exists. */
  readonly one?: boolean | undefined
  /** Batches of that schema, at least two. */
  readonly batches: readonly Batch[]
}

/** Something to be tried; a connector may be both. */
export interface ConnectorUnderTest {
  readonly name: string
  readonly source?: (() => Promise<SourceUnderTest>) | undefined
  readonly sink?: (() => Promise<SinkUnderTest>) | undefined
}

/**
 * Runs the contracts of a source and of a sink on a connector.
 *
 * @param connector `source` and `sink` are called once a case; each gives a fresh place
 * @example
 * const report = await checkConnector({ name: 'lines', source: async () => ({ driver, options: { path }, schema, rows }) })
 */
export async function checkConnector(connector: ConnectorUnderTest, options: SuiteOptions = {}): Promise<SuiteReport> {
  const { name, source, sink } = connector
  const reports: SuiteReport[] = []
  if (source !== undefined) reports.push(await runSuite(`source ${name}`, sourceCases, async use => use(await source()), options))
  if (sink !== undefined) reports.push(await runSuite(`sink ${name}`, sinkCases, async use => use(await sink()), options))
  return { subject: name, passed: reports.every(report => report.passed), results: reports.flatMap(report => report.results) }
}

const never = new AbortController().signal
const namesOf = (schema: Schema): readonly string[] => schema.map(field => field.name)
const pick = (row: object, names: readonly string[]): object =>
  Object.fromEntries(names.map(name => [name, (row as Record<string, unknown>)[name]]))

async function rowsFrom(source: SourceUnderTest, columns: readonly string[], limit?: number): Promise<object[]> {
  const asked = limit === undefined ? { columns } : { columns, limit }
  return (await all(source.driver.open(source.options, asked, never))).flatMap(batch => rowsOf(batch))
}

/** Every promise of `SourceDriver`. */
export const sourceCases: readonly Case<SourceUnderTest>[] = [
  {
    name: 'a source tells its columns',
    async run({ driver, options, schema }) {
      assert.deepEqual(await driver.schemaOf(options), schema)
    },
  },
  {
    name: 'a source gives its rows in order, and the same rows again',
    async run(source) {
      const rows = await rowsFrom(source, namesOf(source.schema))
      expectRows(rows, source.rows)
      expectRows(await rowsFrom(source, namesOf(source.schema)), rows)
    },
  },
  {
    name: 'two readers of a source do not disturb each other',
    async run(source) {
      const names = namesOf(source.schema)
      const [one, two] = await Promise.all([rowsFrom(source, names), rowsFrom(source, names)])
      expectRows(one, source.rows)
      expectRows(two, source.rows)
    },
  },
  {
    name: 'the columns of a batch are those that were asked for, in that order',
    async run(source) {
      const names = [...namesOf(source.schema)].reverse()
      for (const asked of [names, ...names.map(name => [name])]) {
        const types = asked.map(name => source.schema.find(field => field.name === name))
        for await (const batch of source.driver.open(source.options, { columns: asked }, never)) {
          assert.deepEqual(batch.fields, types)
          assert.equal(batch.columns.length, asked.length)
          for (const column of batch.columns) assert.ok(column.length >= batch.rows)
        }
        expectRows(
          await rowsFrom(source, asked),
          source.rows.map(row => pick(row, asked)),
        )
      }
    },
  },
  {
    name: 'rows can be counted without asking for a column',
    async run(source) {
      let rows = 0
      for await (const batch of source.driver.open(source.options, { columns: [] }, never)) rows += batch.rows
      assert.equal(rows, source.rows.length)
    },
  },
  {
    name: 'with a limit come the first rows, at least as many as were asked for',
    async run(source) {
      for (const limit of [0, 1, source.rows.length - 1, source.rows.length, source.rows.length + 10]) {
        const rows = await rowsFrom(source, namesOf(source.schema), limit)
        assert.ok(rows.length >= Math.min(limit, source.rows.length), `${rows.length} rows for a limit of ${limit}`)
        expectRows(rows, source.rows.slice(0, rows.length))
      }
    },
  },
  {
    name: 'an aborted reading fails, before it starts and after its first batch',
    async run({ driver, options, schema }) {
      const columns = namesOf(schema)
      const before = AbortSignal.abort()
      await expectAborted(before, () => all(driver.open(options, { columns }, before)))
      const stop = new AbortController()
      let batches = 0
      const reading = async (): Promise<void> => {
        for await (const _ of driver.open(options, { columns }, stop.signal)) {
          batches++
          stop.abort()
        }
      }
      // A source of one batch may be done by then.
      const outcome = await reading().then(
        () => 'ended',
        (error: unknown) => error,
      )
      assert.ok(batches === 1, `${batches} batches came, the last after the signal was aborted`)
      if (outcome !== 'ended') await expectAborted(stop.signal, () => Promise.reject(outcome as Error))
    },
  },
  {
    name: 'a reader may leave early and read again',
    async run(source) {
      for await (const batch of source.driver.open(source.options, { columns: namesOf(source.schema) }, never)) {
        assert.ok(batch.rows >= 0)
        break
      }
      expectRows(await rowsFrom(source, namesOf(source.schema)), source.rows)
    },
  },
  {
    name: 'what does not exist is an error with its code',
    async run({ driver, missing, schema }) {
      if (missing === undefined) return
      await expectCode(missing.code, () => all(driver.open(missing.options, { columns: namesOf(schema) }, never)))
    },
  },
]

const at = { job: 'checked-job', generation: 1, subtask: 0 }

async function written({ sink, options, schema, batches }: SinkUnderTest, subtask = 0): Promise<{ writer: SinkWriter; token: Token }> {
  const writer = await sink.writer(options, schema, { ...at, subtask })
  for (const batch of batches) await writer.write(batch)
  return { writer, token: await writer.cut(1) }
}
const rowsIn = (batches: readonly Batch[]): object[] => batches.flatMap(batch => rowsOf(batch))

/** Every promise of `SinkDriver`. */
export const sinkCases: readonly Case<SinkUnderTest>[] = [
  {
    name: 'nothing is seen before the commit, everything after it',
    async run(test) {
      const { writer, token } = await written(test)
      expectRows(await test.read(), [])
      const report = await test.sink.commit(test.options, token)
      await writer.close()
      expectRows(await test.read(), rowsIn(test.batches))
      assert.equal(report.rows, rowsIn(test.batches).length)
      assert.ok(report.bytes > 0)
    },
  },
  {
    name: 'a token is plain data and enough to commit from another process',
    async run(test) {
      const { writer, token } = await written(test)
      await writer.close()
      await test.sink.commit(test.options, JSON.parse(JSON.stringify(token)) as Token)
      expectRows(await test.read(), rowsIn(test.batches))
    },
  },
  {
    name: 'forgetting takes back what was prepared, twice as well as once',
    async run(test) {
      const { writer, token } = await written(test)
      await writer.close()
      await test.sink.forget(test.options, token)
      await test.sink.forget(test.options, token)
      expectRows(await test.read(), [])
      assert.deepEqual(await test.remains(), [])
    },
  },
  {
    name: 'a writer that is closed without a cut leaves nothing',
    async run(test) {
      const writer = await test.sink.writer(test.options, test.schema, at)
      for (const batch of test.batches) await writer.write(batch)
      await writer.close()
      assert.deepEqual(await test.remains(), [])
    },
  },
  {
    name: 'a commit leaves nothing behind but the rows, and keeps what was committed when the writer is closed',
    async run(test) {
      const { writer, token } = await written(test)
      await test.sink.commit(test.options, token)
      const after = await test.remains()
      assert.ok(after.length > 0)
      await writer.close()
      assert.deepEqual(await test.remains(), after)
      expectRows(await test.read(), rowsIn(test.batches))
    },
  },
  {
    name: 'an exactly-once sink that is told to commit twice writes once',
    async run(test) {
      if (test.sink.guarantee !== 'exactly-once') return
      const { writer, token } = await written(test)
      await test.sink.commit(test.options, token)
      await test.sink.commit(test.options, token)
      await writer.close()
      expectRows(await test.read(), rowsIn(test.batches))
    },
  },
  {
    name: 'two subtasks write side by side and commit apart',
    async run(test) {
      const [one, two] = [await written(test, 0), await written(test, 1)]
      await test.sink.commit(test.options, one.token)
      assert.equal((await test.read()).length, rowsIn(test.batches).length)
      if (test.one === true) {
        await expectCode('connectors.exists', () => test.sink.commit(test.options, two.token))
        await test.sink.forget(test.options, two.token)
        await Promise.all([one.writer.close(), two.writer.close()])
        expectRows(await test.read(), rowsIn(test.batches))
        return
      }
      await test.sink.commit(test.options, two.token)
      await Promise.all([one.writer.close(), two.writer.close()])
      assert.equal((await test.read()).length, 2 * rowsIn(test.batches).length)
    },
  },
]
