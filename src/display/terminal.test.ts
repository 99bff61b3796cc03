import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Description, describeValue, renderTerminal, type TableDescription } from './index.ts'
import { widthOf } from './width.ts'

const table = (
  columns: readonly (readonly [string, string, 'left' | 'right'])[],
  rows: readonly (string | null)[][],
  total?: number,
): TableDescription => ({
  kind: 'table',
  columns: columns.map(([name, type, align]) => ({ name, type, align })),
  rows,
  total,
  shown: rows.length,
})

test('a table shows names, types, right-aligned numbers, NULL and how many rows there are', () => {
  const text = renderTerminal(
    table(
      [
        ['city', 'string', 'left'],
        ['price', 'float64?', 'right'],
      ],
      [
        ['Bergen', '12.5'],
        ['東京', null],
        ['Zürich 🏔️', '7'],
      ],
      100,
    ),
  )
  expect(text).toBe(
    [
      '┌───────────┬──────────┐',
      '│ city      │    price │',
      '│ string    │ float64? │',
      '├───────────┼──────────┤',
      '│ Bergen    │     12.5 │',
      '│ 東京      │     NULL │',
      '│ Zürich 🏔️ │        7 │',
      '└───────────┴──────────┘',
      '3 of 100 rows',
    ].join('\n'),
  )
})

test('a narrow terminal loses columns from the middle, never digits of a number', () => {
  const columns = Array.from({ length: 12 }, (_, index) => [`column${index}`, 'float64', 'right'] as const)
  const row = columns.map((_, index) => `1234567.${index}5`)
  const text = renderTerminal(table(columns, [row], 1), { width: 60 })
  expect(text).toBe(
    [
      '┌────────────┬────────────┬───┬─────────────┬─────────────┐',
      '│    column0 │    column1 │ … │    column10 │    column11 │',
      '│    float64 │    float64 │ … │     float64 │     float64 │',
      '├────────────┼────────────┼───┼─────────────┼─────────────┤',
      '│ 1234567.05 │ 1234567.15 │ … │ 1234567.105 │ 1234567.115 │',
      '└────────────┴────────────┴───┴─────────────┴─────────────┘',
      '1 row · 4 of 12 columns',
    ].join('\n'),
  )
})

test('where the last column is too wide for a narrow terminal, as many of the first are shown as fit', () => {
  const columns = [
    ['column', 'string', 'left'],
    ['n', 'int64', 'right'],
    ['mean', 'float64', 'right'],
    ['sum of all', 'float64', 'right'],
  ] as const
  const row = ['ocean_proximity', '2270', '1.5', '259212.31185892314123']
  expect(renderTerminal(table(columns, [row], 1), { width: 45 })).toBe(
    [
      '┌─────────────────┬───────┬─────────┬───┐',
      '│ column          │     n │    mean │ … │',
      '│ string          │ int64 │ float64 │ … │',
      '├─────────────────┼───────┼─────────┼───┤',
      '│ ocean_proximity │  2270 │     1.5 │ … │',
      '└─────────────────┴───────┴─────────┴───┘',
      '1 row · 3 of 4 columns',
    ].join('\n'),
  )
})

test('long text is cut before a column is left out', () => {
  const text = renderTerminal(
    table(
      [
        ['id', 'int64', 'right'],
        ['text', 'string', 'left'],
      ],
      [['1', 'word '.repeat(50)]],
      1,
    ),
    { width: 40 },
  )
  expect(text.split('\n')[4]).toBe('│     1 │ word word word word word wo… │')
  expect(text.split('\n').every(line => widthOf(line) <= 40)).toBe(true)
})

test('data cannot send escape sequences, new lines or marks that turn the writing direction', () => {
  const evil = '\u001b[2J\u001b]0;owned\u0007a\nb\r\tc\u202eabc\u009bx\ud800'
  for (const description of [
    describeValue([{ [evil]: evil }]),
    describeValue({ [evil]: 1, key: '\u001b[31m' }),
    { kind: 'tree', root: { label: evil, children: [{ label: evil }] } },
    { kind: 'progress', label: evil, fraction: 0.5 },
    { kind: 'text', text: evil },
    { kind: 'group', title: evil, items: [] },
    {
      kind: 'figure',
      title: evil,
      xLabel: evil,
      yLabel: evil,
      marks: [
        { mark: 'bars', x: [evil], y: [1], labels: [evil] },
        { mark: 'rule', x: 1, y: 1, label: evil },
      ],
    },
    { kind: 'figure', title: 'lines', marks: [{ mark: 'line', x: [1, 2], y: [1, 2], name: evil }] },
  ] satisfies Description[]) {
    const text = renderTerminal(description, { color: false, width: 200 })
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(text).not.toMatch(/\p{Surrogate}/u)
  }
  expect(renderTerminal(describeValue([{ a: evil }]))).toContain('\\x1b[2J\\x1b]0;owned\\x07a\\nb\\r\\tc\\u{202e}abc\\x9bx\\u{d800}')
})

test('colour comes only when it is asked for', () => {
  const description = describeValue([{ a: null }])
  expect(renderTerminal(description, { color: true })).toContain('\u001b[2mNULL\u001b[22m')
  expect(renderTerminal(description)).not.toContain('\u001b')
})

test('no line of a table is wider than the terminal and the lines of its frame have one width, whatever the cells hold', () => {
  const cell = fc.option(fc.string({ unit: 'grapheme', maxLength: 60 }), { nil: null })
  const cases = fc.integer({ min: 1, max: 9 }).chain(count =>
    fc.record({
      columns: fc.array(
        fc.record({
          name: fc.string({ unit: 'grapheme', maxLength: 30 }),
          type: fc.constantFrom('', 'int64', 'string?'),
          align: fc.constantFrom('left' as const, 'right' as const),
        }),
        {
          minLength: count,
          maxLength: count,
        },
      ),
      rows: fc.array(fc.array(cell, { minLength: count, maxLength: count }), { maxLength: 4 }),
      width: fc.integer({ min: 20, max: 160 }),
    }),
  )
  fc.assert(
    fc.property(cases, ({ columns, rows, width }) => {
      const lines = renderTerminal({ kind: 'table', columns, rows, shown: rows.length }, { width }).split('\n')
      const frame = lines.slice(0, -1).map(widthOf)
      expect(Math.max(...frame)).toBeLessThanOrEqual(width)
      expect(new Set(frame).size).toBe(1)
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('bars are drawn in eighths, with the value, the mean in its bin and a limit across', () => {
  const text = renderTerminal(
    {
      kind: 'figure',
      title: 'rooms',
      xLabel: 'rooms per home',
      marks: [
        { mark: 'bars', x: ['0 to 2', '2 to 4', '4 to 6'], y: [5, 10, 0.1], edges: [0, 2, 4, 6] },
        { mark: 'rule', x: 3.25, label: 'mean' },
        { mark: 'rule', y: 7.5, label: 'limit' },
      ],
    },
    { width: 44 },
  )
  expect(text).toBe(
    [
      'rooms',
      '0 to 2 │██████████▌    ┊      5',
      '2 to 4 │███████████████┊█████ 10 ◂ mean 3.25',
      '4 to 6 │▎              ┊      0.1',
      '┊ limit 7.5',
      'rooms per home',
    ].join('\n'),
  )
})

test('negative bars go to the left of zero', () => {
  const text = renderTerminal(
    { kind: 'figure', title: 't', marks: [{ mark: 'bars', x: ['a', 'b', 'c'], y: [-1, 1, Number.NaN] }] },
    { width: 24 },
  )
  const [a = '', b = '', c = ''] = text.split('\n').slice(1)
  expect(a.lastIndexOf('█')).toBeLessThan(b.indexOf('█'))
  expect([a, b, c].map(line => line.split(' ').at(-1))).toEqual(['-1', '1', 'NaN'])
  expect(c).not.toContain('█')
})

test('a line is a plot with its ranges on the axes', () => {
  const x = Array.from({ length: 40 }, (_, index) => index)
  const text = renderTerminal(
    {
      kind: 'figure',
      title: 'sine',
      xLabel: 'step',
      marks: [
        { mark: 'line', x, y: x.map(at => Math.sin(at / 6)) },
        { mark: 'rule', y: 0, label: 'mean' },
      ],
    },
    { width: 60 },
  )
  const lines = text.split('\n')
  expect(lines).toHaveLength(1 + 12 + 2 + 1)
  expect(text).toMatch(/[\u2801-\u28ff]/)
  expect(text).toContain('┄')
  expect(lines.at(-1)).toBe('┄ mean 0')
  expect(lines.at(-2)?.trim()).toMatch(/^0 +step +39$/)
  expect(lines.every(line => widthOf(line) <= 60)).toBe(true)
})

test('points are signs of their own, a line breaks where a value is missing, a rule stands upright', () => {
  const text = renderTerminal(
    {
      kind: 'figure',
      title: 't',
      marks: [
        { mark: 'line', x: [0, 1, 2, 3, 4], y: [0, 0, Number.NaN, 0, 0], name: 'fit' },
        { mark: 'points', x: [0, 2, 4], y: [1, 1, Number.POSITIVE_INFINITY], name: 'seen' },
        { mark: 'rule', x: 2, label: 'cut' },
      ],
    },
    { width: 40 },
  )
  const lines = text.split('\n')
  expect(text.match(/•/g)).toHaveLength(3)
  expect(lines.filter(line => line.includes('┊')).length).toBeGreaterThan(10)
  expect(lines.at(-1)).toBe('⠒ fit   • seen   ┊ cut 2')
  expect(lines.find(line => line.startsWith('0'))).toMatch(/^0 │[^ ]+ +[^ ]* *┊? *[^ ]+$/)
})

test('a tree hangs its children on lines', () => {
  const text = renderTerminal({
    kind: 'tree',
    root: {
      label: 'sort price',
      children: [
        { label: 'join', children: [{ label: 'scan a' }, { label: 'filter', children: [{ label: 'scan b' }] }] },
        { label: 'last' },
      ],
    },
  })
  expect(text).toBe(['sort price', '├─ join', '│  ├─ scan a', '│  └─ filter', '│     └─ scan b', '└─ last'].join('\n'))
})

test('a progress line says share, rows, rate and time left', () => {
  const text = renderTerminal({
    kind: 'progress',
    label: 'reading a.csv',
    fraction: 0.25,
    rows: 1_234_567,
    bytes: 2_500_000,
    rowsPerSecond: 450_000,
    secondsLeft: 75,
  })
  expect(text).toBe('reading a.csv ████░░░░░░░░░░░░ 25% · 1.23M rows · 2.5 MB · 450k rows/s · 1 min 15 s left')
})
