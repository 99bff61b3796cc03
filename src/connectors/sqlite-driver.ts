/** Opens `sqlite`, and writes it: the work is done on a thread, as SQLite's calls wait for the disk. */
import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Batch } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { ExprNode } from '../expr/index.ts'
import type { SinkDriver, SourceDriver, WriteReport } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import { entryAt } from '../storage/index.ts'
import { readError } from './file-error.ts'
import { pushedCondition } from './pushed-condition.ts'
import { driverThread } from './driver-thread.ts'
import { sqliteDialect } from './sqlite-types.ts'

/** What `sqlite` gives to its driver. */
export interface SqliteGiven {
  readonly path: string
  readonly table?: string
  readonly query?: string
  readonly schema?: Schema
  readonly mode?: 'fail' | 'append' | 'replace'
}
interface Staged {
  readonly temp: string
  readonly rows: number
}

const thread = (): ReturnType<typeof driverThread> => driverThread(new URL('./sqlite-thread.ts', import.meta.url))

const source: SourceDriver<SqliteGiven> = {
  async schemaOf(options) {
    if (options.schema !== undefined) return options.schema
    await checkFile(options.path)
    await using worker = thread()
    return (await worker.call('schema', { ...plainOf(options) })) as Schema
  },
  async *open(options, { columns, where, limit }, signal): AsyncGenerator<Batch> {
    signal.throwIfAborted()
    const fields = options.schema ?? (await source.schemaOf(options))
    await checkFile(options.path)
    await using worker = thread()
    const stop = (): void => worker.end()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const condition = conditionOf(options, where)
      await worker.call('open', { ...plainOf(options), fields, columns, condition, limit }, signal)
      for (;;) {
        const batch = (await worker.call('next', undefined, signal)) as Batch | undefined
        signal.throwIfAborted()
        if (batch === undefined) return
        yield batch
      }
    } finally {
      signal.removeEventListener('abort', stop)
    }
  },
}

const sink: SinkDriver<SqliteGiven> = {
  mode: 'append',
  guarantee: 'exactly-once',
  async writer(options, schema) {
    const { path } = options
    if (options.table === undefined)
      throw new TidemillError('connectors.option', 'sqlite writes a table, not a query', {
        hint: "such as sqlite(path, { table: 'totals' })",
      })
    const target = resolve(path)
    await mkdir(dirname(target), { recursive: true }).catch((error: unknown) => {
      throw readError(path, error)
    })
    const temp = join(dirname(target), `.tidemill-${randomUUID()}`)
    const worker = thread()
    let state: 'open' | 'done' = 'open'
    let rows = 0
    const discard = async (): Promise<void> => {
      await worker[Symbol.asyncDispose]()
      await removeStage(temp)
    }
    try {
      // What is wrong with the target is told before the query runs.
      await worker.call('check', { ...plainOf(options), fields: schema, exists: (await entryAt(target)) !== undefined })
      await worker.call('stage', { temp, fields: schema })
    } catch (error) {
      await discard()
      throw error
    }
    return {
      async write(batch) {
        await worker.call('stageRows', { batch })
        rows += batch.rows
      },
      async cut(epoch) {
        await worker.call('stageEnd', undefined)
        state = 'done'
        await worker[Symbol.asyncDispose]()
        const data: Staged = { temp, rows }
        return { sink: 'sqlite', id: temp, epoch, data }
      },
      async close() {
        if (state === 'open') await discard()
        state = 'done'
      },
    }
  },
  async commit(options, token): Promise<WriteReport> {
    const { temp, rows } = token.data as Staged
    const target = resolve(options.path)
    // Committed before, and all is tidied up.
    if ((await entryAt(temp)) !== undefined) {
      await using worker = thread()
      await worker.call('commit', { ...plainOf(options), temp, id: token.id })
      await removeStage(temp)
      await worker.call('forgetCommit', { path: target, id: token.id })
    }
    return { rows, bytes: (await stat(target)).size, files: [target] }
  },
  async forget(_, token) {
    await removeStage((token.data as Staged).temp)
  },
}

export const driver: SourceDriver<SqliteGiven> & SinkDriver<SqliteGiven> = { ...source, ...sink }

function plainOf({ path, table, query, mode }: SqliteGiven): object {
  return { path: resolve(path), shown: path, table, query, mode: mode ?? 'fail' }
}

/** A query's columns may be expressions of any collation and affinity: only the columns of tables are compared by SQLite. */
function conditionOf(options: SqliteGiven, where: ExprNode | undefined): string | undefined {
  return options.table === undefined || options.schema !== undefined ? undefined : pushedCondition(where, sqliteDialect)
}

async function checkFile(path: string): Promise<void> {
  const there = await stat(resolve(path)).catch((error: unknown) => {
    throw readError(path, error)
  })
  if (!there.isFile()) throw new TidemillError('connectors.format', `not a SQLite file: ${path} is a folder`, { details: { file: path } })
}

async function removeStage(temp: string): Promise<void> {
  for (const ending of ['', '-journal', '-wal', '-shm']) await rm(`${temp}${ending}`, { force: true })
}
