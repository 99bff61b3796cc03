/** Functions that take values of many types, on each of them: a case says what comes out once, and the samples of a type say it in its texts. */
import { listOf, structOf, greatest, least, when } from '../expr/index.ts'
import { calendarDate, interval, list, localDateTime, map, oneOf, type FieldSpec, struct, timeOfDay } from '../schema/index.ts'
import { aggregate, type CaseRow, type ConformanceCase, project } from './case.ts'

/** Three values of a type in their order, and their canonical texts. */
interface Sample {
  readonly name: string
  readonly type: FieldSpec
  readonly nullable: FieldSpec
  readonly values: readonly [unknown, unknown, unknown]
  readonly texts: readonly [string, string, string]
  /** Whether the type has an order. */
  readonly ordered: boolean
  /** Texts are in quotes inside lists. */
  readonly quoted?: boolean
}

const number = (name: string, texts: Sample['texts'] = ['2', '3', '7'], values: Sample['values'] = [2, 3, 7]): Sample => ({
  name,
  type: name as 'int64',
  nullable: `${name}?` as 'int64?',
  values,
  texts,
  ordered: true,
})
const whole = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'float32', 'float64']
const kinds = oneOf('p', 'q', 'r')
const numbers = list('int64')
const pair = struct({ x: 'int64' })
const lookup = map('string', 'int64')
const timed = (name: string, values: Sample['values'], texts: Sample['texts']): Sample => ({ ...number(name, texts, values) })
const ids = [1, 2, 3].map(n => `0191f8a4-7b3c-7def-8123-45678900000${n}`) as unknown as Sample['texts']

export const samples: readonly Sample[] = [
  ...whole.map(name => number(name)),
  number('bigint', undefined, [2n, 3n, 7n]),
  number('uint64', undefined, [2n, 3n, 7n]),
  number('decimal(10,2)', ['2.00', '3.00', '7.00'], ['2', '3', '7']),
  { ...number('string', ['a', 'b', 'c'], ['a', 'b', 'c']), quoted: true },
  { name: 'enum', type: kinds, nullable: kinds.nullable(), values: ['p', 'q', 'r'], texts: ['p', 'q', 'r'], ordered: true, quoted: true },
  { ...number('json', ['[1]', '[2]', '[3]'], ['[1]', '[2]', '[3]']), quoted: true },
  { ...number('uuid', ids, ids), quoted: true },
  timed(
    'date',
    [calendarDate(1969, 12, 31), calendarDate(2024, 2, 29), calendarDate(2026, 1, 2)],
    ['1969-12-31', '2024-02-29', '2026-01-02'],
  ),
  timed('time', [timeOfDay(0, 0, 0), timeOfDay(10, 30, 0), timeOfDay(23, 59, 59, 999_999)], ['00:00:00', '10:30:00', '23:59:59.999999']),
  timed(
    'datetime',
    [localDateTime(1969, 12, 31, 23), localDateTime(2024, 2, 29, 12, 34, 56, 789_012), localDateTime(2026, 1, 2)],
    ['1969-12-31T23:00:00', '2024-02-29T12:34:56.789012', '2026-01-02T00:00:00'],
  ),
  timed(
    'timestamp',
    [-3_600_000_000n, 1_709_210_096_789_012n, 1_767_312_000_000_000n],
    ['1969-12-31T23:00:00Z', '2024-02-29T12:34:56.789012Z', '2026-01-02T00:00:00Z'],
  ),
  {
    ...number('boolean', ['false', 'true', 'true'], [false, true, true]),
    ordered: false,
  },
  {
    ...number('interval', ['PT1S', 'P1D', 'P2M'], [interval({ micros: 1_000_000n }), interval({ days: 1 }), interval({ months: 2 })]),
    ordered: false,
  },
  {
    ...number('bytes', ['01', '0200', 'ff'], [[1], [2, 0], [255]].map(bytes => Uint8Array.from(bytes)) as unknown as Sample['values']),
    ordered: false,
  },
  { name: 'list', type: numbers, nullable: numbers.nullable(), values: [[1], [2, 3], []], texts: ['[1]', '[2,3]', '[]'], ordered: false },
  {
    name: 'struct',
    type: pair,
    nullable: pair.nullable(),
    values: [{ x: 1 }, { x: 2 }, { x: 3 }],
    texts: ['{x:1}', '{x:2}', '{x:3}'],
    ordered: false,
  },
  {
    name: 'map',
    type: lookup,
    nullable: lookup.nullable(),
    values: [new Map([['a', 1]]), new Map([['b', 2]]), new Map()],
    texts: ['{"a":1}', '{"b":2}', '{}'],
    ordered: false,
  },
]

const inside = ({ quoted }: Sample, text: string): string => (quoted === true ? JSON.stringify(text) : text)

function choices(one: Sample): ConformanceCase {
  const [a, b] = one.values
  const [ta, tb] = one.texts
  const [la, lb] = [inside(one, ta), inside(one, tb)]
  return project(
    'every-type',
    `${one.name}: equal, one of, NULL or not, the first that is there, by condition, in a list, in a struct`,
    { x: one.nullable, y: one.type },
    [
      [a, a],
      [a, b],
      [null, b],
    ],
    (r: CaseRow) => ({
      eq: r['x'].eq(r['y']),
      ne: r['x'].ne(r['y']),
      in: r['x'].in([r['y']]),
      isNull: r['x'].isNull(),
      isNotNull: r['x'].isNotNull(),
      first: r['x'].fillNull(r['y']),
      chosen: when(r['x'].isNull(), r['y']).otherwise(r['x']),
      list: listOf(r['x'], r['y']),
      struct: structOf({ v: r['x'] }),
    }),
    [
      ['true', 'false', 'true', 'false', 'true', ta, ta, `[${la},${la}]`, `{v:${la}}`],
      ['false', 'true', 'false', 'false', 'true', ta, ta, `[${la},${lb}]`, `{v:${la}}`],
      ['NULL', 'NULL', 'NULL', 'true', 'false', tb, tb, `[NULL,${lb}]`, '{v:NULL}'],
    ],
  )
}

function orders(one: Sample): ConformanceCase {
  const [a, b, c] = one.values
  const [ta, tb, tc] = one.texts
  return project(
    'every-type',
    `${one.name}: less, greater, between, the greatest and the least`,
    { x: one.nullable, y: one.type },
    [
      [a, b],
      [b, b],
      [c, b],
      [null, b],
    ],
    (r: CaseRow) => ({
      lt: r['x'].lt(r['y']),
      lte: r['x'].lte(r['y']),
      gt: r['x'].gt(r['y']),
      gte: r['x'].gte(r['y']),
      between: r['y'].between(r['x'], r['y']),
      greatest: greatest(r['x'], r['y']),
      least: least(r['x'], r['y']),
    }),
    [
      ['true', 'true', 'false', 'false', 'true', tb, ta],
      ['false', 'true', 'false', 'true', 'true', tb, tb],
      ['false', 'false', 'true', 'true', 'false', tc, tb],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', tb, tb],
    ],
  )
}

const places = { k: 'int64' } as const
/** Values with NULL and one that is there twice, not in their order. */
const rowsOf = ({ values: [a, b, c] }: Sample): readonly (readonly unknown[])[] => [
  [2, b],
  [1, a],
  [4, null],
  [3, c],
  [5, a],
]

function groups(one: Sample): ConformanceCase {
  const [ta, tb, tc] = one.texts
  const [la, lb, lc] = one.texts.map(text => inside(one, text))
  return aggregate(
    'every-type',
    `${one.name}: counted, first and last, where another is least, as a list`,
    { ...places, x: one.nullable },
    rowsOf(one),
    [],
    (r: CaseRow) => ({
      count: r['x'].count(),
      distinct: r['x'].countDistinct(),
      about: r['x'].approxCountDistinct(),
      any: r['x'].anyValue().where(r['k'].eq(2)),
      first: r['x'].first({ orderBy: r['k'] }),
      last: r['x'].last({ orderBy: r['k'] }),
      argMin: r['x'].argMin(r['k']),
      argMax: r['x'].argMax(r['k']),
      list: r['x'].list({ orderBy: r['k'] }),
      entropy: r['x'].entropy(),
    }),
    [['4', tb === tc ? '2' : '3', tb === tc ? '2' : '3', tb, ta, ta, ta, ta, `[${la},${lb},${lc},NULL,${la}]`, tb === tc ? '1' : '1.5']],
  )
}

function extremes(one: Sample): ConformanceCase {
  const [ta, , tc] = one.texts
  return aggregate(
    'every-type',
    `${one.name}: the least, the greatest and the most frequent`,
    { ...places, x: one.nullable },
    rowsOf(one),
    [],
    (r: CaseRow) => ({ min: r['x'].min(), max: r['x'].max(), mode: r['x'].mode() }),
    [[ta, tc, ta]],
  )
}

function neighbours(one: Sample): ConformanceCase {
  const [ta, tb, tc] = one.texts
  return project(
    'every-type',
    `${one.name}: the row before and after, the first, the last and the second of a window`,
    { ...places, x: one.nullable },
    rowsOf(one),
    (r: CaseRow) => {
      const window = { orderBy: r['k'] }
      const frame = { ...window, rows: ['unbounded', 'unbounded'] as const }
      return {
        k: r['k'],
        lag: r['x'].lag().over(window),
        lead: r['x'].lead().over(window),
        first: r['x'].firstValue().over(frame),
        last: r['x'].lastValue().over(frame),
        second: r['x'].nthValue(2).over(frame),
      }
    },
    [
      ['1', 'NULL', tb, ta, ta, tb],
      ['2', ta, tc, ta, ta, tb],
      ['3', tb, 'NULL', ta, ta, tb],
      ['4', tc, ta, ta, ta, tb],
      ['5', 'NULL', 'NULL', ta, ta, tb],
    ],
  )
}

/** Types that have a text which is read again. */
const isText = ({ name }: Sample): boolean => !['list', 'struct', 'map'].includes(name)

function turned({ name, type, nullable, values: [a, b, c] }: Sample): ConformanceCase {
  const to = type
  return project(
    'every-type',
    `${name}: to text and back is the same value`,
    { x: nullable },
    [[a], [b], [c], [null]],
    (r: CaseRow) => ({
      cast: r['x'].cast('string').cast(to).eq(r['x']),
      tried: r['x'].tryCast('string').tryCast(to).eq(r['x']),
    }),
    [
      ['true', 'true'],
      ['true', 'true'],
      ['true', 'true'],
      ['NULL', 'NULL'],
    ],
  )
}

const others: readonly ConformanceCase[] = [
  project(
    'every-type',
    'boolean: false is less than true',
    { x: 'boolean?', y: 'boolean' },
    [
      [true, false],
      [null, true],
    ],
    (r: CaseRow) => ({ greatest: greatest(r['x'], r['y']), least: least(r['x'], r['y']) }),
    [
      ['true', 'false'],
      ['true', 'true'],
    ],
  ),
  aggregate(
    'every-type',
    'interval: the most frequent, as long as another is the same',
    { x: 'interval?' },
    ['PT24H', 'P1D', 'P2D', null].map(text => [text]),
    [],
    (r: CaseRow) => ({ mode: r['x'].mode().eq('P1D') }),
    [['true']],
  ),
  project(
    'every-type',
    'interval: at most as long, at least as long',
    { x: 'interval?', y: 'interval' },
    [
      ['PT24H', 'P1D'],
      ['P1M', 'P29D'],
      [null, 'P1D'],
    ],
    (r: CaseRow) => ({ lte: r['x'].lte(r['y']), gte: r['x'].gte(r['y']) }),
    [
      ['true', 'true'],
      ['false', 'true'],
      ['NULL', 'NULL'],
    ],
  ),
  project(
    'every-type',
    'bytes: their md5',
    { x: 'bytes?' },
    [[Uint8Array.from([97, 98, 99])], [null]],
    (r: CaseRow) => ({ md5: r['x'].md5() }),
    [['900150983cd24fb0d6963f7d28e17f72'], ['NULL']],
  ),
]

const hasExtremes = (one: Sample): boolean => one.ordered || one.name === 'boolean'

/** Every sample through every function that any value has. */
export const everyTypeCases: readonly ConformanceCase[] = samples
  .flatMap(one => [
    ...(isText(one) ? [turned(one)] : []),
    choices(one),
    ...(one.ordered ? [orders(one)] : []),
    groups(one),
    ...(hasExtremes(one) ? [extremes(one)] : []),
    neighbours(one),
  ])
  .concat(others)
