import { expect, test } from 'vitest'
import { batchFromRows } from '../../../../batch/index.ts'
import { schemaOf } from '../../../../schema/index.ts'
import type { Message } from '../seams.ts'
import { localChannel, type Receiver } from './index.ts'

const schema = schemaOf({ n: 'int32' })
const rows = (n: number): Message => ({ kind: 'rows', batch: batchFromRows(schema, [{ n }]), born: 0 })
const watermark = (at: number | 'idle'): Message => ({ kind: 'watermark', at, born: 0 })
const barrier: Message = { kind: 'barrier', epoch: 1, stop: false }

/** Everything that can be taken, as words. */
function drain(receiver: Receiver): readonly string[] {
  const words: string[] = []
  for (let message = receiver.take(); message !== undefined; message = receiver.take()) words.push(wordOf(message))
  return words
}
function wordOf(message: Message): string {
  if (message.kind === 'rows') return `rows ${message.batch.columns[0]?.data[0]}`
  return message.kind === 'watermark' ? `watermark ${message.at}` : message.kind
}

test('a channel passes on as many batches as it has credits, and the rest when some were taken', () => {
  const { sender, receiver } = localChannel(2)
  for (const n of [1, 2, 3, 4]) sender.send(rows(n))
  expect(receiver.waiting).toBe(2)
  expect(sender.parked).toBe(true)
  expect(wordOf(receiver.take() as Message)).toBe('rows 1')
  expect(receiver.waiting).toBe(2)
  expect(drain(receiver)).toEqual(['rows 2', 'rows 3', 'rows 4'])
  expect(sender.parked).toBe(false)
})

test('barriers, watermarks and ends need no credit, but nothing overtakes rows', () => {
  const { sender, receiver } = localChannel(1)
  for (const message of [watermark(1), rows(1), barrier, rows(2), watermark(2), { kind: 'end' } as const]) sender.send(message)
  expect(receiver.waiting).toBe(3)
  expect(sender.parked).toBe(true)
  expect(drain(receiver)).toEqual(['watermark 1', 'rows 1', 'barrier', 'rows 2', 'watermark 2', 'end'])
})

test('a watermark that waits is replaced by a later one, never by idle', () => {
  const { sender, receiver } = localChannel(1)
  for (const message of [rows(1), rows(2), watermark(1), watermark(2), watermark('idle'), watermark('idle'), watermark(3)])
    sender.send(message)
  expect(drain(receiver)).toEqual(['rows 1', 'rows 2', 'watermark 2', 'watermark idle', 'watermark 3'])
})

test('a batch that waits behind a full channel does not use the credits of another', () => {
  const [full, free] = [localChannel(1), localChannel(1)]
  full.sender.send(rows(1))
  full.sender.send(rows(2))
  free.sender.send(rows(3))
  expect(full.sender.parked).toBe(true)
  expect(free.sender.parked).toBe(false)
})
