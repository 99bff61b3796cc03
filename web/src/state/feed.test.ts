import { expect, test } from 'vitest'
import type { JobChange, JobDetail, JobItem, Overview } from '../api/answers.ts'
import { contactWord, type Feed, type FeedEvent, isSilent, next, noFeed, stalledSince } from './feed.ts'

const running = { state: 'running', updatedAt: 5 } as JobDetail
const overviewOf = (...states: JobItem['state'][]): Overview => ({ jobs: states.map(state => ({ state })) }) as unknown as Overview
const after = (...events: FeedEvent[]): Feed => events.reduce(next, noFeed)

test('the word on top tells whether figures move', () => {
  expect(contactWord(noFeed)).toBe('connecting')
  expect(contactWord(after({ kind: 'open', at: 1 }))).toBe('idle')
  expect(contactWord(after({ kind: 'overview', value: overviewOf('finished', 'failed'), at: 1 }))).toBe('idle')
  expect(contactWord(after({ kind: 'overview', value: overviewOf('finished', 'restarting'), at: 1 }))).toBe('live')
  expect(contactWord(after({ kind: 'job', value: running, at: 1 }))).toBe('live')
  expect(contactWord(after({ kind: 'job', value: { ...running, state: 'stopped' }, at: 1 }))).toBe('done')
  expect(contactWord(after({ kind: 'job', value: running, at: 1 }, { kind: 'lost', at: 2 }))).toBe('lost contact')
})

test('figures stay when contact is lost, with the time they are of', () => {
  const lost = after({ kind: 'job', value: running, at: 100 }, { kind: 'lost', at: 200 })
  expect(lost).toMatchObject({ contact: 'lost', job: running, heardAt: 100, lostAt: 200, retryAt: 1200 })
})

test('tries get rarer, up to one in ten seconds, and begin anew once there is contact', () => {
  let feed = noFeed
  const waits: number[] = []
  for (let at = 0; at < 6; at++) {
    feed = next(feed, { kind: 'lost', at })
    waits.push((feed.retryAt ?? 0) - at)
  }
  expect(waits).toEqual([1000, 2000, 5000, 10_000, 10_000, 10_000])
  expect(feed.lostAt).toBe(0)
  expect(next(feed, { kind: 'open', at: 9 })).toMatchObject({ contact: 'live', tries: 0, lostAt: undefined, retryAt: undefined })
})

test('a server that should have told something is asked; one with nothing to tell is not', () => {
  const live = after({ kind: 'job', value: running, at: 1000 })
  expect([isSilent(live, 11_000), isSilent(live, 11_001)]).toEqual([false, true])
  expect(isSilent(after({ kind: 'overview', value: overviewOf('finished'), at: 1000 }), 99_000)).toBe(false)
  expect(isSilent(next(live, { kind: 'lost', at: 2000 }), 99_000)).toBe(false)
})

test('a job whose own figures stand still is said to hang, though the server answers', () => {
  const still = after({ kind: 'job', value: running, at: 1000 }, { kind: 'job', value: { ...running }, at: 7000 })
  expect(stalledSince(still, 7000)).toBe(1000)
  expect(stalledSince(next(still, { kind: 'job', value: { ...running, updatedAt: 6 }, at: 7500 }), 8000)).toBeUndefined()
  expect(stalledSince(next(still, { kind: 'job', value: { ...running, state: 'stopped' }, at: 7500 }), 99_000)).toBeUndefined()
  expect(stalledSince(next(still, { kind: 'lost', at: 7500 }), 99_000)).toBeUndefined()
})

test('trouble of the server is told until there are figures again', () => {
  const trouble = after({ kind: 'job', value: running, at: 1 }, { kind: 'trouble', value: { error: 'cannot read' }, at: 2 })
  expect(trouble).toMatchObject({ job: running, trouble: { error: 'cannot read' } })
  expect(next(trouble, { kind: 'job', value: running, at: 3 }).trouble).toBeUndefined()
})

test('the history grows by what a change brings, to 600 points, and nothing comes twice', () => {
  const points = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ at: from + i })) as unknown as JobDetail['history']
  const change = (updatedAt: number, from: number, to: number) =>
    ({ kind: 'change', value: { state: 'running', updatedAt, points: points(from, to) } as unknown as JobChange, at: updatedAt }) as const
  const begun = after({ kind: 'job', value: { ...running, updatedAt: 599, history: points(0, 600) }, at: 1 })
  const later = next(next(begun, change(600, 600, 602)), change(601, 601, 603))
  expect(later.job?.history.map(point => point.at)).toEqual(points(3, 603).map(point => point.at))
  expect(later.job?.updatedAt).toBe(601)
  expect(later.movedAt).toBe(601)
  // Of before what a plain answer has told.
  expect(next(later, change(600, 602, 604)).job).toEqual(later.job)
  expect(next(noFeed, change(1, 0, 1)).job).toBeUndefined()
})
