import type { DuckDBType } from '@duckdb/node-api'
import type * as Bindings from '@duckdb/node-bindings'
import { type Batch, makeBatch } from '../../../batch/index.ts'
import { channels } from '../../../channels/index.ts'
import { TidemillError } from '../../../errors/index.ts'
import { type Schema, storageOf } from '../../../schema/index.ts'
import { type Clock, systemScheduler } from '../../../time/index.ts'
import { cancelled, engineError, type Failed } from './errors.ts'
import { type Native, native } from './native.ts'
import { columnReader } from './read-column.ts'
import { claim } from './registry.ts'
import { processSlots } from './slots.ts'
import { spillFolder } from './spill.ts'

export interface DatabaseOptions {
  /** Bytes. */
  readonly memoryLimit: number
  readonly threads: number
  readonly tempFolder?: string | undefined
  /** A file; default: in memory. */
  readonly path?: string | undefined
  readonly clock: Clock
}
export interface QueryOptions {
  readonly signal?: AbortSignal | undefined
  readonly run?: string | undefined
  /** What progress says is being done. */
  readonly label?: string | undefined
  /** What the error of a failed statement is made from. */
  readonly failed?: Omit<Failed, 'signal'> | undefined
  /** A batch of a stream is only good until the next is asked for, as its memory is used again then. Default: it is the reader's. */
  readonly lent?: boolean | undefined
}

/** Rows of the first batch, so that the first answer is early, and of the largest. */
const firstBatch = 2048
const largestBatch = 65_536
const largestBytes = 32 * 1024 * 1024
/** Of the chunks of a stream, those whose views V8 counts: of numbers alone one in four, else each, as a view on texts stands for ten times its bytes in the chunk. */
const countedEvery = (schema: Schema): number => (schema.every(({ type }) => numbers.has(storageOf(type))) ? 4 : 1)
const numbers: ReadonlySet<string> = new Set<ReturnType<typeof storageOf>>(['null', 'boolean', 'int32', 'int64', 'float64'])

/**
 * DuckDB behind an interface that cannot lose rows: a stream that ends early is an error, each stream has a connection of its own, few calls run at a time,
 * and nothing is in flight when it closes.
 */
export class Database {
  readonly native: Native
  readonly memoryLimit: number
  readonly #instance: Bindings.Database
  readonly #clock: Clock
  readonly #free: () => Promise<void>
  readonly #idle: Bindings.Connection[] = []
  readonly #busy = new Set<Bindings.Connection>()
  readonly #inFlight = new Set<Promise<unknown>>()
  #closing: Promise<void> | undefined
  #locked = false

  private constructor(native: Native, instance: Bindings.Database, options: DatabaseOptions, free: () => Promise<void>) {
    this.native = native
    this.memoryLimit = options.memoryLimit
    this.#instance = instance
    this.#clock = options.clock
    this.#free = free
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    const loaded = await native()
    const { bindings } = loaded
    const unclaim = options.path === undefined ? undefined : await claim(options.path)
    const spill = await spillFolder(options.tempFolder)
    const free = async (): Promise<void> => {
      unclaim?.()
      await spill.remove()
    }
    try {
      const config = bindings.create_config()
      const settings: Record<string, string> = {
        memory_limit: `${Math.max(1, Math.floor(options.memoryLimit / 1e6))}MB`,
        threads: String(options.threads),
        temp_directory: spill.path,
        // Extensions are downloads from another host: what we promise works without.
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        preserve_insertion_order: 'true',
        // DuckDB takes every CSV file for 42 rows when it is told the columns, and joins so few by a nested loop: 140 s where a sorted one takes 1 s.
        asof_loop_join_threshold: '0',
      }
      for (const [name, value] of Object.entries(settings)) bindings.set_config(config, name, value)
      const instance = await processSlots.use(() => bindings.open(options.path ?? ':memory:', config))
      const database = new Database(loaded, instance, options, free)
      await database.run("SET GLOBAL TimeZone = 'UTC'")
      return database
    } catch (error) {
      await free()
      throw engineError(error)
    }
  }

  /** Runs a statement for its effect; gives the number of rows it changed or wrote. */
  async run(sql: string, options: QueryOptions = {}): Promise<number> {
    return this.#with(sql, options, async connection => {
      const result = await this.#call(() => this.native.bindings.query(connection, sql))
      const { bindings } = this.native
      if (bindings.column_count(result) !== 1 || bindings.column_name(result, 0) !== 'Count') return bindings.rows_changed(result)
      const chunk = await this.#call(() => bindings.fetch_chunk(result))
      return chunk === null || bindings.data_chunk_get_size(chunk) === 0
        ? 0
        : Number(new this.native.api.DuckDBDataChunk(chunk).getColumnValues(0)[0] ?? 0)
    })
  }

  /** All rows of a small result as values of DuckDB's client. It is held in memory whole, whatever the limit. */
  async rows(sql: string, options: QueryOptions = {}): Promise<unknown[][]> {
    return this.mapRows(sql, row => row, options)
  }

  /** What is made of each row: values of DuckDB's client are objects within objects, of which those of one row at a time are held. */
  async mapRows<T>(sql: string, made: (row: unknown[]) => T, options: QueryOptions = {}): Promise<T[]> {
    return this.#with(sql, options, async connection => {
      const { bindings, api } = this.native
      const result = await this.#call(() => bindings.query(connection, sql))
      const all: T[] = []
      for (;;) {
        const chunk = await this.#call(() => bindings.fetch_chunk(result))
        if (chunk === null || bindings.data_chunk_get_size(chunk) === 0) return all
        const rows = new api.DuckDBDataChunk(chunk)
        for (let row = 0; row < rows.rowCount; row++) all.push(made(rows.getRowValues(row)))
      }
    })
  }

  /** Names and types of the columns of a SELECT; it is prepared, not run. */
  async columns(sql: string, options: QueryOptions = {}): Promise<{ readonly name: string; readonly type: DuckDBType }[]> {
    return this.#with(sql, options, async connection => {
      const { bindings, api } = this.native
      const result = new api.DuckDBResult(await this.#call(() => bindings.query(connection, `SELECT * FROM (${sql}) AS t LIMIT 0`)))
      const names = result.columnNames()
      return result.columnTypes().map((type, index) => ({ name: names[index] ?? '', type }))
    })
  }

  /** Shuts this instance off from files but those allowed, network and settings, for statements of others. It cannot be undone. */
  async lock(allowed: readonly string[] = []): Promise<void> {
    const paths = allowed.map(path => `'${path.replaceAll("'", "''")}'`).join(', ')
    if (paths !== '') await this.run(`SET GLOBAL allowed_paths = [${paths}]`)
    await this.run('SET GLOBAL enable_external_access = false; SET GLOBAL lock_configuration = true')
    this.#locked = true
  }

  /**
   * The rows of a SELECT as batches with the columns of `schema`, by position.
   *
   * An error in the middle of a stream and an interrupt end it silently. They also abort the transaction around it, so that a statement after the last row tells whether
   * all rows came. (A last row of our own, by UNION ALL, doubled the CPU of reading ten million rows.)
   *
   * @throws engine.incomplete when the transaction was aborted and the statement runs through without an error
   */
  async *stream(sql: string, schema: Schema, options: QueryOptions = {}): AsyncGenerator<Batch> {
    const { bindings } = this.native
    const { signal } = options
    const connection = await this.#take(options)
    let whole = false
    const given = { rows: 0 }
    const stop = this.#watch(connection, sql, options, given)
    try {
      await this.#call(() => bindings.query(connection, 'BEGIN TRANSACTION'), signal)
      // In a FROM stands one SELECT and nothing else.
      const prepared = await this.#call(() => bindings.prepare(connection, `SELECT * FROM (${sql})`), signal)
      const result = await this.#call(() => bindings.execute_prepared_streaming(prepared), signal)
      const readers = schema.map((field, index) =>
        columnReader(this.native, result, index, field, options.lent === true ? 'again' : 'anew'),
      )
      let rows = 0
      let target = firstBatch
      let chunks = 0
      const every = countedEvery(schema)
      for (let last = false; !last; ) {
        const chunk = await this.#call(() => bindings.fetch_chunk(result), signal)
        const size = chunk === null ? 0 : bindings.data_chunk_get_size(chunk)
        last = size === 0
        if (last) whole = await this.#ended(connection, signal)
        else if (chunk !== null) {
          const views = chunks++ % every === 0 ? 'counted' : 'dropped'
          for (const reader of readers) reader.add(chunk, size, views)
        }
        // What a broken stream gave before is not handed on as if there were no more.
        if (last && !whole) break
        rows += size
        const bytes = readers.reduce((sum, reader) => sum + reader.bytes(), 0)
        if (rows === 0 || (!last && rows < target && bytes < largestBytes)) continue
        given.rows += rows
        yield makeBatch(
          schema,
          readers.map(reader => reader.finish()),
        )
        rows = 0
        target = Math.min(target * 4, largestBatch)
      }
      if (!whole) await this.#incomplete(sql, options)
      stop('end')
    } catch (error) {
      stop('error')
      throw this.#error(error, sql, options)
    } finally {
      stop('end')
      // A stream that was left in the middle still has its query: that connection is not used again.
      this.#give(connection, whole)
    }
  }

  /** Ends the transaction around a stream; false when it was aborted, and so was the stream. */
  async #ended(connection: Bindings.Connection, signal: AbortSignal | undefined): Promise<boolean> {
    const { bindings } = this.native
    try {
      await this.#call(() => bindings.query(connection, 'SELECT 1'), signal)
    } catch (error) {
      if (error instanceof TidemillError) throw error
      return false
    }
    // Of an aborted transaction this would say nothing.
    await this.#call(() => bindings.query(connection, 'COMMIT'), signal)
    return true
  }

  /** What a failed statement throws: after close() that is the reason, whatever DuckDB says of it. */
  #error(error: unknown, sql: string, { failed, signal }: QueryOptions): TidemillError {
    return this.#closing === undefined ? engineError(error, { sql, ...failed, signal }) : closed()
  }

  /** Tells why a stream ended early: the statement is run again without its rows being kept, as its error was lost. */
  async #incomplete(sql: string, options: QueryOptions): Promise<never> {
    if (options.signal?.aborted === true) throw cancelled(options.signal)
    if (this.#closing !== undefined) throw closed()
    await this.rows(`SELECT bit_xor(hash(q)) FROM (${sql}) AS q`, options)
    throw new TidemillError('engine.incomplete', 'result ended before its last row', { details: { sql } })
  }

  /** A connection for a writer that must be alone on it. */
  async alone<T>(options: QueryOptions, work: (connection: Bindings.Connection) => Promise<T>): Promise<T> {
    const connection = await this.#take(options)
    let done = false
    try {
      const answer = await work(connection)
      done = true
      return answer
    } catch (error) {
      throw engineError(error, { ...options.failed, signal: options.signal })
    } finally {
      this.#give(connection, done)
    }
  }

  /** Interrupts what runs, waits for it, closes, and removes the spill folder. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { bindings } = this.native
    while (this.#inFlight.size > 0) {
      for (const connection of this.#busy) bindings.interrupt(connection)
      await Promise.allSettled(this.#inFlight)
    }
    for (const connection of [...this.#idle, ...this.#busy]) bindings.disconnect_sync(connection)
    this.#idle.length = 0
    this.#busy.clear()
    bindings.close_sync(this.#instance)
    await this.#free()
  }

  async #with<T>(sql: string, options: QueryOptions, work: (connection: Bindings.Connection) => Promise<T>): Promise<T> {
    const connection = await this.#take(options)
    const stop = this.#watch(connection, sql, options)
    let done = false
    try {
      const answer = await work(connection)
      done = true
      stop('end')
      return answer
    } catch (error) {
      stop('error')
      throw this.#error(error, sql, options)
    } finally {
      this.#give(connection, done)
    }
  }

  /** A call into DuckDB on one of libuv's threads; `close` waits for it. */
  #call<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const call = processSlots.use(async () => {
      if (this.#closing !== undefined) throw closed()
      if (signal?.aborted === true) throw cancelled(signal)
      return work()
    })
    this.#inFlight.add(call)
    const forget = (): void => void this.#inFlight.delete(call)
    call.then(forget, forget)
    return call
  }

  async #take(options: QueryOptions): Promise<Bindings.Connection> {
    if (options.signal?.aborted === true) throw cancelled(options.signal)
    if (this.#closing !== undefined) throw closed()
    const idle = this.#idle.pop()
    if (idle !== undefined) {
      this.#busy.add(idle)
      return idle
    }
    const { bindings } = this.native
    const connection = await this.#call(() => bindings.connect(this.#instance))
    this.#busy.add(connection)
    if (!this.#locked)
      await this.#call(() =>
        bindings.query(connection, 'SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = 0'),
      )
    return connection
  }

  #give(connection: Bindings.Connection, whole: boolean): void {
    if (!this.#busy.delete(connection) || this.#closing !== undefined) return
    if (whole) this.#idle.push(connection)
    else {
      this.native.bindings.interrupt(connection)
      this.native.bindings.disconnect_sync(connection)
    }
  }

  /** Interrupts on a signal, publishes the query and its progress; gives back the function that stops it. */
  #watch(
    connection: Bindings.Connection,
    sql: string,
    { signal, run = '', label }: QueryOptions,
    given: { readonly rows: number } = { rows: 0 },
  ): (phase: 'end' | 'error') => void {
    const { bindings } = this.native
    const start = this.#clock.monotonic()
    const abort = (): void => {
      if (this.#busy.has(connection)) bindings.interrupt(connection)
    }
    signal?.addEventListener('abort', abort, { once: true })
    channels.query.publish({ run, engine: 'embedded', sql, phase: 'start' })
    let cancel: (() => void) | undefined
    const tick = (): void => {
      if (!this.#busy.has(connection)) return
      // DuckDB does not know how far some statements are; that they run is still worth telling. What it calls rows are none of the user's.
      const { percentage } = bindings.query_progress(connection)
      channels.progress.publish({
        run,
        label: label ?? 'query',
        ...(given.rows === 0 ? {} : { rows: given.rows }),
        ...(percentage < 0 ? {} : { fraction: percentage / 100 }),
      })
      cancel = systemScheduler.after(200, tick)
    }
    if (label !== undefined && channels.progress.hasSubscribers) cancel = systemScheduler.after(200, tick)
    let over = false
    return phase => {
      if (over) return
      over = true
      cancel?.()
      signal?.removeEventListener('abort', abort)
      channels.query.publish({ run, engine: 'embedded', sql, phase, ms: this.#clock.monotonic() - start })
      if (label !== undefined) channels.progress.publish({ run, label, done: true, ...(phase === 'end' ? { fraction: 1 } : {}) })
    }
  }
}

function closed(): TidemillError {
  return new TidemillError('engine.closed', 'the session is closed', { hint: 'open another one with tidemill()' })
}
