/** Functions of numbers, texts and times, on each of their types. */
import { makeDate, makeDatetime, range } from '../expr/index.ts'
import { localDateTime, oneOf, type FieldSpec } from '../schema/index.ts'
import { aggregate, type CaseRow, type ConformanceCase, fails, project } from './case.ts'

interface Numbers {
  readonly name: string
  /** A whole result as its canonical text, in the type of the numbers, with so many times its digits after the point. */
  text(value: number, times?: number): string
  /** A number of the type. */
  value(of: number): unknown
  readonly integer: boolean
}

const whole = (value: number): string => String(value)
const numbers: readonly Numbers[] = [
  ...['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32'].map(name => ({ name, text: whole, value: Number, integer: true })),
  ...['uint64', 'bigint'].map(name => ({ name, text: whole, value: BigInt, integer: true })),
  ...['float32', 'float64'].map(name => ({ name, text: whole, value: Number, integer: false })),
  { name: 'decimal(10,2)', text: (value, times = 1) => value.toFixed(2 * times), value: String, integer: false },
]
const isDecimal = ({ name }: Numbers): boolean => name.startsWith('decimal')
const typed = (name: string): FieldSpec => name as 'int64'
const nullable = (name: string): FieldSpec => `${name}?` as 'int64?'

function arithmetic(one: Numbers): ConformanceCase {
  const { name, text, value } = one
  return project(
    'every-type',
    `${name}: arithmetic, rounding, signs and limits`,
    { x: nullable(name), y: typed(name) },
    [
      [value(9), value(2)],
      [null, value(2)],
    ],
    (r: CaseRow) => ({
      add: r['x'].add(r['y']),
      sub: r['x'].sub(r['y']),
      mul: r['x'].mul(r['y']),
      div: r['x'].div(r['y']),
      mod: r['x'].mod(r['y']),
      neg: r['x'].neg(),
      abs: r['x'].abs(),
      round: r['x'].round(),
      floor: r['x'].floor(),
      ceil: r['x'].ceil(),
      trunc: r['x'].trunc(),
      clip: r['x'].clip(0, 5),
      sign: r['x'].sign().cast('int64'),
      isNan: r['x'].isNan(),
      isFinite: r['x'].isFinite(),
      isInfinite: r['x'].isInfinite(),
      asText: r['x'].cast('string').cast(name),
      tried: r['x'].tryCast('string').tryCast(name),
    }),
    [
      [
        text(11),
        text(7),
        text(18, 2),
        '4.5',
        text(1),
        text(-9),
        ...Array.from({ length: 5 }, () => text(9)),
        text(5),
        '1',
        'false',
        'true',
        'false',
        text(9),
        text(9),
      ],
      Array.from({ length: 18 }, () => 'NULL'),
    ],
  )
}

const reals = 'sqrt exp log log2 cbrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh degrees radians'.split(' ')

/** What is a float of any number is the same float of the number as a float. */
function real({ name, value }: Numbers): ConformanceCase {
  const two = ['pow', 'atan2', 'hypot']
  return project(
    'every-type',
    `${name}: roots, powers, logarithms and angles are those of the same float`,
    { x: typed(name), y: typed(name) },
    [
      [value(9), value(2)],
      [value(1), value(3)],
      [value(0), value(1)],
    ],
    (r: CaseRow) => {
      const float = { x: r['x'].cast('float64'), y: r['y'].cast('float64') }
      const same = (method: string, ...args: readonly ('x' | 'y')[]): unknown =>
        r['x'][method](...args.map(arg => r[arg])).eq(float.x[method](...args.map(arg => float[arg])))
      return Object.fromEntries([
        ...reals.map(method => [method, same(method)] as const),
        ...two.map(method => [method, same(method, 'y')] as const),
      ])
    },
    Array.from({ length: 3 }, () => Array.from({ length: reals.length + two.length }, () => 'true')),
  )
}

function division({ name, value }: Numbers): ConformanceCase {
  return project(
    'every-type',
    `${name}: division that rounds down`,
    { x: typed(name), y: typed(name) },
    [[value(9), value(2)]],
    (r: CaseRow) => ({ v: r['x'].floorDiv(r['y']) }),
    [['4']],
  )
}

function bits({ name, value }: Numbers): ConformanceCase {
  return project(
    'every-type',
    `${name}: bits`,
    { x: typed(name), y: typed(name) },
    [[value(9), value(2)]],
    (r: CaseRow) => ({
      and: r['x'].bitAnd(r['y']),
      or: r['x'].bitOr(r['y']),
      xor: r['x'].bitXor(r['y']),
      not: r['x'].bitNot(),
      left: r['x'].shiftLeft(1),
      right: r['x'].shiftRight(1),
    }),
    [['0', '11', '11', '-10', '18', '4']],
  )
}

function parts({ name, value }: Numbers): ConformanceCase {
  return project(
    'every-type',
    `${name}: as a letter, a moment, a day, a wall clock and the end of a range`,
    { x: typed(name) },
    [[value(3)]],
    (r: CaseRow) => ({
      letter: r['x'].toChar().toBytes(),
      moment: r['x'].fromEpoch('second'),
      day: makeDate(r['x'], r['x'], r['x']),
      clock: makeDatetime(r['x'], r['x'], r['x'], r['x'], r['x'], r['x']),
      range: range(0, r['x']),
      back: range(r['x'], 0, -1),
    }),
    [['03', '1970-01-01T00:00:03Z', '0003-03-03', '0003-03-03T03:03:03', '[0,1,2]', '[3,2,1]']],
  )
}

function groups(one: Numbers): ConformanceCase {
  const { name, text, value, integer } = one
  const all: ConformanceCase = aggregate(
    'every-type',
    `${name}: sums, means, quantiles, moments and pairs`,
    { x: nullable(name), y: 'int64' },
    [
      [value(9), 1],
      [null, 7],
      [value(2), 2],
      [value(4), 3],
      [value(1), 4],
    ],
    [],
    (r: CaseRow) => ({
      sum: r['x'].sum(),
      product: r['x'].product(),
      mean: r['x'].mean(),
      median: r['x'].median(),
      quantile: r['x'].quantile(0.75),
      quantiles: r['x'].quantiles([0, 0.25, 1]),
      about: r['x'].approxQuantile(1),
      stddev: r['x'].stddev(),
      stddevPop: r['x'].stddevPop(),
      variance: r['x'].variance(),
      variancePop: r['x'].variancePop(),
      skew: r['x'].skew(),
      kurtosis: r['x'].kurtosis(),
      covariance: r['x'].covariance(r['y']),
      covariancePop: r['x'].covariancePop(r['y']),
      correlation: r['x'].correlation(r['y']),
      bins: r['x'].histogram({ edges: [0, 5, 10] }),
      ...(integer ? { and: r['x'].bitAndAgg(), or: r['x'].bitOrAgg(), xor: r['x'].bitXorAgg() } : {}),
    }),
    [
      [
        text(16),
        '72',
        '4',
        '3',
        '5.25',
        '[1,1.75,9]',
        '9',
        '3.55902608401',
        '3.08220700148',
        '12.6666666667',
        '9.5',
        '1.33093773225',
        '1.5',
        '-3.66666666667',
        '-2.75',
        '-0.798023875121',
        '[{low:0,high:5,count:3},{low:5,high:10,count:1}]',
        ...(integer ? ['0', '15', '14'] : []),
      ],
    ],
  )
  return { ...all, tolerance: 1e-9 }
}

function weighted({ name, value }: Numbers): ConformanceCase {
  return project(
    'every-type',
    `${name}: exponentially weighted means`,
    { k: 'int64', x: typed(name) },
    [9, 2, 4, 1].map((x, k) => [k, value(x)]),
    (r: CaseRow) => ({ k: r['k'], v: r['x'].ewmMean({ alpha: 0.5 }).over({ orderBy: r['k'] }) }),
    [
      ['0', '9'],
      ['1', '4.33333333333'],
      ['2', '4.14285714286'],
      ['3', '2.46666666667'],
    ],
  )
}

const textTypes: readonly (readonly [name: string, type: FieldSpec, values: readonly string[]])[] = [
  ['enum', oneOf('a-b', 'Zz', 'é1'), ['a-b', 'Zz', 'é1']],
  ['json', 'json', ['{"a":1}', '"x"', '[1,2]']],
  ['uuid', 'uuid', ['0191f8a4-7b3c-7def-8123-456789abcdef', 'ffffffff-ffff-4fff-bfff-ffffffffffff']],
]
const calls: Readonly<Record<string, readonly unknown[]>> = {
  ...Object.fromEntries(
    'upper lower trim trimStart trimEnd reverse length capitalize title normalize stripAccents codePoint toBytes md5 sha256 hash'
      .split(' ')
      .map(name => [name, []]),
  ),
  padStart: [40, '*'],
  padEnd: [40, '*'],
  repeat: [2],
  slice: [1, 4],
  concat: ['x'],
  contains: ['1'],
  startsWith: ['0'],
  endsWith: ['b'],
  indexOf: ['1'],
  like: ['%1%'],
  ilike: ['Z%'],
  levenshtein: ['abc'],
  matches: [/[0-9]/],
  countMatches: [/[a-z]/],
  extract: [/[a-z]/],
  extractAll: [/[a-z]/],
  replace: [/[a-z]/, '<$&>'],
  split: ['-'],
  json: ['$.a', { invalid: 'null' }],
  toDate: ['%Y', { invalid: 'null' }],
}

/** What a function makes of a value that is text is what it makes of the text. */
function texts([name, type, values]: (typeof textTypes)[number]): ConformanceCase {
  const names = [...Object.keys(calls), 'count of a text', 'replace of a text']
  return project(
    'every-type',
    `${name}: functions of texts give what they give of its text`,
    { x: type },
    values.map(value => [value]),
    (r: CaseRow) => {
      const text = r['x'].cast('string')
      return {
        ...Object.fromEntries(
          Object.entries(calls).map(([method, args]) => [method, same(r['x'][method](...args), text[method](...args))]),
        ),
        'count of a text': r['x'].countMatches('a').eq(text.countMatches('a')),
        'replace of a text': r['x'].replace('a', 'b').eq(text.replace('a', 'b')),
      }
    },
    values.map(() => names.map(() => 'true')),
  )
}

/** Texts in one, of a type that is text. */
function joined([name, type, values]: (typeof textTypes)[number]): ConformanceCase {
  return aggregate(
    'every-type',
    `${name}: its texts in one`,
    { x: type },
    values.map(value => [value]),
    [],
    (r: CaseRow) => ({ all: r['x'].stringAgg(';', { orderBy: r['x'] }) }),
    [[[...values].sort().join(';')]],
  )
}

const encoded: readonly ConformanceCase[] = [
  project(
    'every-type',
    'enum and json: read as hexadecimal digits and as base64',
    { e: oneOf('abcd', '0102'), j: 'json' },
    [
      ['abcd', '1234'],
      ['0102', '9999'],
    ],
    (r: CaseRow) => ({ e: r['e'].fromHex(), e64: r['e'].fromBase64(), j: r['j'].fromHex(), j64: r['j'].fromBase64() }),
    [
      ['abcd', '69b71d', '1234', 'd76df8'],
      ['0102', 'd35d36', '9999', 'f7df7d'],
    ],
  ),
  ...(['fromHex', 'fromBase64'] as const).map(method =>
    fails(
      'every-type',
      `uuid: its dashes are nothing that ${method} reads`,
      { x: 'uuid' },
      ['0191f8a4-7b3c-7def-8123-456789abcdef'],
      (r: CaseRow) => ({ v: r['x'][method]() }),
      'expr.cast',
    ),
  ),
]

type Value = CaseRow['']
/** Equal, or both NULL. */
function same(a: Value, b: Value): Value {
  return a.eq(b).fillNull(a.isNull().and(b.isNull()))
}

function moments(name: 'datetime' | 'timestamp'): ConformanceCase {
  const at = name === 'datetime' ? localDateTime(2024, 2, 29, 12, 34, 56, 789_012) : 1_709_210_096_789_012n
  return project(
    'every-type',
    `${name}: its parts, its day, microseconds since 1970 and the time between two`,
    { t: nullable(name), u: typed(name) },
    [
      [at, at],
      [null, at],
    ],
    (r: CaseRow) => ({
      year: r['t'].year(),
      quarter: r['t'].quarter(),
      month: r['t'].month(),
      week: r['t'].week(),
      isoYear: r['t'].isoYear(),
      day: r['t'].day(),
      dayOfYear: r['t'].dayOfYear(),
      weekday: r['t'].weekday(),
      hour: r['t'].hour(),
      minute: r['t'].minute(),
      second: r['t'].second(),
      millisecond: r['t'].millisecond(),
      microsecond: r['t'].microsecond(),
      isLeapYear: r['t'].isLeapYear(),
      daysInMonth: r['t'].daysInMonth(),
      toDate: r['t'].toDate(),
      epoch: r['t'].epoch('microsecond'),
      diff: r['t'].diff(r['u'].minus('90m'), 'hour'),
    }),
    [
      [
        '2024',
        '1',
        '2',
        '9',
        '2024',
        '29',
        '60',
        '4',
        '12',
        '34',
        '56',
        '789',
        '789012',
        'true',
        '29',
        '2024-02-29',
        '1709210096789012',
        '1',
      ],
      Array.from({ length: 18 }, () => 'NULL'),
    ],
  )
}

/** Every type of numbers, texts and moments through the functions of its family. */
export const everyFamilyCases: readonly ConformanceCase[] = [
  ...numbers.flatMap(one => [
    arithmetic(one),
    real(one),
    ...(isDecimal(one) ? [] : [division(one)]),
    ...(one.integer ? [bits(one), parts(one)] : []),
    groups(one),
    weighted(one),
  ]),
  ...textTypes.flatMap(one => [texts(one), joined(one)]),
  ...encoded,
  moments('datetime'),
  moments('timestamp'),
]
