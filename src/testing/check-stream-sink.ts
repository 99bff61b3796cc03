import assert from 'node:assert/strict'
import { type Batch, rowsOf } from '../batch/index.ts'
import { drive, type StreamSink, type StreamSinkWriter, type StreamToken } from '../engines/embedded/index.ts'
import { expectCode } from './expect.ts'
import { type Case, runSuite, type SuiteOptions, type SuiteReport } from './suite.ts'

/** A sink of streams to be tried. Each case gets one of its own, over an empty place. */
export interface StreamSinkUnderTest {
  /** A sink over the place, as another process would open it; `job` (default `'job'`) tells apart jobs that write there. */
  open(job?: string): StreamSink
  /** Rows that are visible at the place, of all jobs, in any order. */
  read(): Promise<readonly object[]>
  /** Batches of the sink's columns, at least two, no row like another. */
  readonly batches: readonly Batch[]
  /** True where rows of an epoch that was committed in part come again after a crash. */
  readonly repeats?: boolean | undefined
  /** Fills the disk, or makes room again; without, the sink needs no disk. */
  readonly full?: ((full: boolean) => void) | undefined
  /** Lets the receiver take so many requests more and refuse the rest; infinity: all. Without, nothing is sent. */
  readonly refuse?: ((after: number) => void) | undefined
}

/**
 * Runs the contract of a sink of streams: that a promise of rows survives crashes, and that rows are seen once.
 *
 * @param make gives a sink over an empty place each time it is called
 * @example
 * const report = await checkStreamSink('files', async () => ({ open: job => fileSink(step, at(job)), read, batches }))
 */
export async function checkStreamSink(
  name: string,
  make: () => Promise<StreamSinkUnderTest>,
  options: SuiteOptions = {},
): Promise<SuiteReport> {
  return runSuite(name, streamSinkCases, async use => use(await make()), options)
}

interface Hand {
  readonly sink: StreamSink
  readonly writer: StreamSinkWriter
}

/** A writer of a process that began to run as this generation. */
function begin({ open }: StreamSinkUnderTest, generation: number, subtask = 0, job?: string): Hand {
  const sink = open(job)
  return { sink, writer: sink.writer({ generation, stage: 0, subtask }) }
}

function write(writer: StreamSinkWriter, ...batches: readonly (Batch | undefined)[]): void {
  for (const batch of batches) {
    assert.ok(batch !== undefined)
    writer.write({ batch, born: 0 })
  }
}

/** Writes rows, ends their epoch, and makes them durable. */
async function prepare({ writer }: Hand, epoch: number, ...batches: readonly (Batch | undefined)[]): Promise<StreamToken> {
  write(writer, ...batches)
  const token = await drive(writer.cut(epoch))
  assert.ok(token !== undefined, 'there were rows, and no token')
  return token
}

/** Fails unless the visible rows are those of the batches; with `repeats` a row may be there more than once. */
async function expectVisible(context: StreamSinkUnderTest, ...batches: readonly (Batch | undefined)[]): Promise<void> {
  const wanted = batches.flatMap(batch => (batch === undefined ? [] : rowsOf(batch))).map(printed)
  const found = (await context.read()).map(printed)
  const got = context.repeats === true ? [...new Set(found)] : found
  assert.deepEqual(got.sort(), wanted.sort())
}

function printed(row: object): string {
  return JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))
}

const none: ReadonlySet<string> = new Set()

/** Every promise of `StreamSink`. */
export const streamSinkCases: readonly Case<StreamSinkUnderTest>[] = [
  {
    name: 'rows are seen when their epoch is committed, not before',
    async run(context) {
      const [a, b] = context.batches
      const hand = begin(context, 1)
      const token = await prepare(hand, 1, a, b)
      assert.equal(token.epoch, 1)
      assert.equal(token.rows, (a?.rows ?? 0) + (b?.rows ?? 0))
      await expectVisible(context)
      await drive(hand.sink.commit(token))
      await expectVisible(context, a, b)
    },
  },
  {
    name: 'an epoch without rows gives no token',
    async run(context) {
      const { writer } = begin(context, 1)
      assert.equal(await drive(writer.cut(1)), undefined)
      writer.write({ batch: emptied(context.batches[0]), born: 0 })
      assert.equal(await drive(writer.cut(2)), undefined)
      await expectVisible(context)
    },
  },
  {
    name: 'the rows of an epoch end at the call of cut, not when its work is done',
    async run(context) {
      const [a, b] = context.batches
      const { sink, writer } = begin(context, 1)
      write(writer, a)
      const work = writer.cut(1)
      write(writer, b)
      const token = await drive(work)
      assert.ok(token !== undefined)
      await drive(sink.commit(token))
      await expectVisible(context, a)
      const next = await drive(writer.cut(2))
      assert.ok(next !== undefined)
      await drive(sink.commit(next))
      await expectVisible(context, a, b)
    },
  },
  {
    name: 'epochs are committed one after the other, each once',
    async run(context) {
      const [a, b] = context.batches
      const hand = begin(context, 1)
      const first = await prepare(hand, 1, a)
      const second = await prepare(hand, 4, b)
      assert.notEqual(first.id, second.id)
      await drive(hand.sink.commit(first))
      await expectVisible(context, a)
      await drive(hand.sink.commit(second))
      await expectVisible(context, a, b)
    },
  },
  {
    name: 'a commit tried again changes nothing, by the same process and by another',
    async run(context) {
      const [a, b] = context.batches
      const hand = begin(context, 1)
      const token = await prepare(hand, 1, a, b)
      await drive(hand.sink.commit(token))
      await drive(hand.sink.commit(token))
      await drive(context.open().commit(token))
      await expectVisible(context, a, b)
    },
  },
  {
    name: 'what was prepared is committed by another process after a crash, from the token alone',
    async run(context) {
      const [a, b] = context.batches
      const token = await prepare(begin(context, 1), 3, a, b)
      // A token lies in a manifest, as JSON.
      const read = JSON.parse(JSON.stringify(token)) as StreamToken
      const sink = context.open()
      await drive(sink.abortOrphans(2, new Set([token.id])))
      await drive(sink.commit(read))
      await expectVisible(context, a, b)
    },
  },
  {
    name: 'a writer that is closed takes back nothing that it prepared',
    async run(context) {
      const [a, b] = context.batches
      const hand = begin(context, 1)
      const token = await prepare(hand, 1, a)
      write(hand.writer, b)
      hand.writer.close()
      await drive(context.open().commit(token))
      await expectVisible(context, a)
    },
  },
  {
    name: 'rows whose epoch did not end are never seen',
    async run(context) {
      const [a, b] = context.batches
      const { writer } = begin(context, 1)
      write(writer, a)
      const work = writer.flush?.()
      if (work !== undefined) await drive(work)
      const next = begin(context, 2)
      await drive(next.sink.abortOrphans(2, none))
      const token = await prepare(next, 1, b)
      await drive(next.sink.commit(token))
      await expectVisible(context, b)
    },
  },
  {
    name: 'two subtasks have tokens of their own, and one is committed without the other',
    async run(context) {
      const [a, b] = context.batches
      const [one, two] = [begin(context, 1, 0), begin(context, 1, 1)]
      const tokens = [await prepare(one, 1, a), await prepare(two, 1, b)] as const
      assert.notEqual(tokens[0].id, tokens[1].id)
      await drive(one.sink.commit(tokens[1]))
      await expectVisible(context, b)
      await drive(one.sink.commit(tokens[0]))
      await expectVisible(context, a, b)
    },
  },
  {
    name: 'what older generations prepared and no manifest lists is dropped; what is listed stays',
    async run(context) {
      const [a, b] = context.batches
      const hand = begin(context, 1)
      const listed = await prepare(hand, 1, a)
      const unlisted = await prepare(hand, 2, b)
      const sink = context.open()
      await drive(sink.abortOrphans(2, new Set([listed.id])))
      await drive(sink.commit(listed))
      await expectCode('stream.transaction-lost', () => drive(sink.commit(unlisted)))
      await expectVisible(context, a)
    },
  },
  {
    name: 'what the own generation and newer ones prepared is left alone',
    async run(context) {
      const [a, b] = context.batches
      const tokens = [await prepare(begin(context, 2), 1, a), await prepare(begin(context, 11), 2, b)]
      const sink = context.open()
      await drive(sink.abortOrphans(2, none))
      for (const token of tokens) await drive(sink.commit(token))
      await expectVisible(context, a, b)
    },
  },
  {
    name: 'what is committed is dropped by nobody',
    async run(context) {
      const [a] = context.batches
      const hand = begin(context, 1)
      const token = await prepare(hand, 1, a)
      await drive(hand.sink.commit(token))
      await drive(context.open().abortOrphans(9, none))
      await expectVisible(context, a)
    },
  },
  {
    name: 'a token of rows that are neither prepared nor committed is stream.transaction-lost',
    async run(context) {
      const [a] = context.batches
      const token = await prepare(begin(context, 1), 1, a)
      const lost = { ...token, id: token.id.replace(/g1-s0-0-\d+$/, 'g1-s0-0-77') }
      assert.notEqual(lost.id, token.id, 'an id ends in g<generation>-s<stage>-<subtask>-<number>')
      await expectCode('stream.transaction-lost', () => drive(context.open().commit(lost)))
      await expectVisible(context)
    },
  },
  {
    name: 'the newest epoch with a visible row is told, also to another process; 0 where there is none',
    async run(context) {
      const [a, b] = context.batches
      const hand = begin(context, 1)
      assert.equal(await drive(hand.sink.committedEpoch()), 0)
      const tokens = [await prepare(hand, 5, a), await prepare(hand, 12, b)] as const
      assert.equal(await drive(hand.sink.committedEpoch()), 0)
      await drive(hand.sink.commit(tokens[1]))
      assert.equal(await drive(hand.sink.committedEpoch()), 12)
      await drive(hand.sink.commit(tokens[0]))
      assert.equal(await drive(context.open().committedEpoch()), 12)
    },
  },
  {
    name: 'forgetting a token leaves its rows, and what is known of its epoch',
    async run(context) {
      const [a, b] = context.batches
      const hand = begin(context, 1)
      const tokens = [await prepare(hand, 1, a), await prepare(hand, 2, b)]
      for (const token of tokens) await drive(hand.sink.commit(token))
      for (const token of tokens) await drive(hand.sink.forget(token))
      await drive(hand.sink.forget(tokens[0] as StreamToken))
      await expectVisible(context, a, b)
      assert.equal(await drive(context.open().committedEpoch()), 2)
    },
  },
  {
    name: 'two jobs at one place do not touch what is not theirs',
    async run(context) {
      const [a, b] = context.batches
      const mine = begin(context, 1)
      const theirs = begin(context, 1, 0, 'job-2')
      const tokens = [await prepare(mine, 1, a), await prepare(theirs, 7, b)] as const
      await drive(theirs.sink.abortOrphans(9, new Set([tokens[1].id])))
      await drive(theirs.sink.commit(tokens[1]))
      assert.equal(await drive(context.open().committedEpoch()), 0)
      await drive(mine.sink.commit(tokens[0]))
      assert.equal(await drive(context.open('job-2').committedEpoch()), 7)
      await expectVisible(context, a, b)
    },
  },
  {
    name: 'a full disk while rows are prepared is an error, and leaves whole what was there',
    async run(context) {
      const { full } = context
      if (full === undefined) return
      const [a, b] = context.batches
      const hand = begin(context, 1)
      const first = await prepare(hand, 1, a)
      await drive(hand.sink.commit(first))
      const second = await prepare(hand, 2, b)
      write(hand.writer, b)
      full(true)
      await assert.rejects(drive(hand.writer.cut(3)), tellsFullDisk)
      full(false)
      await expectVisible(context, a)
      const next = begin(context, 2)
      await drive(next.sink.commit(second))
      await drive(next.sink.abortOrphans(2, none))
      await expectVisible(context, a, b)
      assert.equal(await drive(next.sink.committedEpoch()), 2)
    },
  },
  {
    name: 'a receiver that refuses is stream.sink-unavailable, and takes the rest later, once',
    async run(context) {
      const { refuse } = context
      if (refuse === undefined) return
      const [a, b] = context.batches
      const hand = begin(context, 1)
      const token = await prepare(hand, 3, a, b)
      refuse(0)
      const error = await expectCode('stream.sink-unavailable', () => drive(hand.sink.commit(token)))
      assert.equal(error.retryable, true)
      await expectVisible(context)
      // Rows may be seen from here on, so the epoch counts from here on.
      refuse(1)
      const half = await drive(hand.sink.commit(token)).then(
        () => false,
        () => true,
      )
      if (half) assert.ok((await context.read()).length > 0)
      assert.equal(await drive(context.open().committedEpoch()), 3)
      refuse(Number.POSITIVE_INFINITY)
      await drive(hand.sink.commit(token))
      await expectVisible(context, a, b)
    },
  },
]

function emptied(batch: Batch | undefined): Batch {
  assert.ok(batch !== undefined)
  return { fields: batch.fields, rows: 0, columns: batch.columns.map(column => ({ ...column, length: 0 })) }
}

/** The error of the disk, or one that says which sink it was and has it as its cause. */
function tellsFullDisk(error: unknown): boolean {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } }
  return code === 'ENOSPC' || (code === 'stream.sink-unavailable' && cause?.code === 'ENOSPC')
}
