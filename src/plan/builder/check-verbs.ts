/** The arguments of each verb as plain JavaScript may give them, with one example each. */
import { whatIs } from '../../errors/index.ts'
import { misuse, needCallback, needNames, needNumber, needObject, needOptions, needPicks } from './check-arguments.ts'

const examples = {
  select: "select('city', r => ({ total: r.price.mul(r.count) }))",
  rename: "rename({ old: 'new' })",
  limit: 'limit(10), or limit(10, { offset: 20 })',
  sample: 'sample({ rows: 100 }, { seed: 42 }), or sample({ fraction: 0.1 })',
  split: "split({ train: 0.8, test: 0.2 }, { seed: 42 }), or { inOrderOf: 'at' }",
  join: "a.join(b, { on: 'id' }), or { on: { id: 'orderId' }, how: 'left', suffix: 'Other' }",
  joinWhere: "a.joinWhere(b, (left, right) => left.from.lte(right.at), { suffix: 'Other' })",
  crossJoin: "a.crossJoin(b, { suffix: 'Other' })",
  pivot: "pivot({ index: 'city', columns: 'year', into: ['2025', '2026'], values: r => r.price.mean() })",
  pivotAll: "pivotAll({ index: 'city', columns: 'year', values: r => r.price.mean() })",
  unpivot: "unpivot({ columns: ['jan', 'feb'], name: 'month', value: 'sales' })",
  map: 'map(row => ({ ...row, total: row.price * row.count }))',
  flatMap: 'flatMap(row => row.words.map(word => ({ word })))',
  mapBatches: "mapBatches(batch => [{ rows: batch.rows }], { schema: { rows: 'int64' } })",
  mapGroups: 'mapGroups((key, rows) => [{ ...key, rows: [...rows].length }])',
  transform: "transform(await standardScaler().fit(table, { columns: ['price'] }))",
  as: "as({ price: 'float64', city: 'string?' })",
  show: 'show({ rows: 20 })',
  write: "write(csv('out.csv')), with csv of 'tidemill/connectors'",
}

/** Throws plan.argument for arguments of the wrong form; one entry a verb. What the values mean the verb itself checks. */
export const checkVerb = {
  select: (columns: readonly unknown[]): void => needPicks('select', columns, examples.select),
  drop: (columns: readonly unknown[]): void => needNames('drop', columns, "drop('city', 'rooms')"),
  dropNulls: (columns: readonly unknown[]): void => needNames('dropNulls', columns, "dropNulls('city'), or dropNulls() for all columns"),
  distinct: (columns: readonly unknown[]): void => needNames('distinct', columns, "distinct('city'), or distinct() for all columns"),
  explode: (column: unknown): void => needNames('explode', [column], "explode('tags')"),
  sort: (by: readonly unknown[]): void => needPicks('sort', by, "sort('city', r => r.price.desc())"),
  groupBy: (keys: readonly unknown[]): void => needPicks('groupBy', keys, "groupBy('city', r => ({ month: r.at.truncate('month') }))"),
  withColumns: (make: unknown): void => needCallback('withColumns', make, 'withColumns(r => ({ total: r.price.mul(r.count) }))'),
  filter: (keep: unknown): void => needCallback('filter', keep, 'filter(r => r.price.gt(1000))'),
  agg: (make: unknown): void => needCallback('agg', make, 'agg(r => ({ rows: count(), mean: r.price.mean() }))'),

  rename(names: unknown): void {
    needObject('rename', names, 'an object of old and new names', examples.rename)
    needNames('rename', Object.values(names), examples.rename)
  },
  fillNull(values: unknown): void {
    needObject('fillNull', values, 'an object of columns and values', "fillNull({ rooms: 0, city: '' })")
  },
  limit(rows: unknown, options: unknown): void {
    needNumber('limit', rows, examples.limit)
    needOptions('limit', options, ['offset'], examples.limit)
    needNumberIn('limit', options, 'offset', examples.limit)
  },
  sample(size: unknown, options: unknown): void {
    needObject('sample', size, 'a size', examples.sample)
    const names = Object.keys(size)
    const [name = ''] = names
    if (names.length !== 1 || (name !== 'rows' && name !== 'fraction'))
      throw misuse(`sample wants rows or fraction, not ${whatIs(size)}`, examples.sample)
    needNumberIn('sample', size, name, examples.sample)
    needOptions('sample', options, ['seed'], examples.sample)
    needNumberIn('sample', options, 'seed', examples.sample)
  },
  split(parts: unknown, options: unknown): void {
    needObject('split', parts, 'an object of parts and shares', examples.split)
    if (!(parts['kind'] === 'rows' && typeof parts['rows'] === 'object'))
      for (const part of Object.keys(parts)) needNumberIn('split', parts, part, examples.split)
    needOptions('split', options, ['seed', 'stratify', 'together', 'inOrderOf'], examples.split)
    needNumberIn('split', options, 'seed', examples.split)
    for (const name of ['stratify', 'together', 'inOrderOf']) needNameIn('split', options, name, examples.split)
  },
  join(options: unknown): void {
    if (options === undefined) throw misuse('join wants options that name the columns, not undefined', examples.join)
    needOptions('join', options, ['on', 'how', 'suffix'], examples.join)
    const { on } = options as { readonly on?: unknown }
    const named = typeof on === 'string' ? [on] : Array.isArray(on) ? on : isPlainObject(on) ? Object.values(on) : undefined
    if (named === undefined || !named.every(name => typeof name === 'string'))
      throw misuse(`join wants names of columns in on, not ${whatIs(on)}`, examples.join)
    needNameIn('join', options, 'suffix', examples.join)
  },
  joinWhere(condition: unknown, options: unknown): void {
    needCallback('joinWhere', condition, examples.joinWhere)
    needOptions('joinWhere', options, ['suffix'], examples.joinWhere)
    needNameIn('joinWhere', options, 'suffix', examples.joinWhere)
  },
  crossJoin(options: unknown): void {
    needOptions('crossJoin', options, ['suffix'], examples.crossJoin)
    needNameIn('crossJoin', options, 'suffix', examples.crossJoin)
  },
  pivot(options: unknown): void {
    checkPivot('pivot', options, ['index', 'columns', 'into', 'values'], examples.pivot)
    const { into } = options as { readonly into?: unknown }
    if (!Array.isArray(into))
      throw misuse(`pivot wants an array in into, not ${whatIs(into)}`, `${examples.pivot}; pivotAll finds the values`)
  },
  pivotAll: (options: unknown): void => checkPivot('pivotAll', options, ['index', 'columns', 'values'], examples.pivotAll),
  unpivot(options: unknown): void {
    needObject('unpivot', options, 'an object', examples.unpivot)
    needOptions('unpivot', options, ['columns', 'name', 'value'], examples.unpivot)
    const { columns, name, value } = options
    if (!isNames(columns)) throw misuse(`unpivot wants an array of names in columns, not ${whatIs(columns)}`, examples.unpivot)
    needNames('unpivot', [name, value], examples.unpivot)
  },
  /** `map` and its like; `each` must be a function. */
  map(verb: 'map' | 'flatMap' | 'mapBatches' | 'mapGroups', each: unknown, options: unknown): void {
    if (typeof each !== 'function') throw misuse(`${verb} wants a function, not ${whatIs(each)}`, examples[verb])
    needOptions(verb, options, ['with', 'schema', 'concurrency'], examples[verb])
  },
  transform(step: unknown): void {
    const { kind, needs, adds, fit } = (isObject(step) ? step : {}) as Readonly<Record<string, unknown>>
    if (typeof kind === 'string' && Array.isArray(needs) && Array.isArray(adds)) return
    throw misuse(
      typeof fit === 'function'
        ? `transform wants a fitted model, not an estimator: ${String(kind)}`
        : `transform wants a fitted model, not ${whatIs(step)}`,
      examples.transform,
    )
  },
  as(schema: unknown): void {
    if (isObject(schema) || typeof schema === 'function') return
    throw misuse(`as wants columns and types, not ${whatIs(schema)}`, examples.as)
  },
  show(options: unknown): void {
    needOptions('show', options, ['rows'], examples.show)
    needNumberIn('show', options, 'rows', examples.show)
  },
  write(sink: unknown): void {
    const { kind, options } = (isObject(sink) ? sink : {}) as Readonly<Record<string, unknown>>
    if (typeof kind === 'string' && isObject(options)) return
    throw misuse(
      `write wants a sink, not ${whatIs(sink)}`,
      typeof sink === 'string' ? `name its format: write(csv(${JSON.stringify(sink)}))` : examples.write,
    )
  },
  /** What every run takes. */
  run(options: unknown): void {
    if (options !== undefined) needObject('a run', options, 'an object of options', 'rows({ signal }); limit(10) takes the first rows')
  },
}

function checkPivot(verb: 'pivot' | 'pivotAll', options: unknown, have: readonly string[], example: string): void {
  needObject(verb, options, 'an object', example)
  needOptions(verb, options, have, example)
  const { index, columns, values } = options
  if (typeof index !== 'string' && !isNames(index)) throw misuse(`${verb} wants names of columns in index, not ${whatIs(index)}`, example)
  if (typeof columns !== 'string') throw misuse(`${verb} wants the name of a column in columns, not ${whatIs(columns)}`, example)
  if (typeof values !== 'function') throw misuse(`${verb} wants a callback in values, not ${whatIs(values)}`, example)
}

function needNumberIn(verb: string, options: unknown, name: string, example: string): void {
  const value = isObject(options) ? (options as Readonly<Record<string, unknown>>)[name] : undefined
  if (value !== undefined) needNumber(`${name} of ${verb}`, value, example)
}

function needNameIn(verb: string, options: unknown, name: string, example: string): void {
  const value = isObject(options) ? (options as Readonly<Record<string, unknown>>)[name] : undefined
  if (value !== undefined && typeof value !== 'string') throw misuse(`${name} of ${verb} is a text, not ${whatIs(value)}`, example)
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isPlainObject(value: unknown): value is object {
  return isObject(value) && !('then' in value)
}
