/** Random tables as a user makes them: a source, then verb after verb. */
import { type Family as TypeFamily, familyOf } from '../../src/schema/index.ts'
import { TidemillError } from '../../src/errors/index.ts'
import { valueFamily } from '../../src/expr/index.ts'
import type { Dataset } from '../../src/index.ts'
import type { Draw } from '../differential/trees.ts'
import {
  aggregateRows,
  Exprs,
  type Family as ValueFamily,
  type MethodRows,
  type Row,
  scalarRows,
  type Value,
  waitingRows,
  windowRows,
} from './draw-exprs.ts'

/** A table of any row: its verbs by name. */
export type Table = Dataset<unknown> & Readonly<Record<string, (...args: readonly unknown[]) => Table>>

/** What a table is drawn from. */
export interface Making {
  readonly draw: Draw
  /** Tables to begin with; the first has columns of every type. */
  readonly sources: readonly Table[]
  /** Names of the methods that were drawn and taken. */
  readonly used: { readonly methods: Set<string> }
}

type Verb = (t: Table, d: Drawing) => Table | undefined

class Drawing {
  readonly making: Making
  readonly #names: readonly (readonly [name: string, family: TypeFamily])[]

  constructor(making: Making, table: Table) {
    this.making = making
    this.#names = table.plan.fields.map(field => [field.name, familyOf(field.type)])
  }

  below(limit: number): number {
    return this.making.draw(limit)
  }
  choose<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }
  names(family?: TypeFamily): readonly string[] {
    return this.#names.filter(([, own]) => family === undefined || own === family).map(([name]) => name)
  }
  name(family?: TypeFamily): string {
    const fits = this.names(family)
    return fits.length === 0 ? 'none' : this.choose(fits)
  }
  some(family?: TypeFamily): readonly string[] {
    const all = this.names(family)
    return all.length === 0 ? [] : [...new Set([this.choose(all), this.choose(all)])]
  }
  exprs(row: unknown): Exprs {
    return new Exprs(
      this.making.draw,
      row as Row,
      this.#names.map(([name]) => name),
      this.making.used.methods,
    )
  }
  /** `{ a: value, 'odd name': value }` */
  made(row: unknown, make: (e: Exprs) => Value): Readonly<Record<string, Value>> {
    const names = this.choose([['made'], ['made', 'odd name'], ["it's", '7'], ['7', '3', 'x'], ['r'], ['tm', 'table']])
    return Object.fromEntries(names.map(name => [name, make(this.exprs(row))]))
  }
  values(row: unknown): Readonly<Record<string, Value>> {
    return this.made(row, e => (this.below(5) === 0 ? e.window() : e.value(1 + this.below(3))))
  }
  aggregates(row: unknown): Readonly<Record<string, Value>> {
    return this.made(row, e => e.aggregate())
  }
  order(): unknown {
    const by = (): unknown => this.choose<unknown>([this.name(), (r: unknown) => this.exprs(r).order()])
    return this.below(2) === 0 ? by() : [by(), by()]
  }
  other(): Table {
    const source = this.choose(this.making.sources)
    return this.below(2) === 0 ? source : (source['limit'] as (rows: number) => Table)(3)
  }
}

const call = (t: Table, verb: string, ...args: readonly unknown[]): Table => {
  const method = t[verb]
  if (method === undefined) throw new Error(`no verb: ${verb}`)
  return method.apply(t, args as never)
}

const everyType = ['number', 'text', 'boolean', 'time'] as const
const verbs: Readonly<Record<string, Verb>> = {
  filter: (t, d) => call(t, 'filter', (r: unknown) => d.exprs(r).condition(1 + d.below(3))),
  select: (t, d) =>
    d.choose([
      () => call(t, 'select', ...d.some()),
      () => call(t, 'select', (r: unknown) => d.values(r)),
      () => call(t, 'select', d.name(), (r: unknown) => d.values(r)),
    ])(),
  withColumns: (t, d) => call(t, 'withColumns', (r: unknown) => d.values(r)),
  drop: (t, d) => call(t, 'drop', d.name()),
  rename: (t, d) =>
    d.choose([
      () => call(t, 'rename', { [d.name()]: d.choose(['renamed', 'a b', "it's"]) }),
      () => call(t, 'rename', (name: string) => `${name}_2`),
    ])(),
  reorder: (t, d) => call(t, 'reorder', ...d.some()),
  selectTypes: (t, d) => call(t, 'selectTypes', ...new Set([d.choose(everyType), d.choose(everyType)])),
  cast: (t, d) => call(t, 'cast', { [d.name('number')]: d.choose(['float64', 'string', 'decimal(38,6)']) }),
  tryCast: (t, d) => call(t, 'tryCast', { [d.name('text')]: d.choose(['int32', 'date', 'boolean', 'json', 'decimal(20,4)']) }),
  replace: (t, d) =>
    call(t, 'replace', {
      [d.name('number')]: [
        [1, 2],
        [null, 0],
        [7, null],
      ],
      [d.name('text')]: d.choose([{ a: 'b', "it's": 'x' }, new Map([['a', null]])]),
    }),
  clip: (t, d) =>
    call(t, 'clip', {
      [d.name('number')]: d.choose([
        [0, 100],
        [null, 5],
        [-1.5, null],
      ]),
    }),
  cut: (t, d) =>
    call(
      t,
      'cut',
      d.name('number'),
      d.choose([
        [0, 10, 20.5],
        [-Infinity, 0, Infinity],
      ]),
      {
        into: 'class',
        ...d.choose([{}, { closed: 'left' }, { labels: ['low', "it's"] }]),
      },
    ),
  qcut: (t, d) =>
    call(t, 'qcut', d.name('number'), d.choose([2, [0, 0.25, 1]]), {
      into: 'quarter',
      ...d.choose([{}, { labels: ['x', 'y'] }, { by: d.name('text') }, { by: d.some('text') }]),
    }),
  fillNull: (t, d) =>
    d.choose([
      () => call(t, 'fillNull', { [d.name('number')]: 0, [d.name('text')]: "n'a" }),
      () => call(t, 'fillNull', d.some('number'), { strategy: d.choose(['mean', 'median', 'mode', 'min', 'max']) }),
      () =>
        call(t, 'fillNull', d.some('number'), {
          strategy: d.choose(['forward', 'backward', 'interpolate']),
          orderBy: d.choose([d.name('time'), d.name('number')]),
          ...d.choose([{}, { by: d.name('text') }]),
        }),
    ])(),
  dropNulls: (t, d) =>
    d.choose([
      () => call(t, 'dropNulls'),
      () => call(t, 'dropNulls', ...d.some()),
      () => call(t, 'dropNulls', { atLeast: 1, columns: d.some() }),
      () => call(t, 'dropNulls', { atLeast: 2 }),
    ])(),
  agg: (t, d) => call(t, 'agg', (r: unknown) => d.aggregates(r)),
  groupBy: (t, d) => {
    const keys = d.choose<readonly unknown[]>([[d.name()], d.some(), [d.name('text'), (r: unknown) => ({ key: d.exprs(r).value(1) })]])
    const grouped = call(t, 'groupBy', ...keys) as unknown as Table
    const make = (r: unknown): unknown => d.aggregates(r)
    const level = d.choose<readonly unknown[]>([[], [{ level: 'level' }]])
    return d.choose([
      () => call(grouped, 'agg', make),
      () => call(grouped, 'agg', make),
      () => call(grouped, 'rollup', make, ...level),
      () => call(grouped, 'cube', make, ...level),
      () => (typeof keys[0] === 'string' ? call(grouped, 'groupingSets', [[keys[0]], []], make, ...level) : undefined),
    ])()
  },
  distinct: (t, d) =>
    d.choose([
      () => call(t, 'distinct'),
      () => call(t, 'distinct', ...d.some()),
      () => call(t, 'distinct', d.name(), { keep: d.choose(['first', 'last', 'none']), orderBy: d.order() }),
    ])(),
  sort: (t, d) => call(t, 'sort', ...[d.order()].flat()),
  limit: (t, d) => d.choose([() => call(t, 'limit', 3), () => call(t, 'limit', 3, { offset: 2 }), () => call(t, 'head')])(),
  tail: (t, d) => d.choose([() => call(t, 'tail'), () => call(t, 'tail', 2)])(),
  slice: (t, d) => d.choose([() => call(t, 'slice', -3), () => call(t, 'slice', 1, -1), () => call(t, 'slice', 2, 5)])(),
  withRowIndex: (t, d) => d.choose([() => call(t, 'withRowIndex', 'place'), () => call(t, 'withRowIndex', "row's", { from: 1 })])(),
  topK: (t, d) => call(t, 'topK', 2, d.order(), ...d.choose<readonly unknown[]>([[], [{ per: d.name('text') }], [{ ties: 'all' }]])),
  sample: (t, d) =>
    call(
      t,
      'sample',
      d.choose([{ rows: 3 }, { fraction: 0.5 }]),
      ...d.choose<readonly unknown[]>([[], [{ seed: 7 }], [{ seed: 1, by: d.name('text') }], [{ replacement: true }]]),
    ),
  split: (t, d) => {
    const parts = d.choose<readonly unknown[]>([
      [{ a: 0.75, 'the rest': 0.25 }, { seed: 3 }],
      [
        { a: 0.5, 'the rest': 0.5 },
        { seed: 3, stratify: d.name('text') },
      ],
      [
        { a: 0.5, 'the rest': 0.5 },
        { seed: 3, together: d.name('text') },
      ],
      [{ a: 0.5, 'the rest': 0.5 }, { inOrderOf: d.name('number') }],
      [{ kind: 'rows', rows: { a: [0, 2], 'the rest': 'rest' } }],
    ])
    return (call(t, 'split', ...parts) as unknown as Record<string, Table>)[d.choose(['a', 'the rest'])]
  },
  join: (t, d) => {
    const other = d.other()
    const name = d.name()
    const right = other.plan.fields.map(field => field.name)
    return call(t, 'join', other, {
      on: d.choose<unknown>([name, [name], { [name]: right[d.below(right.length)] }]),
      suffix: '_2',
      ...d.choose([
        {},
        { how: d.choose(['left', 'right', 'full', 'semi', 'anti']) },
        { validate: 'many-to-one' },
        { onManyToMany: 'warn' },
      ]),
    })
  },
  joinWhere: (t, d) => {
    const other = d.other()
    return call(
      t,
      'joinWhere',
      other,
      (a: unknown, b: unknown) => {
        const [left, right] = [d.exprs(a).column(), Object.values({ ...columnsIn(other, b) })]
        const same = right.filter(one => valueFamily(one.node.type) === valueFamily(left.node.type))
        return left['lt']?.(d.choose(same))
      },
      { suffix: '_2' },
    )
  },
  crossJoin: (t, d) => call(t, 'crossJoin', d.other(), { suffix: '_right' }),
  joinAsOf: (t, d) => {
    const at = d.name(d.choose(['time', 'number'] as const))
    const options = { at, direction: d.choose(['backward', 'forward', 'nearest']), suffix: '_2' }
    return call(t, 'joinAsOf', d.other(), {
      ...options,
      ...d.choose([{}, { on: d.name('text') }, { within: d.choose(['5m', 3]) }, { exact: false }, { how: 'inner' }]),
    })
  },
  union: (t, d) => d.choose([() => call(t, 'union', t), () => call(t, 'union', [d.other(), t], { missing: 'null' })])(),
  intersect: (t, d) => call(t, 'intersect', call(t, 'limit', 5), ...d.choose<readonly unknown[]>([[], [{ all: true }]])),
  except: (t, d) => call(t, 'except', call(t, 'limit', 5), ...d.choose<readonly unknown[]>([[], [{ all: true }]])),
  explode: (t, d) => d.choose([() => call(t, 'explode', d.name('list')), () => call(t, 'explode', d.some('list'), { outer: true })])(),
  unnest: (t, d) => call(t, 'unnest', d.name('struct'), ...d.choose<readonly unknown[]>([[], [{ prefix: 'at ' }]])),
  pivot: (t, d) =>
    call(t, 'pivot', {
      index: d.choose<unknown>([d.name('number'), d.some('number')]),
      columns: d.name('text'),
      into: ['a', "it's"],
      values: (r: unknown) => d.exprs(r).aggregate(),
    }),
  unpivot: (t, d) =>
    call(t, 'unpivot', { ...d.choose([{ columns: d.some('text') }, { keep: d.names().slice(1) }]), name: 'name of it', value: 'value' }),
  resample: (t, d) =>
    call(t, 'resample', d.name('time'), d.choose(['day', 'month', '12h', '90m']), (r: unknown) => d.aggregates(r), {
      ...d.choose([
        {},
        { by: d.name('text') },
        { fill: d.choose(['skip', 'forward', 0]) },
        { timeZone: 'Europe/Berlin' },
        { origin: '2026-01-01T06:00:00Z' },
      ]),
    }),
  valueCounts: (t, d) => call(t, 'valueCounts', d.name()),
  nullCounts: t => call(t, 'nullCounts'),
  correlation: (t, d) =>
    call(t, 'correlation', ...d.choose<readonly unknown[]>([[], [{ method: 'spearman' }], [{ columns: d.some('number') }]])),
  describe: (t, d) => call(t, 'describe', ...d.choose<readonly unknown[]>([[], [{ percentiles: [0.25, 0.99] }]])),
  as: (t, d) => call(t, 'as', { [d.name('text')]: 'string?', [d.name('number')]: 'float64?' }),
}

function columnsIn(table: Table, row: unknown): Readonly<Record<string, Value>> {
  return Object.fromEntries(table.plan.fields.map(({ name }) => [name, (row as Row)[name] as Value]))
}

/** The names of the verbs that are drawn. */
export const drawnVerbs: readonly string[] = Object.keys(verbs)

/** A table of some verbs over a drawn source. What does not go together is drawn again. */
export function drawTable(making: Making, first?: string): Table {
  let table = making.sources[making.draw(making.sources.length)] as Table
  const steps = 1 + making.draw(4)
  for (let step = 0; step < steps; step++) {
    const name = step === 0 && first !== undefined ? first : (drawnVerbs[making.draw(drawnVerbs.length)] as string)
    table = tried(table, name, making) ?? table
  }
  return table
}

const shelves = (): readonly (readonly [verb: string, rows: MethodRows, family: ValueFamily | undefined])[] => [
  ...Object.entries(scalarRows).map(([family, rows]) => ['withColumns', rows, family as ValueFamily] as const),
  ...Object.entries(aggregateRows).map(([family, rows]) => ['agg', rows, family as ValueFamily] as const),
  ['withColumns', windowRows, 'number'],
  ['withColumns', waitingRows, 'number'],
]

/** Tables that call every method: ten steps with a column each, or one aggregate. A method that no draw makes is left out. */
export function everyMethod(making: Making): readonly Table[] {
  const source = making.sources[0] as Table
  const tables: Table[] = []
  for (const [verb, rows, family] of shelves()) {
    let table = source
    for (const [index, name] of Object.keys(rows).entries()) {
      const drawing = new Drawing(making, source)
      const column = `made ${index % 10}`
      const next = mayBe(() => call(table, verb, (r: unknown) => ({ [column]: drawing.exprs(r).directed(rows, name, family) })))
      if (next === undefined) continue
      if (verb === 'agg') {
        tables.push(next)
        continue
      }
      table = next
      if (index % 10 < 9) continue
      tables.push(table)
      table = source
    }
    if (table !== source) tables.push(table)
  }
  return tables
}

/** As often is drawn again what does not go together. */
const mostDraws = 20

/** What some draw makes. */
function mayBe<T>(make: () => T | undefined): T | undefined {
  for (let attempt = 0; attempt < mostDraws; attempt++)
    try {
      const made = make()
      if (made !== undefined) return made
    } catch (error) {
      if (!(error instanceof TidemillError && /^(expr|plan)\./.test(error.code))) throw error
    }
  return undefined
}

function tried(table: Table, name: string, making: Making): Table | undefined {
  return mayBe(() => verbs[name]?.(table, new Drawing(making, table)))
}
