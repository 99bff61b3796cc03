import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Column, rawAt } from '../../batch/index.ts'
import { type Schema, schemaOf } from '../../schema/index.ts'
import { type NdjsonDecoder, ndjsonDecoder, plainNdjsonDecoder } from './decoder.ts'
import { type FastLines, fastLines } from './fast-lines.ts'
import { Shape } from './shape.ts'
import { Target } from './target.ts'

const seed = 20261121

/** What takes lines, with the keys of the first line known already. */
function taker(
  schema: Schema,
  first: readonly (readonly [key: string, value: string])[],
): FastLines & { readonly targets: readonly Target[] } {
  const targets = schema.map(field => new Target(field))
  const shape = new Shape()
  let node = shape.first
  for (const [i, [key]] of first.entries()) {
    const glue = Buffer.from(`${i === 0 ? '{' : ','}${JSON.stringify(key)}:${' '.repeat(16)}`)
    const view = new DataView(glue.buffer, glue.byteOffset, glue.length)
    const target = targets.find(one => one.field.name === key)
    node = shape.learn(node, glue, view, 0, glue.length - 16, key, target)
  }
  const fast = fastLines(targets, shape)
  if (fast === undefined) throw new Error('these columns are not taken')
  return Object.assign(fast, { targets })
}

function lineOf(values: readonly (readonly [key: string, value: string])[]): string {
  return `{${values.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}\n`
}

function take(
  fast: FastLines & { readonly targets: readonly Target[] },
  text: string,
  most = 10_000,
): { readonly rows: unknown[][]; readonly next: number } {
  const bytes = Buffer.from(text)
  for (const target of fast.targets) target.begin(most)
  fast.begin()
  let rows = 0
  let next = 0
  while (next < bytes.length && rows < most) {
    const some = fast.run(bytes, next, bytes.length, rows, most - rows)
    rows += some
    next = fast.next
    if (fast.stopped) break
  }
  const columns = fast.targets.map(target => target.finish(rows))
  return { rows: Array.from({ length: rows }, (_, row) => columns.map(column => rawAt(column, row))), next }
}

const wide = schemaOf({
  i: 'int32?',
  n: 'int64?',
  x: 'float64?',
  b: 'boolean?',
  s: 'string?',
  t: 'timestamp?',
  d: 'datetime?',
  y: 'date?',
})
const usual = [
  ['i', '-12'],
  ['n', '123456789012'],
  ['more', '"a \\" b é \\u00e9 \\ud83d\\ude00"'],
  ['x', '130255.11'],
  ['b', 'true'],
  ['other', '[1,{"a":[null,true,false,-1.5e+3,"}"]},[]]'],
  ['s', '"grüße, \\n \\ud83d\\ude00"'],
  ['a key of more than sixteen bytes', '0.5'],
  ['t', '"2026-11-21T10:11:12.345Z"'],
  ['d', '"2026-11-21 10:11:12"'],
  ['y', '"2024-02-29"'],
] as const

/** The usual line with another value, or without one. */
function withValue(key: string, value: string | undefined): string {
  return lineOf(usual.flatMap(one => (one[0] !== key ? [one] : value === undefined ? [] : [[key, value] as const])))
}

describe('lines like those before are taken by WebAssembly', () => {
  const row = [
    -12,
    123_456_789_012n,
    130_255.11,
    true,
    'grüße, \n 😀',
    BigInt(Date.UTC(2026, 10, 21, 10, 11, 12, 345)) * 1000n,
    BigInt(Date.UTC(2026, 10, 21, 10, 11, 12)) * 1000n,
    Date.UTC(2024, 1, 29) / 86_400_000,
  ]

  test('all kinds of columns, and values that nobody asked for', () => {
    const text = lineOf(usual).repeat(5000)
    expect(take(taker(wide, usual), text)).toEqual({ rows: Array.from({ length: 5000 }, () => row), next: Buffer.byteLength(text) })
  })

  const taken: readonly (readonly [key: string, value: string, index: number, raw: number | bigint | boolean | string | null])[] = [
    ['i', '2147483647', 0, 2_147_483_647],
    ['i', '"-7"', 0, -7],
    ['n', '-999999999999999', 1, -999_999_999_999_999n],
    ['n', 'null', 1, null],
    ['x', '-0', 2, 0],
    ['x', '-0.0', 2, -0],
    ['x', '7', 2, 7],
    ['x', '1.5e-7', 2, 1.5e-7],
    ['x', '0.1234567890123456', 2, 0.1234567890123456],
    ['x', '142857142.85714287', 2, 142_857_142.857_142_87],
    ['x', '"12.25"', 2, 12.25],
    ['b', 'false', 3, false],
    ['s', '""', 4, ''],
    [
      's',
      '"a text of more than sixteen bytes, of more than thirty-two too"',
      4,
      'a text of more than sixteen bytes, of more than thirty-two too',
    ],
    ['s', 'null', 4, null],
    ['t', '"1969-12-31T23:59:59.999999999Z"', 5, -1n],
    ['t', '"2026-11-21 10:11:12+02:00"', 5, BigInt(Date.UTC(2026, 10, 21, 8, 11, 12)) * 1000n],
    ['y', '"9999-12-31"', 7, Date.UTC(9999, 11, 31) / 86_400_000],
  ]
  test.each(taken)('%s: %s', (key, value, index, raw) => {
    const { rows } = take(taker(wide, usual), `${withValue(key, value)}${lineOf(usual)}`)
    expect(rows).toHaveLength(2)
    expect(rows[0]).toEqual(row.map((one, i) => (i === index ? raw : one)))
    expect(rows[1]).toEqual(row)
  })

  test('a line that ends earlier, where a key begins after it, and blanks before the end', () => {
    const { rows } = take(taker(wide, usual), `${lineOf(usual.slice(0, 4))}${lineOf(usual).replace('}\n', ' } \r\n')}`)
    expect(rows).toEqual([[-12, 123_456_789_012n, 130_255.11, null, null, null, null, null], row])
  })
})

describe('it stops before any other line', () => {
  test.each([
    ['another order', lineOf([...usual].reverse())],
    ['a missing key in the middle', withValue('x', undefined)],
    ['a blank more', lineOf(usual).replace(':', ': ')],
    ['an integer beyond 32 bits', withValue('i', '2147483648')],
    ['an integer of 16 digits', withValue('n', '1234567890123456')],
    ['a fraction for an integer', withValue('n', '1.0')],
    ['a needless zero', withValue('n', '01')],
    ['a needless zero of a fraction', withValue('x', '01.5')],
    ['a point without digits', withValue('x', '1.')],
    ['an exponent without digits', withValue('x', '1e')],
    ['a great exponent', withValue('x', '1e300')],
    ['a text for a number', withValue('x', '"many"')],
    ['a number for a text', withValue('s', '7')],
    ['half a pair', withValue('s', '"\\ud83d"')],
    ['an escape that is none', withValue('more', '"\\x"')],
    ['a control character', withValue('s', '"a\tb"')],
    ['a control character where nobody asked', withValue('more', '"a\tb"')],
    ['an hour too many', withValue('t', '"2026-11-21T24:00:00.000Z"')],
    ['hours that are none', withValue('t', '"2026-11-21T3:000:00.000Z"')],
    ['a minute too many', withValue('t', '"2026-11-21T10:60:00.000Z"')],
    ['a time long ago', withValue('t', '"0001-01-01T00:00:00Z"')],
    ['a day that is none', withValue('y', '"2023-02-29"')],
    ['a thirty-first', withValue('y', '"2023-04-31"')],
    ['zeros for a day', withValue('t', '\0\0\0\0\0\0\0\0\0\0\0T10:00:00.000Z"')],
    ['a zone where none may be', withValue('d', '"2026-11-21T10:00:00Z"')],
    ['a list with a comma too many', withValue('other', '[1,]')],
    ['no end', lineOf(usual).replace('}\n', '\n')],
    ['more behind the end', lineOf(usual).replace('}\n', '}}\n')],
    ['nothing', '{}\n'],
    ['a blank line', '\n'],
  ])('%s', (_, odd) => {
    const good = lineOf(usual)
    const fast = taker(wide, usual)
    const { rows, next } = take(fast, `${good}${odd}${good}`)
    expect([rows.length, next, fast.stopped]).toEqual([1, Buffer.byteLength(good), true])
  })

  test('a column of another type keeps all lines from it', () => {
    expect(fastLines([new Target({ name: 'd', type: { decimal: [9, 2] }, nullable: true })], new Shape())).toBeUndefined()
  })
})

/** Everything that a decoder makes of the bytes, to the bit. */
function all(decoder: NdjsonDecoder, bytes: Uint8Array, most: number): unknown {
  const parts: unknown[] = []
  for (let from = 0; ; ) {
    const { batch, next, broken } = decoder.decode(bytes, from, bytes.length, most)
    if (next === from) return parts
    from = next
    parts.push({ next, broken, rows: batch.rows, columns: batch.columns.map(column => bits(column, batch.rows)) })
  }
}

function bits({ data, offsets, validity }: Column, rows: number): unknown {
  const used = data as Float64Array
  const length = offsets === undefined ? rows : (offsets[rows] as number)
  const valid = Array.from({ length: rows }, (_, row) => validity === undefined || ((validity[row >> 3] as number) >> (row & 7)) % 2 === 1)
  return [Buffer.from(used.slice(0, length).buffer).toString('hex'), offsets?.slice(0, rows + 1), valid]
}

/** Lines mostly of two kinds, with a value or a byte here and there that is another. */
const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  i: fc.integer().map(String),
  n: fc.oneof(fc.integer().map(String), fc.maxSafeInteger().map(String)),
  x: fc.oneof(
    fc.tuple(fc.integer(), fc.nat(99)).map(([a, b]) => `${a}.${b}`),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => JSON.stringify(value)),
    fc.tuple(fc.integer(), fc.nat(1e9), fc.integer({ min: -30, max: 30 })).map(([a, b, e]) => `${a}.${b}e${e}`),
    fc.double({ min: 1e-6, max: 1e15, noNaN: true }).map(String),
  ),
  b: fc.constantFrom('true', 'false'),
  s: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }).map(text => JSON.stringify(text)),
    fc.string({ maxLength: 40 }).map(text => JSON.stringify(text)),
    fc.constantFrom('"\\u00e9\\uD83D\\uDE00\\/"', '"\\u0000"', '"\\ud83d\\u0041"'),
  ),
  t: fc
    .tuple(
      fc.date({ min: new Date('0001-01-01'), max: new Date('9999-01-01'), noInvalidDate: true }),
      fc.constantFrom('', '.5', '.123', '.123457', '.1234567891'),
      fc.constantFrom('', 'Z', 'z', '+02:00', '-0930', '+05'),
      fc.constantFrom('T', ' ', 't'),
    )
    .map(
      ([date, fraction, zone, between]) =>
        `"${date.toISOString().slice(0, 10)}${between}${date.toISOString().slice(11, 19)}${fraction}${zone}"`,
    ),
  d: fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map(date => `"${date.toISOString().slice(0, 19)}"`),
  y: fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-01-01'), noInvalidDate: true })
    .map(date => `"${date.toISOString().slice(0, 10)}"`),
  more: fc.jsonValue({ maxDepth: 3 }).map(value => JSON.stringify(value)),
}
const keys = Object.keys(values)
const odd = fc.oneof(
  fc.constantFrom('null', '1', '""', '-', '01', '1.', '"2026-02-30"', '[', '9999999999999999999'),
  ...Object.values(values),
)
const object = fc.record({
  kind: fc.constantFrom(keys, keys, keys, [...keys].reverse(), keys.slice(0, 5)),
  values: fc.record(values),
  other: fc.option(fc.record({ key: fc.constantFrom(...keys), value: odd }), { freq: 3, nil: undefined }),
  flip: fc.option(fc.tuple(fc.nat(), fc.nat(255)), { freq: 12, nil: undefined }),
})

test('with WebAssembly and without it, bytes become the same columns, bit for bit', () => {
  const schema = schemaOf({
    i: 'int32?',
    n: 'int64?',
    x: 'float64?',
    b: 'boolean?',
    s: 'string?',
    t: 'timestamp',
    d: 'datetime?',
    y: 'date?',
  })
  const columns = schema.map(field => ({ key: field.name, field }))
  fc.assert(
    fc.property(fc.array(object, { minLength: 4, maxLength: 40 }), fc.integer({ min: 1, max: 40 }), (objects, most) => {
      const lines = objects.map(({ kind, values, other, flip }) => {
        const line = Buffer.from(lineOf(kind.map(key => [key, other?.key === key ? other.value : (values[key] as string)])))
        if (flip !== undefined) line[flip[0] % (line.length - 1)] = flip[1]
        return line
      })
      const bytes = Buffer.concat(lines)
      expect(all(ndjsonDecoder(columns), bytes, most)).toEqual(all(plainNdjsonDecoder(columns), bytes, most))
    }),
    { seed, numRuns: 1500 },
  )
})

test('more lines and longer ones than it holds at once, two decoders in turn', () => {
  const schemas = [schemaOf({ n: 'int64', s: 'string' }), schemaOf({ s: 'string?', x: 'float64', n: 'int32?' })]
  const text = (i: number): string => 'é'.repeat(i % 997 === 5 ? 40_000 : i % 50)
  const bytes = Buffer.from(Array.from({ length: 9000 }, (_, i) => `{"n":${i},"s":"${text(i)}","x":${i / 8}}\n`).join(''))
  const columns = schemas.map(schema => schema.map(field => ({ key: field.name, field })))
  const fast = columns.map(ndjsonDecoder)
  const plain = columns.map(plainNdjsonDecoder)
  for (let from = [0, 0]; from[0] !== bytes.length || from[1] !== bytes.length; ) {
    from = from.map((at, i) => {
      const [ours, theirs] = [fast[i], plain[i]].map(decoder => (decoder as NdjsonDecoder).decode(bytes, at, bytes.length, 4096))
      expect(ours?.batch.columns.map(column => bits(column, ours.batch.rows))).toEqual(
        theirs?.batch.columns.map(column => bits(column, theirs.batch.rows)),
      )
      expect(ours?.next).toBe(theirs?.next)
      return ours?.next as number
    })
  }
})

describe('where there is no WebAssembly', () => {
  const { WebAssembly: api } = globalThis as { WebAssembly?: object }
  afterEach(() => {
    Object.assign(globalThis, { WebAssembly: api })
    vi.resetModules()
  })

  test.each([
    ['none at all', undefined],
    [
      'one that this processor cannot run',
      class {
        static readonly CompileError = Error
        static readonly Memory = class {
          constructor() {
            throw new Error('no vectors')
          }
        }
      },
    ],
  ])('%s: all lines are read by JavaScript', async (_, found) => {
    const columns = wide.map(field => ({ key: field.name, field }))
    const bytes = Buffer.from(lineOf(usual).repeat(100))
    const wanted = all(plainNdjsonDecoder(columns), bytes, 10)
    vi.resetModules()
    Object.assign(globalThis, { WebAssembly: found })
    const fresh = await import('./decoder.ts')
    const { lineKernel } = await import('./line-kernel.ts')
    expect(all(fresh.ndjsonDecoder(columns), bytes, 10)).toEqual(wanted)
    expect(lineKernel()).toBeUndefined()
  })
})
