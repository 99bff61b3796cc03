/** Random expressions as a user writes them: methods of columns, constants of JavaScript, the free functions of `tidemill`. */
import { type ExprNode, valueFamily } from '../../src/expr/index.ts'
import {
  calendarDate,
  coalesce,
  col,
  count,
  cumeDist,
  decimal,
  denseRank,
  greatest,
  interval,
  least,
  list,
  listOf,
  lit,
  localDateTime,
  makeDate,
  makeDatetime,
  map,
  ntile,
  oneOf,
  percentRank,
  range,
  rank,
  rowNumber,
  struct,
  structOf,
  timeOfDay,
  when,
} from '../../src/index.ts'
import type { DataType } from '../../src/schema/index.ts'
import type { Draw } from '../differential/trees.ts'

/** A builder of any type: its methods by name. */
export type Value = { readonly node: ExprNode } & Readonly<Record<string, (...args: readonly unknown[]) => Value>>
/** The columns a callback sees. */
export type Row = Readonly<Record<string, Value>>
export type Family = ReturnType<typeof valueFamily>

const as = (value: unknown): Value => value as Value
const family = (value: Value): Family => valueFamily(value.node.type)

/** Constants a user would write beside a value of a type. */
function constants(type: DataType): readonly unknown[] {
  if (typeof type === 'object') {
    if ('decimal' in type) return [1, -2, 1.5, 0.25, decimal(150n, 2), decimal(12345678901234567890n, 4), decimal(-1n, 9), 0]
    if ('enum' in type) return [type.enum[0], type.enum.at(-1)]
    return []
  }
  return plain[type] ?? []
}

const whole: readonly unknown[] = [0, 1, -1, 2, 7, 100]
const plain: Readonly<Partial<Record<Extract<DataType, string>, readonly unknown[]>>> = {
  boolean: [true, false],
  int8: whole,
  int16: whole,
  int32: whole,
  int64: [...whole, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
  uint8: whole,
  uint16: whole,
  uint32: [...whole, 4_294_967_295],
  uint64: [...whole, 5n, 2n ** 63n - 1n],
  bigint: [0n, 1n, -1n, 5n, 2n ** 63n - 1n, -(2n ** 63n), 3],
  float32: [0, 0.5, -1.5, 3],
  float64: [0, -0, 0.1, -2.5, 1e21, 1e-7, 5, Number.NaN, Infinity, -Infinity, Number.MAX_VALUE],
  string: ['', 'a', "it's", 'say "so"', 'back\\slash', '`${x}`', 'line\nend', '\u2028', '😀é', 'r.x', 'column_0_', 'null', '2026-01-02'],
  date: [calendarDate(2026, 1, 2), '2024-02-29', calendarDate(1, 1, 1)],
  timestamp: [new Date('2026-01-02T03:04:05.678Z'), '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000001Z', new Date(0)],
  datetime: [localDateTime(2026, 1, 2, 3, 4, 5), localDateTime(1969, 12, 31, 23, 59, 59, 999_999), '2026-01-02T03:04:05'],
  time: [timeOfDay(1, 2, 3), timeOfDay(23, 59, 59, 999_999), '10:30:00'],
  interval: [interval({ months: 2, days: -1, micros: 5n }), 'P1Y2M3DT4H5M6S'],
  uuid: ['0191f8a4-7b3c-7def-8123-456789abcdef'],
  bytes: [new Uint8Array([0, 255, 10]), new Uint8Array()],
  json: ['{"a":1}'],
}

/** Constants that stand alone. */
const alone: readonly unknown[] = [
  1,
  -0,
  2.5,
  Number.NaN,
  5n,
  'a',
  "it's",
  '',
  true,
  null,
  new Date('2026-01-02T03:04:05.678Z'),
  calendarDate(2026, 1, 2),
  localDateTime(2026, 1, 2, 3),
  timeOfDay(1, 2, 3, 4),
  interval({ months: 1, days: 2, micros: 3n }),
  decimal(150n, 2),
  decimal(12345678901234567890n, 4),
  decimal(5n, 0),
  new Uint8Array([1, 2]),
]

const types: readonly unknown[] = [
  'boolean',
  'int8',
  'int32',
  'int64',
  'uint8',
  'uint64',
  'bigint',
  'float32',
  'float64',
  'string',
  'date',
  'time',
  'datetime',
  'timestamp',
  'interval',
  'uuid',
  'bytes',
  'json',
  'decimal(18,2)',
  'decimal(38,10)',
  oneOf('a', "it's", 'c"d'),
  list('int64'),
  list(list('string')),
  list('decimal(12,3)'),
  struct({ x: 'int64', 'odd name': list('float64?' as 'float64') }),
  map('string', struct({ y: 'date' })),
  list(oneOf('a', 'b')),
]

const units = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond']
const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu']
const patterns: readonly RegExp[] = [/[a-z]+/, /^a\/b/, /(a)(b)?/i, /[^"'`]*$/, /\d{2,3}|x/, /[😀é]/u, /\u2028/, /a.c/s]
const durations = ['1h', '90s', '7d', '250ms', '15m', '1h30m']

type Args = (d: Exprs, self: Value) => readonly unknown[]
const none: Args = () => []
const like: Args = (d, self) => [d.like(self)]
const pick =
  (...choices: readonly (readonly unknown[])[]): Args =>
  d =>
    d.choose(choices)
const zoned: Args = d => d.choose([[], [{ timeZone: d.choose(zones) }]])

/** Names of methods with what draws their arguments. */
export type MethodRows = Readonly<Record<string, Args>>
type Rows = MethodRows
const each = (names: string, args: Args): Rows => Object.fromEntries(names.split(' ').map(name => [name, args]))

const general: Rows = {
  ...each('eq ne fillNull nullIf', like),
  ...each('isNull isNotNull', none),
  in: (d, self) => [d.choose([[d.constant(self)], [d.constant(self), d.constant(self)], [null, d.constant(self)]])],
  ...each('cast tryCast', d => [d.choose(types)]),
  hash: pick([], [{ seed: 7 }]),
}
const ordered: Rows = { ...each('lt lte gt gte', like), between: (d, self) => [d.like(self), d.like(self)] }
const number: Rows = {
  ...each('add sub mul div mod pow floorDiv atan2 hypot bitAnd bitOr bitXor', like),
  ...each('neg abs floor ceil sqrt exp isNan isFinite isInfinite sign trunc cbrt log2 log10 bitNot toChar', none),
  ...each('sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh degrees radians', none),
  round: pick([], [2], [-1]),
  log: pick([], [2], [10]),
  clip: pick([0, 10], [-Infinity, 5], [0.5, Infinity], [-1.5, 1e21]),
  ...each('shiftLeft shiftRight', pick([1], [7])),
  fromEpoch: pick(['second'], ['millisecond'], ['microsecond']),
}
const text: Rows = {
  ...each('upper lower length reverse capitalize title stripAccents codePoint toBytes fromHex fromBase64 md5 sha256', none),
  ...each('concat contains startsWith endsWith indexOf like ilike levenshtein', like),
  ...each('trim trimStart trimEnd', pick([], ["' "])),
  ...each('padStart padEnd', pick([5], [8, '*'])),
  repeat: pick([3]),
  slice: pick([1], [-2], [0, 3], [1, -1]),
  normalize: pick([], ['NFD']),
  matches: d => [d.choose(patterns)],
  countMatches: d => [d.choose([...patterns, 'a', '"'])],
  extract: d => d.choose([[d.choose(patterns)], [/(a)(b)?/, 2]]),
  extractAll: d => d.choose([[d.choose(patterns)], [/(a)(b)?/, 1]]),
  replace: d =>
    d.choose([
      ['a', '$&\\1'],
      [d.choose(patterns), '<$&>'],
      [/(a)(b)?/, '$2"$1'],
    ]),
  split: pick([','], ["'"], ['\\']),
  splitPart: pick([',', 0], ['"', -1]),
  urlPart: pick(['host'], ['query']),
  urlParameter: pick(['q'], ['a.b']),
  json: pick(['$.a'], ['$.a[0].b', { invalid: 'null' }], ['$."unit price"', { as: 'float64' }], ['$.a', { as: 'int64', invalid: 'null' }]),
  toDate: pick(['%Y-%m-%d'], ['%d.%m.%y', { invalid: 'null' }]),
  toDatetime: pick(['%Y-%m-%d %H:%M:%S'], ['%d/%b/%Y %I:%M %p', { invalid: 'null' }]),
  toTimestamp: pick(['%Y-%m-%dT%H:%M:%S%z'], ['%d/%b/%Y:%H:%M:%S %z', { invalid: 'null' }]),
}
const days: Rows = {
  ...each('year quarter month week isoYear day dayOfYear weekday isLeapYear daysInMonth', none),
  truncate: d => d.choose([[d.choose(units)], [d.choose(units), { timeZone: d.choose(zones) }]]),
  endOf: d => [d.choose(units.slice(0, 5))],
  diff: (d, self) => [d.like(self), d.choose(units)],
  since: like,
  ...each('plus minus', d =>
    d.choose([
      [d.choose(durations)],
      [d.column('interval')],
      [3, 'month'],
      [-2, 'day'],
      [1, 'year'],
      [d.number(), 'day'],
      [5, 'millisecond'],
    ]),
  ),
  format: pick(['%Y-%m-%d'], ['%H:%M:%S.%f %j "%A"']),
}
const moments: Rows = {
  ...days,
  ...each('year quarter month week isoYear day dayOfYear weekday', zoned),
  ...each('hour minute second millisecond microsecond', zoned),
  endOf: d => d.choose([[d.choose(units)], [d.choose(units), { timeZone: d.choose(zones) }]]),
  format: pick(['%Y-%m-%d'], ['%H:%M', { timeZone: 'Asia/Kathmandu' }]),
  bin: pick(['5m'], ['1d', { offset: '6h' }], ['1ms']),
  toDate: pick([], ['Europe/Berlin']),
  epoch: pick(['second'], ['millisecond'], ['microsecond']),
  ...each('inZone atZone', d => [d.choose(zones)]),
}
const lists: Rows = {
  at: pick([0], [-1]),
  ...each('length distinct reverse flatten sumItems meanItems minItems maxItems anyItem allItems', none),
  contains: (d, self) => [d.itemOf(self)],
  indexOf: (d, self) => [d.itemOf(self)],
  append: (d, self) => [d.itemOf(self)],
  ...each('concat containsAny containsAll', (d, self) => [d.choose([d.like(self), [d.itemOf(self)]])]),
  slice: pick([1], [-2], [0, 2]),
  sort: pick([], [{ descending: true }], [{ descending: false }]),
  join: pick([','], ["'"]),
  map: d => [(item: Value) => d.onItem(item)],
  filter: d => [(item: Value) => d.conditionOn(item)],
}

/** The methods of the values of a family that give a value per row. */
export const scalarRows: Readonly<Record<Family, Rows>> = {
  number: { ...general, ...ordered, ...number },
  text: { ...general, ...ordered, ...text },
  boolean: { ...general, ...each('and or', like), not: none },
  date: { ...general, ...ordered, ...days },
  instant: { ...general, ...ordered, ...moments },
  clock: { ...general, ...ordered, ...each('hour minute second millisecond microsecond', none) },
  interval: {
    ...general,
    ...each('neg years months days hours minutes seconds microseconds', none),
    ...each('plus minus', d => [d.column('interval')]),
    mul: pick([2], [-1]),
  },
  bytes: { ...general, ...each('toText byteLength toHex toBase64 md5 sha256', none) },
  list: { ...general, ...lists },
  struct: { ...general, field: (_, self) => [fieldOf(self)] },
  map: { ...general, get: (d, self) => [d.keyOf(self)], ...each('keys values', none) },
  unknown: {},
}

const order: Args = d => [{ orderBy: d.order() }]
const anyAggregates: Rows = {
  ...each('count countDistinct approxCountDistinct anyValue entropy mode', none),
  ...each('first last', order),
  list: d => d.choose([[], [{ distinct: true }], [{ orderBy: d.order() }]]),
  ...each('argMin argMax', d => [d.number()]),
}
const numberAggregates: Rows = {
  ...anyAggregates,
  ...each('sum product mean min max median stddev stddevPop variance variancePop skew kurtosis geometricMean harmonicMean', none),
  ...each('bitAndAgg bitOrAgg bitXorAgg', none),
  ...each('covariance covariancePop correlation weightedMean', d => [d.number()]),
  ...each('quantile approxQuantile', pick([0.5], [0.95])),
  quantiles: pick([[0.25, 0.5, 0.75]]),
  histogram: pick([{ edges: [0, 1.5, 10] }], [{ low: 0, high: 20, bins: 4 }]),
}

/** The methods that give a value per group. */
export const aggregateRows: Readonly<Record<Family, Rows>> = {
  number: numberAggregates,
  text: {
    ...anyAggregates,
    ...each('min max', none),
    stringAgg: d => d.choose([[], ["'; "], ['"', { distinct: true }], [',', { orderBy: d.order() }]]),
  },
  boolean: { ...anyAggregates, ...each('any all sum mean min max', none) },
  date: { ...anyAggregates, ...each('min max', none) },
  instant: { ...anyAggregates, ...each('min max', none) },
  clock: { ...anyAggregates, ...each('min max', none) },
  interval: anyAggregates,
  bytes: anyAggregates,
  list: anyAggregates,
  struct: anyAggregates,
  map: anyAggregates,
  unknown: {},
}

const running: Args = d => [d.running()]
/** The methods that are windows by their name. */
export const windowRows: Rows = {
  ...each('cumSum cumMean cumMin cumMax', running),
  cumCount: running,
  ...each('change percentChange', d => [{ ...d.running(), ...d.choose([{}, { rows: 2 }]) }]),
}
/** The methods that wait for their window. */
export const waitingRows: Rows = {
  ...each('lag lead', (d, self) => d.choose([[], [2], [1, d.constant(self)], [1, { skipNulls: true }]])),
  ...each('firstValue lastValue', pick([], [{ skipNulls: true }])),
  nthValue: pick([2], [2, { skipNulls: true }]),
  ewmMean: pick([{ alpha: 0.5 }], [{ span: 5, adjust: false }], [{ halfLife: 2 }], [{ com: 1 }]),
}

function fieldOf({ node: { type } }: Value): string {
  return typeof type === 'object' && 'struct' in type ? (type.struct[0]?.name ?? '') : ''
}

/** Draws expressions over the columns of a callback. */
export class Exprs {
  readonly #draw: Draw
  readonly #row: Row
  readonly #columns: readonly Value[]
  /** Which methods were drawn and taken. */
  readonly used: Set<string>

  constructor(draw: Draw, row: Row, names: readonly string[], used: Set<string>) {
    this.#draw = draw
    this.#row = row
    this.used = used
    this.#columns = names.map(name => (draw(12) === 0 && !(name in {}) ? this.#typed(name) : (row[name] as Value)))
  }

  /** A column by its name: of unknown type until the plan checks it, so only a cast may follow. */
  #typed(name: string): Value {
    const { type } = (this.#row[name] as Value).node
    return typeof type === 'string' ? (as(col(name)).cast?.(type) ?? (this.#row[name] as Value)) : (this.#row[name] as Value)
  }

  choose<T>(items: readonly T[]): T {
    return items[this.#draw(items.length)] as T
  }

  column(wanted?: Family): Value {
    const fits = this.#columns.filter(one => wanted === undefined || family(one) === wanted)
    return this.choose(fits.length > 0 ? fits : this.#columns)
  }

  number(): Value {
    return this.column('number')
  }

  constant(self: Value): unknown {
    const known = constants(self.node.type)
    return known.length === 0 ? self : this.choose(known)
  }

  /** A constant, or another expression of the type. */
  like(self: Value): unknown {
    const same = this.#columns.filter(one => JSON.stringify(one.node.type) === JSON.stringify(self.node.type))
    if (this.#draw(2) === 0 || same.length === 0) return this.constant(self)
    return this.choose(same)
  }

  itemOf({ node: { type } }: Value): unknown {
    const item = typeof type === 'object' && 'list' in type ? constants(type.list) : []
    return item.length === 0 ? 1 : this.choose(item)
  }

  keyOf({ node: { type } }: Value): unknown {
    const key = typeof type === 'object' && 'map' in type ? constants(type.map[0]) : []
    return key.length === 0 ? 'a' : this.choose(key)
  }

  onItem(item: Value): unknown {
    return this.#step(item, scalarRows[family(item)]) ?? item
  }

  conditionOn(item: Value): Value {
    const made = this.#step(item, { ...each('eq ne', like), ...each('isNull isNotNull', none) })
    return made ?? as(item.isNotNull?.())
  }

  /** The method of a drawn name with drawn arguments; undefined when it cannot be of this value. */
  #step(self: Value, rows: Rows): Value | undefined {
    const name = this.choose(Object.keys(rows))
    const make = rows[name]
    if (make === undefined || typeof self[name] !== 'function') return undefined
    const made = self[name](...make(this, self))
    this.used.add(name)
    return as(made)
  }

  /** The method of this name over a column of the family, with the window it needs; undefined when no column takes it. */
  directed(rows: Rows, name: string, of: Family | undefined): Value | undefined {
    const made = this.#step(this.column(of), { [name]: rows[name] as Args })
    if (made === undefined || rows !== waitingRows) return made
    return as(made.over?.(this.running()))
  }

  /** A value per row of any type. */
  value(depth: number): Value {
    if (depth === 0) return this.#draw(8) === 0 ? as(lit(this.choose(alone) as string)) : this.column()
    switch (this.#draw(14)) {
      case 0:
        return this.#free(depth)
      case 1:
        return this.#case(depth)
      default: {
        const self = this.value(depth - 1)
        return this.#step(self, scalarRows[family(self)]) ?? self
      }
    }
  }

  condition(depth: number): Value {
    const self = this.value(depth)
    if (family(self) === 'boolean' && self.node.op !== 'literal') return self
    const made = this.#step(self.node.op === 'literal' ? this.column() : self, {
      ...each('eq ne', like),
      ...each('isNull isNotNull', none),
    })
    return made ?? as(self.isNotNull?.())
  }

  #free(depth: number): Value {
    const [a, b] = [this.value(depth - 1), this.value(depth - 1)]
    const n = this.number()
    switch (this.#draw(9)) {
      case 0:
        return as(greatest(a as never, this.like(a) as never))
      case 1:
        return as(least(a as never, this.like(a) as never))
      case 2:
        return as(listOf(a as never, this.like(a) as never))
      case 3:
        return as(structOf({ a, 'odd name': b, lit: 1 } as never))
      case 4:
        return as(range(0, n as never, 2))
      case 5:
        return as(makeDate(n as never, 1, 2))
      case 6:
        return as(makeDatetime(2026, n as never, 2, 3, 4, 5))
      case 7:
        return as(coalesce(a as never, this.column() as never, lit(null) as never))
      default:
        return as(coalesce(a as never))
    }
  }

  #case(depth: number): Value {
    const value = this.value(depth - 1)
    const first = when(this.condition(depth - 1) as never, value as never)
    const next = this.#draw(2) === 0 ? first : first.when(this.condition(0) as never, this.like(value) as never)
    return as(this.#draw(2) === 0 ? next.end() : next.otherwise(this.like(value) as never))
  }

  /** A value per group. */
  aggregate(): Value {
    if (this.#draw(6) === 0) return as(count())
    const self = this.#draw(3) === 0 ? this.value(1) : this.column()
    const of = self.node.op === 'literal' ? this.column() : self
    const made = this.#step(of, aggregateRows[family(of)]) ?? as(count())
    const some = this.#draw(4) === 0 ? as(made.where?.(this.condition(1))) : made
    if (some !== made) this.used.add('where')
    if (this.#draw(4) > 0 || family(some) !== 'number') return some
    return as(some.div?.(as(count()).cast?.(some.node.type as string) ?? 1))
  }

  /** A value per row that looks at other rows. */
  window(): Value {
    switch (this.#draw(5)) {
      case 0:
        return as(this.choose([rank(), denseRank(), rowNumber(), percentRank(), cumeDist(), ntile(4)]).over(this.running() as never))
      case 1: {
        const self = this.number()
        return this.#step(self, windowRows) ?? self
      }
      case 2: {
        const self = this.column()
        const waiting = this.#step(self, family(self) === 'number' ? waitingRows : without(waitingRows, 'ewmMean'))
        this.used.add('over')
        return as(waiting?.over?.(this.running()))
      }
      case 3: {
        this.used.add('rolling')
        return as(
          this.number()
            .mean?.()
            .rolling?.(3, { ...this.running(), ...this.choose([{}, { minRows: 1 }, { center: true }]) }),
        )
      }
      default:
        this.used.add('over')
        return as(this.aggregate().over?.(this.spec()))
    }
  }

  order(): unknown {
    const item = (): unknown => {
      const of = this.column()
      const name = this.choose(['', 'asc', 'desc'])
      if (name === '') return of
      this.used.add(name)
      return of[name]?.(...this.choose([[], [{ nulls: 'first' }]]))
    }
    return this.#draw(2) === 0 ? item() : [item(), item()]
  }

  running(): Readonly<Record<string, unknown>> {
    return {
      ...(this.#draw(2) === 0 ? {} : { partitionBy: this.choose([this.column(), [this.column(), this.column()]]) }),
      orderBy: this.order(),
    }
  }

  /** A window with or without a frame. */
  spec(): Readonly<Record<string, unknown>> {
    switch (this.#draw(6)) {
      case 0:
        return {}
      case 1:
        return { partitionBy: this.column() }
      case 2:
        return {
          ...this.running(),
          rows: this.choose([
            [-2, 0],
            ['unbounded', 0],
            [-1, 'unbounded'],
            [0, 3],
          ]),
        }
      case 3:
        return {
          orderBy: this.number(),
          range: this.choose([
            [-5, 5],
            ['unbounded', 0],
            [0, 1],
          ]),
        }
      case 4:
        return {
          orderBy: this.column('instant'),
          range: this.choose([
            ['-1h', 0],
            ['-90s', '1d'],
            ['unbounded', '15m'],
          ]),
        }
      default:
        return { ...this.running(), rows: ['unbounded', 'unbounded'], exclude: this.choose(['current', 'group', 'ties']) }
    }
  }
}

function without(rows: Rows, name: string): Rows {
  return Object.fromEntries(Object.entries(rows).filter(([one]) => one !== name))
}
