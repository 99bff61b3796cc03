import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { calendarDate, decimal, timestampOf } from '../schema/index.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { compareKeys, type Key } from './keys.ts'
import { MergedRuns, narrowed } from './merge.ts'
import { type FileRange, blocksOf, linesOf } from './read-range.ts'
import { alone, type Run, RunWriter } from './run-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidemill-runs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function back(value: unknown): unknown {
  const writer = new ByteWriter(1)
  writer.value(value)
  return new ByteReader(writer.bytes.subarray(0, writer.length)).value()
}

test('any value of a pair comes back from its bytes as it was', () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withMap: true, withSet: true, withTypedArray: true, withBigInt: true }), value => {
      expect(back(value)).toEqual(structuredClone(value))
    }),
    { seed: 42, numRuns: 500 },
  )
  for (const value of [-0, Number.NaN, 2 ** 53, -1, 1e300, '\ud800', '😀'.repeat(40), JSON.parse('{"__proto__":{"a":1}}')])
    expect(back(value)).toStrictEqual(value)
  const moments = { at: timestampOf(123n), day: calendarDate(2026, 2, 3), price: decimal(12345n, 2) }
  const again = back(moments) as typeof moments
  expect([again.at.epochMicros, String(again.day), String(again.price)]).toEqual([123n, '2026-02-03', '123.45'])
})

function runOf(pairs: readonly (readonly [Key, readonly unknown[]])[], name: string, inMemory: number): Run {
  const writer = new RunWriter(join(folder, name), inMemory)
  writer.begin(0)
  for (const [key, values] of pairs.toSorted(([a], [b]) => compareKeys(a, b))) writer.add(key, values)
  return writer.finish()
}

const keys = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, '\u{1F600}', '\uffff'),
)

test('merged runs give every key once, in order, with its values in the order of the runs', () => {
  const many = fc.array(
    fc.uniqueArray(fc.tuple(keys, fc.array(fc.nat(), { minLength: 1, maxLength: 4 })), {
      selector: ([key]) => key,
      comparator: 'SameValueZero',
    }),
    {
      maxLength: 200,
    },
  )
  fc.assert(
    fc.property(many, fc.boolean(), (lists, onDisk) => {
      const wanted = new Map<Key, unknown[]>()
      for (const list of lists) for (const [key, values] of list) wanted.set(key, [...(wanted.get(key) ?? []), ...values])
      const inputs = lists
        .map((list, index) => runOf(list, `merge-${index}.run`, onDisk ? 0 : 1e6))
        .flatMap(run => run.segments.map(segment => alone(run, segment)))
      const merged = new MergedRuns(
        narrowed(inputs, compareKeys, number => join(folder, `narrow-${number}.run`)),
        compareKeys,
      )
      const got: [Key, unknown[]][] = []
      for (let key = merged.next(); key !== undefined; key = merged.next()) got.push([key, [...merged.values()]])
      merged.close()
      expect(got).toEqual([...wanted].sort(([a], [b]) => compareKeys(a, b)))
    }),
    { seed: 7, numRuns: 60 },
  )
})

test('values that nobody reads are passed over, and one key may have more values than a block', () => {
  const hot = Array.from({ length: 200_000 }, (_, i) => i)
  const runs = [
    runOf(
      [
        ['a', hot],
        ['b', [1]],
      ],
      'hot-1.run',
      0,
    ),
    runOf(
      [
        ['a', hot],
        ['c', [2]],
      ],
      'hot-2.run',
      0,
    ),
  ]
  expect(runs[0]?.file).toBeDefined()
  const merged = new MergedRuns(
    runs.flatMap(run => run.segments.map(segment => alone(run, segment))),
    compareKeys,
  )
  expect(merged.next()).toBe('a')
  const values = merged.values()
  expect([values.next().value, values.next().value]).toEqual([0, 1])
  expect(merged.next()).toBe('b')
  // What was kept of another key gives nothing any more.
  expect([...values]).toEqual([])
  expect([...merged.values()]).toEqual([1])
  expect(merged.next()).toBe('c')
  merged.close()
})

test('a run file with any byte changed, or cut, is an error and not another answer', () => {
  const run = runOf(
    Array.from({ length: 300 }, (_, i) => [`key ${i}`, [i, `value ${i}`]] as const),
    'damage.run',
    0,
  )
  const path = run.file as string
  const whole = readFileSync(path)
  const read = (): unknown[] => {
    const merged = new MergedRuns(
      run.segments.map(segment => alone(run, segment)),
      compareKeys,
    )
    try {
      const got: unknown[] = []
      for (let key = merged.next(); key !== undefined; key = merged.next()) got.push(key, ...merged.values())
      return got
    } finally {
      merged.close()
    }
  }
  expect(read()).toHaveLength(900)
  for (let at = 0; at < whole.length; at += 37) {
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] as number) ^ 0x10
    writeFileSync(path, bytes)
    expect(read, `byte ${at}`).toThrow(/run is damaged/)
  }
  writeFileSync(path, whole.subarray(0, whole.length - 5))
  expect(read).toThrow(/run is damaged/)
  rmSync(path)
  expect(read).toThrow(/run is damaged.*not there/)
})

test('ranges of a file give every line once, wherever they are cut', () => {
  const line = fc.array(fc.constantFrom('a', 'é', '水', '\r', ' ', 'xyz', '\u{1F600}'), { maxLength: 6 }).map(parts => parts.join(''))
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 30 }),
      (lines, ended, mark, step) => {
        const path = join(folder, 'ranges.txt')
        const text = lines.join('\n') + (ended ? '\n' : '')
        const bytes = Buffer.from((mark ? '\ufeff' : '') + text)
        writeFileSync(path, bytes)
        const got: string[] = []
        for (let from = 0; from < bytes.length; from += step) {
          const range: FileRange = { file: path, from, to: Math.min(bytes.length, from + step) }
          for (const block of blocksOf(range)) got.push(...linesOf(block))
        }
        const wanted = text.split('\n')
        const last = wanted.pop() as string
        expect(got).toEqual([...wanted.map(one => (one.endsWith('\r') ? one.slice(0, -1) : one)), ...(last === '' ? [] : [last])])
      },
    ),
    { seed: 3, numRuns: 400 },
  )
})

test('lines longer than a block are whole, and what is no UTF-8 is told', () => {
  const path = join(folder, 'long.txt')
  const long = 'x'.repeat(3_500_000)
  writeFileSync(path, `short\n${long}\nend`)
  const all = (range: FileRange): string[] => {
    const got: string[] = []
    for (const block of blocksOf(range)) got.push(...linesOf(block))
    return got
  }
  expect(all({ file: path, from: 0, to: 1_000_000 }).map(line => line.length)).toEqual([5, 3_500_000])
  expect(all({ file: path, from: 1_000_000, to: 3_500_010 }).map(line => line.length)).toEqual([3])
  writeFileSync(path, Buffer.from([0x61, 0x0a, 0xe9, 0x0a]))
  expect(() => all({ file: path, from: 0, to: 4 })).toThrow(/not UTF-8/)
})
