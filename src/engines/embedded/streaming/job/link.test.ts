import { MessageChannel } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { batchFromRows, rowsOf, sliceRows } from '../../../../batch/index.ts'
import { schemaOf } from '../../../../schema/index.ts'
import type { Message } from '../seams.ts'
import { Link } from './link.ts'

const links: Link[] = []
afterEach(() => {
  for (const link of links.splice(0)) link.close()
})

const schema = schemaOf({ name: 'string', n: 'int64' })
const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `row ${n}`, n }))

function pair() {
  const { port1, port2 } = new MessageChannel()
  const heard: [number, Message | number][] = []
  const make = (port: typeof port1): Link => {
    const link = new Link(port, {
      message: (channel, message) => heard.push([channel, message]),
      credits: (channel, n) => heard.push([channel, n]),
    })
    links.push(link)
    return link
  }
  return { here: make(port1), there: make(port2), heard }
}

test('rows, watermarks and barriers of many channels arrive in order, with one message a flush', () => {
  const { here, there, heard } = pair()
  here.send(3, { kind: 'rows', batch: batchFromRows(schema, rows(2)), born: 5 })
  here.send(4, { kind: 'watermark', at: 'idle', born: 5 })
  here.send(3, { kind: 'barrier', epoch: 7, stop: false })
  expect(there.drain()).toBe(false)
  here.flush()
  expect(there.drain()).toBe(true)
  expect(heard.map(([channel, message]) => [channel, (message as Message).kind])).toEqual([
    [3, 'rows'],
    [4, 'watermark'],
    [3, 'barrier'],
  ])
})

test('the columns of a part of a batch travel without the rest, and their names only once', () => {
  const { here, there, heard } = pair()
  const whole = batchFromRows(schema, rows(10_000))
  const hashes = Int32Array.of(1, -2)
  here.send(1, { kind: 'rows', batch: sliceRows(whole, 5, 7), hashes, born: 1 })
  here.send(1, { kind: 'rows', batch: sliceRows(whole, 7, 8), born: 2 })
  here.flush()
  there.drain()
  const [first, second] = heard.map(([, message]) => message as Extract<Message, { kind: 'rows' }>)
  expect(rowsOf(first!.batch)).toEqual([
    { name: 'row 5', n: 5 },
    { name: 'row 6', n: 6 },
  ])
  expect(first).toMatchObject({ hashes, born: 1 })
  expect(rowsOf(second!.batch)).toEqual([{ name: 'row 7', n: 7 }])
  expect(second!.batch.columns[1]?.data.buffer.byteLength).toBeLessThan(100)
  // What is here can be used on.
  expect(rowsOf(whole)).toHaveLength(10_000)
})

test('credits that are given back in a row are one', () => {
  const { here, there, heard } = pair()
  for (let i = 0; i < 3; i++) here.giveBack(2, 1)
  here.giveBack(5, 1)
  here.flush()
  there.drain()
  expect(heard).toEqual([
    [2, 3],
    [5, 1],
  ])
})
