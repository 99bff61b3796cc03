import { expect, test } from 'vitest'
import { chance } from '../../../../../test/simulate/chance.ts'
import { type Event, randomConfig } from '../../../../../test/simulate/config.ts'
import { countFunction, jobGraph, makeCount, simulatedReader } from '../../../../../test/simulate/job-graph.ts'
import { SimulatedDisk } from '../../../../../test/simulate/simulated-disk.ts'
import type { Clock } from '../../../../time/index.ts'
import { decodeManifest } from '../files/index.ts'
import { fileSink } from '../sinks/index.ts'
import { type Attempt, type AttemptOptions, startAttempt } from './index.ts'

/** A disk, a clock that is moved, events that are there from a certain time on. */
interface Bench {
  readonly disk: SimulatedDisk
  readonly clock: Clock & { move(ms: number): void }
  readonly events: readonly Event[]
}
function bench(count = 40): Bench {
  let now = 0
  const clock = { now: () => now, monotonic: () => now, move: (ms: number) => void (now += ms) }
  const keys = ['ann', 'bob', 'cy', 'dee']
  const events = Array.from({ length: count }, (_, id) => ({ id, at: 3 * id, key: keys[id % 4] as string, ready: 10 * id }))
  return { disk: new SimulatedDisk(), clock, events }
}

const config = { ...randomConfig(1), late: 'none', allowed: 0, sinks: ['file'] } as const
type Options = Partial<AttemptOptions> & { readonly width?: number; readonly planHash?: string }

function begin({ disk, clock, events }: Bench, job: string, { width = 1, planHash = 'plan', ...more }: Options = {}): Attempt {
  const graph = { ...jobGraph(config, [1, width, width], '/out'), planHash }
  const sinks = graph.stages.flatMap(({ sinks: steps }) =>
    steps.map(step => [step.id, fileSink(step, { job, folder: `/${job}`, disk })] as const),
  )
  return startAttempt({
    graph,
    job,
    folder: `/${job}/checkpoints`,
    id: 'first',
    disk,
    clock,
    sinks: new Map(sinks),
    checkpointMs: 50,
    context: { clock, functions: new Map([[countFunction.hash, makeCount(true, { poison: false, timer: false })]]), modules: new Map() },
    openReader: (_, index, of) =>
      simulatedReader({ input: [events], now: () => clock.now(), holds: () => false, check: () => undefined }, index, of),
    ...more,
  })
}

/** Moves the clock until something is true or the attempt has ended. */
function runUntil({ clock }: Bench, attempt: Attempt, done: () => boolean = () => false): void {
  for (let i = 0; i < 5000 && attempt.outcome === 'running' && !done(); i++) {
    while (attempt.step());
    clock.move(1)
  }
}

/** Windows that one job has shown, as `key@start: ids`, sorted. */
function shown({ disk }: Bench, job: string): readonly string[] {
  return disk
    .names('/out')
    .filter(name => name.startsWith('part-') && name.includes(`-${job}-file-rows-`))
    .flatMap(name => new TextDecoder().decode(disk.peek(`/out/${name}`)).split('\n'))
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as { readonly key: string; readonly start: number; readonly ids: readonly number[] })
    .filter(({ key }) => key !== 'timer')
    .map(({ key, start, ids }) => `${key}@${start}: ${ids.join('+')}`)
    .sort()
}

function whole(): readonly string[] {
  const at = bench()
  const attempt = begin(at, 'whole')
  runUntil(at, attempt)
  expect(attempt.outcome).toBe('finished')
  return shown(at, 'whole')
}

test('a job that is stopped and started again at another width gives the rows of one that was not', () => {
  const at = bench()
  const first = begin(at, 'job')
  runUntil(at, first, () => at.clock.now() > 200)
  first.stop()
  runUntil(at, first)
  expect(first.outcome).toBe('stopped')
  const before = shown(at, 'job')
  expect(before.length).toBeGreaterThan(0)
  const second = begin(at, 'job', { width: 3 })
  runUntil(at, second)
  expect(second.outcome).toBe('finished')
  const all = shown(at, 'job')
  expect(all).toEqual(whole())
  expect(all.length).toBeGreaterThan(before.length)
  const again = begin(at, 'job')
  runUntil(at, again)
  expect(again.outcome).toBe('finished')
  expect(shown(at, 'job')).toEqual(all)
})

test('a job that is drained closes its windows and is finished', () => {
  const at = bench()
  const attempt = begin(at, 'job')
  runUntil(at, attempt, () => at.clock.now() > 100)
  attempt.stop({ drain: true })
  runUntil(at, attempt)
  expect(attempt.outcome).toBe('finished')
  const ids = shown(at, 'job').flatMap(text => (text.split(': ')[1] ?? '').split('+').map(Number))
  expect(new Set(ids).size).toBe(ids.length)
  // What was read until then is out, and nothing else; the function refuses some windows.
  expect(Math.max(...ids)).toBe(10)
})

test('another job goes on from a savepoint, which stays whole while its own job goes on', async () => {
  const at = bench()
  const first = begin(at, 'one')
  runUntil(at, first, () => at.clock.now() > 150)
  const asked = first.savepoint()
  const savepoints = (): readonly string[] =>
    at.disk.names('/one/checkpoints').filter(name => {
      return name.startsWith('manifest-') && decodeManifest(at.disk.peek(`/one/checkpoints/${name}`))?.kind === 'savepoint'
    })
  runUntil(at, first, () => savepoints().length > 0)
  const until = shown(at, 'one')
  runUntil(at, first)
  expect(first.outcome).toBe('finished')
  const path = await asked
  expect(savepoints()).toEqual([path.slice('/one/checkpoints/'.length)])
  const second = begin(at, 'two', { from: path, width: 2 })
  runUntil(at, second)
  expect(second.outcome).toBe('finished')
  const [one, two] = [shown(at, 'one'), shown(at, 'two')]
  expect(two.length).toBeGreaterThan(0)
  expect(two.length).toBeLessThan(one.length)
  // What was not shown when the savepoint was taken is given by both.
  expect([...new Set([...until, ...two])].sort()).toEqual(one)
})

test('a savepoint that was asked for of a job that ends is refused', async () => {
  const at = bench(0)
  const attempt = begin(at, 'job')
  const asked = attempt.savepoint()
  runUntil(at, attempt)
  expect(attempt.outcome).toBe('finished')
  await expect(asked).rejects.toMatchObject({ code: 'stream.closed', message: 'job job has ended' })
})

test('a changed plan is refused on old state', () => {
  const at = bench()
  const first = begin(at, 'job')
  runUntil(at, first, () => at.clock.now() > 200)
  first.close()
  const second = begin(at, 'job', { planHash: 'another' })
  expect(() => runUntil(at, second)).toThrow(/^job simulated has state of another plan/)
  expect(second.outcome).toBe('failed')
})

test('who was taken over is fenced at its next checkpoint, and what it had is shown by the other', () => {
  const at = bench()
  const old = begin(at, 'job')
  runUntil(at, old, () => at.clock.now() > 120)
  const newer = begin(at, 'job', { id: 'newer' })
  runUntil(at, newer, () => newer.figures().length > 0)
  expect(() => runUntil(at, old)).toThrow('another process took the job over')
  expect(old.outcome).toBe('failed')
  runUntil(at, newer)
  expect(newer.outcome).toBe('finished')
  expect(shown(at, 'job')).toEqual(whole())
})

/** A job that was killed when nothing, or something, of its newest epoch was shown; then its newest manifest is damaged. */
function damagedJob(isShown: boolean): Bench {
  const at = bench()
  let newest = 0
  const first = begin(at, 'job', { hear: { checkpoint: done => void (newest = done.epoch) } })
  const epochShown = (): boolean => at.disk.names('/out').some(name => name.startsWith(`part-e${newest}-`))
  // One step at a time: the rows of a checkpoint are shown soon after it.
  while (newest <= 2 || epochShown() !== isShown) if (!first.step()) at.clock.move(1)
  const manifest = at.disk.names('/job/checkpoints').findLast(name => name.startsWith('manifest-')) as string
  at.disk.rot(`/job/checkpoints/${manifest}`, chance(1))
  return at
}

test('a damaged newest manifest is passed over when no sink shows rows that are newer', () => {
  const at = damagedJob(false)
  const recovered: unknown[] = []
  const second = begin(at, 'job', { id: 'second', hear: { recovered: from => void recovered.push(from) } })
  runUntil(at, second)
  expect(second.outcome).toBe('finished')
  expect(recovered).toMatchObject([{ damaged: [expect.any(Number)] }])
  expect(shown(at, 'job')).toEqual(whole())
})

test('a damaged newest manifest stops the job when its rows are out', () => {
  const at = damagedJob(true)
  const second = begin(at, 'job', { id: 'second' })
  expect(() => runUntil(at, second)).toThrow(
    /^checkpoints in \/job\/checkpoints cannot be used without loss or repetition: file-rows shows epoch \d+, the newest whole manifest \d+ ends with epoch \d+ \(damaged: manifest-\d+\)$/,
  )
})

test('a folder without manifests is not a new job when a sink has rows of it', () => {
  const at = bench()
  const first = begin(at, 'job')
  runUntil(at, first)
  for (const name of at.disk.names('/job/checkpoints'))
    for (const removing = at.disk.remove(`/job/checkpoints/${name}`); removing.next().done !== true; );
  const second = begin(at, 'job')
  expect(() => runUntil(at, second)).toThrow('no manifest is there, but file-rows shows epoch')
})

test('a full disk costs checkpoints, not rows, and the job goes on when there is room again', () => {
  const at = bench()
  const failed: string[] = []
  const attempt = begin(at, 'job', { hear: { failed: (_, why) => void failed.push(why) } })
  runUntil(at, attempt, () => at.clock.now() > 20)
  // Nothing is ready for a sink yet: only state is written.
  at.disk.full = true
  runUntil(at, attempt, () => failed.length > 0)
  at.disk.full = false
  expect(failed[0]).toContain('ENOSPC')
  runUntil(at, attempt)
  expect(attempt.outcome).toBe('finished')
  expect(shown(at, 'job')).toEqual(whole())
})
