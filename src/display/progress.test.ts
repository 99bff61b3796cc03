import { expect, test } from 'vitest'
import { channels } from '../channels/index.ts'
import { progressReporter } from './index.ts'

/** A clock that is moved by hand. */
function handClock(): { now(): number; monotonic(): number; at: number } {
  return {
    at: 0,
    now() {
      return this.at
    },
    monotonic() {
      return this.at
    },
  }
}

test('a terminal gets one line that changes and is cleared at the end', () => {
  const written: string[] = []
  const clock = handClock()
  const stop = progressReporter({ stream: { write: text => written.push(text), isTTY: true, columns: 60 }, clock })
  channels.progress.publish({ run: 'r1', label: 'reading a.csv', rows: 0, fraction: 0 })
  clock.at = 50
  channels.progress.publish({ run: 'r1', label: 'reading a.csv', rows: 10, fraction: 0.1 })
  clock.at = 1000
  channels.progress.publish({ run: 'r1', label: 'reading a.csv', rows: 50_000, fraction: 0.5 })
  channels.progress.publish({ run: 'r1', label: 'reading a.csv', rows: 100_000, fraction: 1, done: true })
  stop()
  channels.progress.publish({ run: 'r1', label: 'after', rows: 1 })
  expect(written).toEqual([
    '\rreading a.csv ░░░░░░░░░░░░░░░░ 0% · 0 rows\u001b[K',
    '\rreading a.csv ████████░░░░░░░░ 50% · 50.0k rows · 50.0k ro…\u001b[K',
    '\r\u001b[K',
  ])
})

test('a terminal that does not know its size is taken for one of 80 columns', () => {
  const written: string[] = []
  const stop = progressReporter({ stream: { write: text => written.push(text), isTTY: true, columns: 0 }, clock: handClock() })
  channels.progress.publish({ run: 'r1', label: 'reading a.csv', rows: 0, fraction: 0 })
  stop()
  expect(written[0]).toBe('\rreading a.csv ░░░░░░░░░░░░░░░░ 0% · 0 rows\u001b[K')
})

test('piped output gets a plain line every five seconds, and nothing for short work', () => {
  const written: string[] = []
  const clock = handClock()
  const stop = progressReporter({ stream: { write: text => written.push(text) }, clock })
  channels.progress.publish({ run: 'short', label: 'short', rows: 1 })
  channels.progress.publish({ run: 'short', label: 'short', rows: 2, done: true })
  for (clock.at = 0; clock.at <= 12_000; clock.at += 1000) channels.progress.publish({ run: 'long', label: 'sorting', rows: clock.at * 10 })
  channels.progress.publish({ run: 'long', label: 'sorting', rows: 130_000, done: true })
  stop()
  expect(written).toEqual([
    'sorting 50.0k rows · 10.0k rows/s\n',
    'sorting 100k rows · 10.0k rows/s\n',
    'sorting 130k rows · 10.0k rows/s · done\n',
  ])
})

test('quiet prints nothing', () => {
  const written: string[] = []
  const stop = progressReporter({ stream: { write: text => written.push(text), isTTY: true }, clock: handClock(), quiet: true })
  channels.progress.publish({ run: 'r', label: 'x', rows: 1 })
  stop()
  expect(written).toEqual([])
})
