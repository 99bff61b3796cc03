import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Column, rawAt, rowsOf } from '../../batch/index.ts'
import { type DataType, parseText, type Schema, schemaOf } from '../../schema/index.ts'
import { ndjsonDecoder, type NdjsonDecoder, plainNdjsonDecoder } from './decoder.ts'

const seed = 20261121

interface All {
  readonly rows: readonly object[]
  readonly broken: readonly { readonly at: number; readonly line: string; readonly error: string }[]
}

/** All rows of a text, asked for in parts of `most`, over bytes cut in pieces. */
function read(decoder: NdjsonDecoder, text: string | Uint8Array, most = 4096, piece = 1 << 20): All {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const rows: object[] = []
  const broken: { at: number; line: string; error: string }[] = []
  for (let from = 0, to = piece; from < bytes.length; ) {
    const part = decoder.decode(bytes, from, Math.min(to, bytes.length), most)
    rows.push(...rowsOf(part.batch))
    for (const one of part.broken)
      broken.push({ at: one.from, line: Buffer.from(bytes.subarray(one.from, one.to)).toString(), error: one.error })
    if (part.next === from && to >= bytes.length) break
    if (part.next === from) to += piece
    else to = Math.max(to, part.next + piece)
    from = part.next
  }
  return { rows, broken }
}

describe.each([
  ['with WebAssembly', ndjsonDecoder],
  ['in JavaScript alone', plainNdjsonDecoder],
])('%s', (_, make) => {
  const decoderOf = (schema: Schema): NdjsonDecoder => make(schema.map(field => ({ key: field.name, field })))

  const readings = schemaOf({ at: 'timestamp', machine: 'string', value: 'float64?', n: 'int64', ok: 'boolean?' })
  const line = '{"at":"2026-11-21T10:00:00.123Z","machine":"m1","value":-12.5,"n":42,"ok":true}\n'

  describe('lines of NDJSON become columns', () => {
    test('values come as the types of their columns', () => {
      const { rows, broken } = read(decoderOf(readings), line.repeat(3))
      expect(broken).toEqual([])
      expect(rows).toHaveLength(3)
      expect(rows[2]).toMatchObject({ machine: 'm1', value: -12.5, n: 42, ok: true })
      expect((rows[2] as { at: Date }).at.toISOString()).toBe('2026-11-21T10:00:00.123Z')
    })

    test('another order of keys, other blanks, more keys and missing keys change nothing', () => {
      const lines = [
        line,
        '{"ok":true,"n":42,"value":-12.5,"machine":"m1","at":"2026-11-21T10:00:00.123Z"}\n',
        '  { "at" : "2026-11-21T10:00:00.123Z" ,"machine": "m1", "value":-12.5,\t"n":42 , "ok":true }  \r\n',
        '{"more":{"a":[1,{"b":"}"}]},"at":"2026-11-21T10:00:00.123Z","machine":"m1","value":-12.5,"n":42,"ok":true,"last":null}\n',
      ]
      const { rows, broken } = read(
        decoderOf(readings),
        [...lines, ...lines, '{"n":1,"machine":"","at":"2026-11-21T10:00:00Z"}\n'].join(''),
      )
      expect(broken).toEqual([])
      for (const row of rows.slice(1, 8)) expect(row).toEqual(rows[0])
      expect(rows[8]).toMatchObject({ machine: '', value: null, n: 1, ok: null })
    })

    test('long keys that differ late are told apart', () => {
      const schema = schemaOf({ 'temperature-of-machine-a': 'int64?', 'temperature-of-machine-b': 'int64?' })
      const [a, b] = ['{"temperature-of-machine-a":1}\n', '{"temperature-of-machine-b":2}\n']
      const { rows } = read(decoderOf(schema), `${a}${b}${a}${a}${b}${b}`)
      expect(rows.map(row => Object.values(row))).toEqual([
        [1, null],
        [null, 2],
        [1, null],
        [1, null],
        [null, 2],
        [null, 2],
      ])
    })

    test('days that follow each other are told apart', () => {
      const days = Array.from({ length: 800 }, (_, day) => new Date(Date.UTC(2023, 11, 25 + day)).toISOString().slice(0, 10))
      const { rows } = read(
        decoderOf(schemaOf({ d: 'date', t: 'timestamp' })),
        days.map(day => `{"d":"${day}","t":"${day} 00:00:00"}\n`).join(''),
      )
      expect(rows.map(row => String((row as { d: object }).d))).toEqual(days)
      expect(rows.map(row => (row as { t: Date }).t.toISOString().slice(0, 10))).toEqual(days)
    })

    test('a half line is left until the rest of it is there, wherever it is cut', () => {
      const text = Buffer.from('{"machine":"m€1","n":1}\n{"machine":"x\\n","n":2}\n')
      const schema = schemaOf({ machine: 'string', n: 'int32' })
      for (let cut = 0; cut <= text.length; cut++) {
        const decoder = decoderOf(schema)
        const first = decoder.decode(text, 0, cut, 100)
        expect(first.next).toBe(cut === text.length ? cut : cut < text.indexOf(10) + 1 ? 0 : text.indexOf(10) + 1)
        const second = decoder.decode(text, first.next, text.length, 100)
        expect([...rowsOf(first.batch), ...rowsOf(second.batch)]).toEqual([
          { machine: 'm€1', n: 1 },
          { machine: 'x\n', n: 2 },
        ])
      }
    })

    test('no more rows are taken than were asked for', () => {
      const decoder = decoderOf(readings)
      const bytes = Buffer.from(line.repeat(10))
      const part = decoder.decode(bytes, 0, bytes.length, 4)
      expect(part.batch.rows).toBe(4)
      expect(part.next).toBe(4 * line.length)
    })

    test('a batch keeps its values when the bytes are used again', () => {
      const decoder = decoderOf(readings)
      const bytes = Buffer.from(line)
      const { batch } = decoder.decode(bytes, 0, bytes.length, 10)
      bytes.fill(0)
      decoder.decode(Buffer.from(line.replace('m1', 'other')), 0, line.length + 3, 10)
      expect(rowsOf(batch)[0]).toMatchObject({ machine: 'm1', n: 42 })
    })
  })

  describe('a broken line is put aside with its place, and the rest goes on', () => {
    const cases: readonly (readonly [what: string, line: string, error: RegExp])[] = [
      ['no JSON', '{"n":1,', /^no JSON object: /],
      ['a brace', '}', /^no JSON object: /],
      ['a list', '[1,2]', /^no JSON object: \[1,2\]$/],
      ['two objects', '{"n":1,"machine":"a","at":"2026-01-01"}{"n":2}', /^no JSON object: /],
      ['a text for a number', '{"at":"2026-01-01","machine":"m","n":"many"}', /^value does not fit: "many" in column n \(wants int64\)$/],
      ['a fraction for an integer', '{"at":"2026-01-01","machine":"m","n":1.0}', /^value does not fit: "1.0" in column n/],
      [
        'a day that does not exist',
        '{"at":"2026-02-30T00:00:00Z","machine":"m","n":1}',
        /^value does not fit: "2026-02-30T00:00:00Z" in column at/,
      ],
      ['a missing key', '{"at":"2026-01-01","n":1}', /^NULL in a column without `\?`: machine$/],
      ['a NULL', '{"at":null,"machine":"m","n":1}', /^NULL in a column without `\?`: at$/],
      ['a key twice', '{"at":"2026-01-01","machine":"m","n":1,"n":1}', /^duplicate key: n$/],
      ['a number with a needless zero', '{"at":"2026-01-01","machine":"m","n":01}', /^no JSON object: /],
      ['a control character in a text', '{"at":"2026-01-01","machine":"a\tb","n":1}', /^no JSON object: /],
      ['half a surrogate pair', '{"at":"2026-01-01","machine":"\\ud800","n":1}', /surrogate/],
      ['a pair of surrogates that is none', '{"at":"2026-01-01","machine":"\\ud83d\\u0041","n":1}', /surrogate/],
      ['a NaN', '{"at":"2026-01-01","machine":"m","n":NaN}', /^no JSON object: /],
      ['a deep list', `{"at":"2026-01-01","machine":"m","n":1,"more":${'['.repeat(600)}${']'.repeat(600)}}`, /deeper than 512/],
    ]
    // The second time the keys are known: a good line of the same shape came first.
    test.each(cases)('%s', (_, bad, error) => {
      const same = '{"at":"2026-11-21T10:00:00.123Z","machine":"m1","n":42}\n'
      const { rows, broken } = read(decoderOf(readings), `${line}${bad}\r\n${same}${bad}\n${line}`)
      expect(rows).toHaveLength(3)
      expect(rows[1]).toEqual({ ...rows[0], value: null, ok: null })
      expect(rows[2]).toEqual(rows[0])
      expect(broken.map(one => one.line)).toEqual([bad, bad])
      expect(broken.map(one => one.at)).toEqual([line.length, line.length + bad.length + 2 + same.length])
      for (const one of broken) expect(one.error).toMatch(error)
    })

    test('bytes that are no UTF-8 break their line only, also in a key that nobody asked for', () => {
      const bad = Buffer.concat([Buffer.from(line.replace('}\n', ',"more":"a')), Buffer.from([0xff]), Buffer.from('"}\n')])
      const { rows, broken } = read(decoderOf(readings), Buffer.concat([Buffer.from(line), bad, Buffer.from(line)]))
      expect(rows).toHaveLength(2)
      expect(broken).toMatchObject([{ at: line.length, error: 'not UTF-8' }])
    })

    test('a NULL of a broken line does not become one of the next row', () => {
      const schema = schemaOf({ a: 'int64?', b: 'string?', c: 'int64' })
      const { rows } = read(decoderOf(schema), '{"a":1,"b":"x","c":1}\n{"a":null,"b":null,"c":"no"}\n{"a":2,"b":"y","c":2}\n')
      expect(rows).toEqual([
        { a: 1, b: 'x', c: 1 },
        { a: 2, b: 'y', c: 2 },
      ])
    })

    test('blank lines count for nothing', () => {
      const { rows, broken } = read(decoderOf(readings), `\n  \r\n${line}\n\t\n`)
      expect([rows.length, broken.length]).toEqual([1, 0])
    })
  })

  // What JSON.parse and the strict reading of texts make of the same lines.
  const types: readonly DataType[] = [
    'int32',
    'int64',
    'bigint',
    'float64',
    'boolean',
    'string',
    'timestamp',
    'datetime',
    'date',
    { decimal: [18, 4] },
    { enum: ['a', 'b é'] },
  ]

  /** A value as it stands in a line, and its text. */
  interface Token {
    readonly raw: string
    readonly text: string | null
  }

  const escaped = fc.string({ unit: 'binary', maxLength: 12 }).map((text): Token => {
    // Each character in one of the ways in which JSON can write it.
    const raw = [...text].map((c, i) => {
      const escape = JSON.stringify(c).slice(1, -1)
      if (i % 3 === 0)
        return c
          .split('')
          .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join('')
      return c === '/' && i % 2 === 0 ? '\\/' : escape
    })
    return { raw: `"${raw.join('')}"`, text }
  })
  const quoted = (text: string): Token => ({ raw: JSON.stringify(text), text })
  const number = fc
    .oneof(
      fc.integer().map(String),
      fc.maxSafeInteger().map(String),
      fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => JSON.stringify(value)),
      fc.tuple(fc.integer(), fc.nat(1e6), fc.integer({ min: -30, max: 30 })).map(([a, b, e]) => `${a}.${b}e${e}`),
      fc.tuple(fc.integer(), fc.nat(1e9)).map(([a, b]) => `${a}.${b}`),
      fc.constantFrom('0', '-0', '-0.0', '0e5', '1E+2', '9007199254740993', '123456789012345678', '0.1e-7', '4.9e-324', '1e400'),
    )
    .map((raw): Token => ({ raw, text: raw === '-0' ? '0' : raw }))
  const moment = fc
    .tuple(
      fc.date({ min: new Date('1600-01-01'), max: new Date('2400-01-01'), noInvalidDate: true }),
      fc.constantFrom('', '.5', '.123457', '.123456789'),
      fc.constantFrom('', 'Z', 'z', '+02:00', '-0930', '+05'),
      fc.constantFrom('T', ' ', 't'),
    )
    .map(([date, fraction, zone, between]) =>
      quoted(`${date.toISOString().slice(0, 10)}${between}${date.toISOString().slice(11, 19)}${fraction}${zone}`),
    )
  const token: fc.Arbitrary<Token> = fc.oneof(
    number,
    number.filter(({ text }) => text !== null).map(({ raw }) => quoted(raw)),
    escaped,
    moment,
    fc
      .constantFrom(
        '2026-11-21',
        '2024-02-29',
        '2023-02-29',
        '0001-01-01',
        'a',
        'b é',
        '',
        ' 7 ',
        '+5',
        '007',
        'TRUE',
        'inf',
        'nan',
        '1_000',
      )
      .map(quoted),
    fc.constantFrom<Token>({ raw: 'true', text: 'true' }, { raw: 'false', text: 'false' }, { raw: 'null', text: null }),
  )
  const whole = fc.integer().map((value): Token => ({ raw: String(value), text: String(value) }))
  /** Tokens that are mostly values of the type. */
  function fitting(type: DataType): fc.Arbitrary<Token> {
    if (typeof type === 'object')
      return 'enum' in type ? fc.constantFrom(...type.enum).map(quoted) : fc.oneof(whole, fc.constantFrom('1.5', '-0.25').map(quoted))
    if (type === 'float64') return number
    if (type === 'boolean') return fc.constantFrom<Token>({ raw: 'true', text: 'true' }, { raw: 'false', text: 'false' }, quoted('True'))
    if (type === 'string') return escaped
    if (type === 'timestamp') return moment
    if (type === 'date')
      return fc
        .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
        .map(day => quoted(day.toISOString().slice(0, 10)))
    if (type === 'datetime') return moment.map(({ text }) => quoted((text ?? '').slice(0, 19)))
    return fc.oneof(
      whole,
      whole.map(({ raw }) => quoted(raw)),
      ...(type === 'int32' ? [] : [fc.maxSafeInteger().map(value => ({ raw: String(value), text: String(value) }))]),
    )
  }
  const blanks = fc.constantFrom('', '', '', ' ', '\t', '  ')

  /** How a number that is no integer is shown as a text is a matter of the engine, see the test of sources beside tables. */
  const plain = (one: Token | undefined, type: DataType): Token | undefined =>
    one !== undefined && /^-?[0-9].*[.eE]/.test(one.raw) && (type === 'string' || typeof type === 'object') ? quoted(one.raw) : one

  test('any line means what JSON.parse and a strict reading of its texts say', () => {
    const tokens = types.map(type => fc.option(fc.oneof({ weight: 15, arbitrary: fitting(type) }, token), { nil: undefined, freq: 8 }))
    const object = fc.record({
      tokens: fc.tuple(...tokens).map(some => some.map((one, i) => plain(one, types[i] as DataType))),
      order: fc.shuffledSubarray([...types.keys(), 100, 101], { minLength: 6 }),
      blank: fc.array(blanks, { minLength: 4, maxLength: 4 }),
    })
    const fields = types.map((type, i) => ({ name: `c${i} "é`, type, nullable: true }))
    let good = 0
    let bad = 0
    fc.assert(
      fc.property(fc.array(object, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (objects, most) => {
        const lines = objects.map(({ tokens, order, blank: [a = '', b = '', c = '', d = ''] }) => {
          const parts = order.flatMap(i => {
            const value = i >= 100 ? '{"x":[1,"a\\"]"]}' : tokens[i]?.raw
            return value === undefined ? [] : [`${JSON.stringify(fields[i]?.name ?? `other ${i}`)}${a}:${b}${value}`]
          })
          return `{${c}${parts.join(`${d},${a}`)}${c}}`
        })
        const wanted = objects.map(({ tokens, order }, row) => {
          const values = JSON.parse(lines[row] as string) as Record<string, unknown>
          return fields.map(({ name, type }, i) => {
            const value = values[name]
            const one = tokens[i]
            if (!order.includes(i) || one === undefined || value === null) return null
            // Of numbers JSON.parse keeps no text.
            return parseText(typeof value === 'number' ? (one.text ?? '') : String(value), type)
          })
        })
        const found = raws(decoderOf(fields), lines.join('\n'), most)
        expect(found.rows).toEqual(wanted.filter(row => !row.includes(undefined)))
        expect(found.broken).toEqual(lines.filter((_, row) => wanted[row]?.includes(undefined)))
        good += found.rows.length
        bad += found.broken.length
      }),
      { seed, numRuns: 1500 },
    )
    expect(Math.min(good, bad)).toBeGreaterThan(1000)
  })

  test('doubles come as JSON.parse reads them, with few digits and with many', () => {
    const text = fc.oneof(
      number.map(one => one.raw),
      fc.tuple(fc.nat(999_999), fc.nat(999_999_999), fc.integer({ min: -25, max: 25 })).map(([a, b, e]) => `-${a}.${b}e${e}`),
      // Doubles as JavaScript writes them, of 15 to 17 digits.
      fc.double({ min: 1e-6, max: 1e15, noNaN: true }).map(String),
      fc.tuple(fc.nat(1e9), fc.nat(1e6)).map(([a, b]) => String(a / (b + 1))),
      fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat(99)).map(([a, b]) => `${a}.${b}`),
    )
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 50 }), texts => {
        const { rows } = raws(decoderOf(schemaOf({ x: 'float64' })), texts.map(one => `{"x":${one}}`).join('\n'), 100)
        expect(rows.map(row => row[0])).toEqual(texts.map(one => (one === '-0' ? 0 : (JSON.parse(one) as number))))
      }),
      { seed, numRuns: 3000 },
    )
  })

  test('a number in the middle of two doubles, or a hair beside it, is rounded as it must be', () => {
    // 2^53 + 1 lies in the middle of two doubles, and so do its like at other powers of two.
    const middles = [
      '9007199254740993',
      '9007199254740995',
      '18014398509481990',
      '36028797018963972',
      '72057594037927944',
      '1152921504606847104',
    ]
    const texts = middles.flatMap(text => [
      text,
      `${text}.0`,
      `${text}.1`,
      `${BigInt(text) - 1n}.9`,
      `${text.slice(0, -3)}.${text.slice(-3)}`,
      `0.${text}`,
      `${text}e-5`,
    ])
    const { rows } = raws(decoderOf(schemaOf({ x: 'float64' })), texts.map(one => `{"x":${one}}`).join('\n'), 100)
    expect(rows.map(row => row[0])).toEqual(texts.map(Number))
  })

  test('whatever the bytes are, nothing is thrown, every byte is a row or broken, and texts are UTF-8', () => {
    const parts = fc.oneof(
      fc
        .constantFrom(
          '{"a":',
          '"b":',
          ',',
          '}',
          '\n',
          '{',
          '[',
          '"',
          '\\',
          '\\u',
          'd83d',
          'null',
          'true',
          '1',
          '-',
          '.',
          'e',
          ' ',
          '\r\n',
          '{"a":1,"b":"x"}\n',
        )
        .map(Buffer.from),
      fc.uint8Array({ maxLength: 6 }).map(bytes => Buffer.from(bytes)),
    )
    const schema = schemaOf({ a: 'int64?', b: 'string?' })
    const decoder = decoderOf(schema)
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 40 }), fc.integer({ min: 1, max: 8 }), (pieces, most) => {
        const bytes = Buffer.concat(pieces)
        const end = bytes.lastIndexOf(10) + 1
        let from = 0
        let lines = 0
        while (from < end) {
          const { batch, next, broken } = decoder.decode(bytes, from, bytes.length, most)
          expect(next).toBeGreaterThan(from)
          lines += batch.rows + broken.length
          for (const one of broken) expect(bytes.subarray(one.from, one.to).includes(10)).toBe(false)
          const { data, offsets = new Int32Array(1) } = batch.columns[1] as Column
          expect(isUtf8((data as Uint8Array).subarray(0, offsets[batch.rows]))).toBe(true)
          from = next
        }
        const blank = bytes
          .subarray(0, end)
          .toString('latin1')
          .split('\n')
          .slice(0, -1)
          .filter(one => /^[ \t\r]*$/.test(one)).length
        expect(lines + blank).toBe(bytes.subarray(0, end).filter(byte => byte === 10).length)
      }),
      { seed, numRuns: 5000 },
    )
  })

  test('a number of a million digits is no trouble', () => {
    const digits = '9'.repeat(1_000_000)
    const { rows, broken } = raws(
      decoderOf(schemaOf({ x: 'float64', n: 'int64', d: 'decimal(38,2)' })),
      [`{"x":${digits},"n":1,"d":1}`, `{"x":0.${digits},"n":1,"d":1}`, `{"x":1,"n":${digits},"d":1}`, `{"x":1,"n":1,"d":"${digits}"}`].join(
        '\n',
      ),
      10,
    )
    expect(rows.map(row => row[0])).toEqual([Infinity, 1])
    expect(broken).toHaveLength(2)
  })

  test('lists, structs, decimals, enums and bytes are read too', () => {
    const schema: Schema = [
      { name: 'tags', type: { list: 'string' }, nullable: true },
      {
        name: 'at',
        type: {
          struct: [
            { name: 'x', type: 'float64', nullable: false },
            { name: 'n', type: 'int64', nullable: true },
          ],
        },
        nullable: true,
      },
      { name: 'price', type: { decimal: [9, 2] }, nullable: true },
      { name: 'kind', type: { enum: ['a', 'b'] }, nullable: true },
      { name: 'raw', type: 'bytes', nullable: true },
    ]
    const { rows, broken } = raws(
      decoderOf(schema),
      [
        '{"tags":["a","é\\n",null],"at":{"x":1.5,"n":null},"price":12.50,"kind":"b","raw":"AQID"}',
        '{"tags":"[1]","at":{"n":7,"more":1,"x":2},"price":"3","kind":"a","raw":""}',
        '{"at":{"x":1}}',
        '{"at":{"n":1}}',
        '{"price":1.234}',
        '{"kind":"c"}',
        '{"tags":7}',
        '{"raw":"*"}',
      ].join('\n'),
      100,
    )
    expect(rows).toEqual([
      [['a', 'é\n', null], { x: 1.5, n: null }, 1250n, 'b', Uint8Array.of(1, 2, 3)],
      [['1'], { x: 2, n: 7n }, 300n, 'a', new Uint8Array(0)],
      // A key that may be NULL may be missing; `x` may not.
      [null, { x: 1, n: null }, null, null, null],
    ])
    expect(broken).toHaveLength(5)
  })

  test('keys that are data, thousands of them, are no trouble', () => {
    const schema = schemaOf({ n: 'int32' })
    const text = Array.from({ length: 5000 }, (_, n) => `{"user-${n}":${n},"n":${n}}`).join('\n')
    const { rows } = raws(decoderOf(schema), text, 1000)
    expect(rows.map(row => row[0])).toEqual(Array.from({ length: 5000 }, (_, n) => n))
  })
})

/** Physical values by row. */
function raws(decoder: NdjsonDecoder, text: string, most: number): { readonly rows: unknown[][]; readonly broken: string[] } {
  const bytes = Buffer.from(`${text}\n`)
  const rows: unknown[][] = []
  const broken: string[] = []
  for (let from = 0; from < bytes.length; ) {
    const part = decoder.decode(bytes, from, bytes.length, most)
    expect(part.next).toBeGreaterThan(from)
    from = part.next
    for (let row = 0; row < part.batch.rows; row++) rows.push(part.batch.columns.map(column => rawAt(column, row)))
    for (const one of part.broken) broken.push(bytes.toString('utf8', one.from, one.to))
  }
  return { rows, broken }
}
