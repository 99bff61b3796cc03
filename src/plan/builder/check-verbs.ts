/** The arguments of each verb as plain JavaScript may give them, with one example each. */
import { whatIs } from '../../errors/index.ts'
import { misuse, needCallback, needNames, needNumber, needObject, needOneOf, needOptions, needPicks } from './check-arguments.ts'

const examples = {
  select: "select('city', r => ({ total: r.price.mul(r.count) }))",
  rename: "rename({ old: 'new' }), or rename(name => name.toLowerCase())",
  dropNulls: "dropNulls('city'), dropNulls() for all columns, or dropNulls({ atLeast: 3 })",
  distinct: "distinct('city'), distinct() for all columns, or distinct('city', { keep: 'last', orderBy: 'at' })",
  replace: "replace({ city: { NYC: 'New York' }, rooms: [[-1, null]] })",
  clip: 'clip({ age: [0, 120], price: [0, null] })',
  cut: "cut('age', [0, 18, 65, Infinity], { into: 'group', labels: ['child', 'adult', 'senior'] })",
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
  dropNulls(columns: readonly unknown[]): void {
    const [first] = columns
    if (columns.length !== 1 || !isPlainObject(first) || Array.isArray(first) || Object.keys(first).length === 0)
      return needNames('dropNulls', columns, examples.dropNulls)
    needOptions('dropNulls', first, ['atLeast', 'columns'], examples.dropNulls)
    const { atLeast, columns: names } = first as Readonly<Record<string, unknown>>
    needNumber('atLeast of dropNulls', atLeast, examples.dropNulls)
    if (names !== undefined && !isNames(names))
      throw misuse(`dropNulls wants an array of names in columns, not ${whatIs(names)}`, examples.dropNulls)
  },
  union(other: unknown, options: unknown): void {
    if (Array.isArray(other) && other.length === 0) throw misuse('union wants a table, not an empty array', 'a.union([b, c])')
    needOptions('union', options, ['missing'], "a.union(b, { missing: 'null' })")
    const { missing } = (options ?? {}) as Readonly<Record<string, unknown>>
    needOneOf('way with missing columns', missing, ['fail', 'null'], "a.union(b, { missing: 'null' })")
  },
  reorder: (columns: readonly unknown[]): void => needNames('reorder', columns, "reorder('id', 'city')"),
  selectTypes: (families: readonly unknown[]): void => needNames('selectTypes', families, "selectTypes('number', 'time')"),
  distinct(columns: readonly unknown[]): void {
    const last = columns.at(-1)
    const options = isPlainObject(last) && !Array.isArray(last) ? last : undefined
    needNames('distinct', options === undefined ? columns : columns.slice(0, -1), examples.distinct)
    needOptions('distinct', options, ['keep', 'orderBy'], examples.distinct)
    const { keep, orderBy } = (options ?? {}) as Readonly<Record<string, unknown>>
    needOneOf('rows to keep', keep, ['first', 'last', 'none'], examples.distinct)
    if (orderBy !== undefined) needPicks('orderBy of distinct', [orderBy].flat(), examples.distinct)
  },
  explode(columns: unknown, options: unknown): void {
    const names = Array.isArray(columns) ? (columns as readonly unknown[]) : [columns]
    needNames('explode', names, "explode('tags'), or explode(['tags', 'weights'], { outer: true })")
    if (names.length === 0) throw misuse('explode wants a column', "explode('tags')")
    needOptions('explode', options, ['outer'], "explode('tags', { outer: true })")
  },
  unnest(column: unknown, options: unknown): void {
    needNames('unnest', [column], "unnest('address')")
    needOptions('unnest', options, ['prefix'], "unnest('address', { prefix: 'address_' })")
    needNameIn('unnest', options, 'prefix', "unnest('address', { prefix: 'address_' })")
  },
  pipe: (each: unknown): void => needCallback('pipe', each, 'pipe(table => table.filter(r => r.price.gt(0)))'),
  cast(verb: 'cast' | 'tryCast', types: unknown): void {
    if (!isPlainObject(types) && typeof types !== 'function')
      throw misuse(`${verb} wants columns and types, not ${whatIs(types)}`, `${verb}({ rooms: 'int32' })`)
  },
  replace(values: unknown): void {
    needObject('replace', values, 'an object of columns and values', examples.replace)
    for (const [column, pairs] of Object.entries(values)) {
      const listed = Array.isArray(pairs) ? pairs.every(pair => Array.isArray(pair) && pair.length === 2) : isPlainObject(pairs)
      if (!listed) throw misuse(`replace wants old and new values of ${column}, not ${whatIs(pairs)}`, examples.replace)
    }
  },
  clip(bounds: unknown): void {
    needObject('clip', bounds, 'an object of columns and bounds', examples.clip)
    for (const [column, pair] of Object.entries(bounds)) {
      const fits = Array.isArray(pair) && pair.length === 2 && pair.every(bound => bound === null || typeof bound === 'number')
      if (!fits) throw misuse(`clip wants two bounds of ${column}, not ${whatIs(pair)}`, examples.clip)
    }
  },
  cut(column: unknown, edges: unknown, options: unknown): void {
    needNames('cut', [column], examples.cut)
    if (!Array.isArray(edges) || !edges.every(edge => typeof edge === 'number'))
      throw misuse(`cut wants an array of edges, not ${whatIs(edges)}`, examples.cut)
    checkClasses('cut', options, ['into', 'labels', 'closed'], examples.cut)
    const { closed } = options as Readonly<Record<string, unknown>>
    needOneOf('edge of a class', closed, ['left', 'right'], examples.cut)
  },
  sort: (by: readonly unknown[]): void => needPicks('sort', by, "sort('city', r => r.price.desc())"),
  groupBy: (keys: readonly unknown[]): void => needPicks('groupBy', keys, "groupBy('city', r => ({ month: r.at.truncate('month') }))"),
  withColumns: (make: unknown): void => needCallback('withColumns', make, 'withColumns(r => ({ total: r.price.mul(r.count) }))'),
  filter: (keep: unknown): void => needCallback('filter', keep, 'filter(r => r.price.gt(1000))'),
  agg: (make: unknown): void => needCallback('agg', make, 'agg(r => ({ rows: count(), mean: r.price.mean() }))'),

  rename(names: unknown): void {
    if (typeof names === 'function') return
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
    needOptions('sample', options, ['seed', 'by', 'replacement'], examples.sample)
    needNumberIn('sample', options, 'seed', examples.sample)
    needNameIn('sample', options, 'by', examples.sample)
    const { replacement = false } = (options ?? {}) as Readonly<Record<string, unknown>>
    if (typeof replacement !== 'boolean')
      throw misuse(`replacement of sample is true or false, not ${whatIs(replacement)}`, examples.sample)
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
    needOptions('join', options, ['on', 'how', 'suffix', 'validate', 'onManyToMany'], examples.join)
    const { on, validate = 'one-to-one', onManyToMany = 'fail' } = options as Readonly<Record<string, unknown>>
    const named = typeof on === 'string' ? [on] : Array.isArray(on) ? on : isPlainObject(on) ? Object.values(on) : undefined
    if (named === undefined || !named.every(name => typeof name === 'string'))
      throw misuse(`join wants names of columns in on, not ${whatIs(on)}`, examples.join)
    needNameIn('join', options, 'suffix', examples.join)
    needOneOf('promise of keys', validate, ['one-to-one', 'one-to-many', 'many-to-one'], examples.join)
    needOneOf('way with keys that are many to many', onManyToMany, ['warn', 'fail'], examples.join)
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
    checkPivot('pivot', options, ['index', 'columns', 'into', 'values', 'margins', 'level'], examples.pivot)
    const { into } = options as { readonly into?: unknown }
    if (!Array.isArray(into))
      throw misuse(`pivot wants an array in into, not ${whatIs(into)}`, `${examples.pivot}; pivotAll finds the values`)
  },
  pivotAll: (options: unknown): void =>
    checkPivot('pivotAll', options, ['index', 'columns', 'values', 'margins', 'level'], examples.pivotAll),
  unpivot(options: unknown): void {
    needObject('unpivot', options, 'an object', examples.unpivot)
    needOptions('unpivot', options, ['columns', 'keep', 'name', 'value'], examples.unpivot)
    const { keep, columns, name, value } = options
    if (keep !== undefined && !isNames(keep)) throw misuse(`unpivot wants an array of names in keep, not ${whatIs(keep)}`, examples.unpivot)
    if (keep === undefined && !isNames(columns))
      throw misuse(`unpivot wants an array of names in columns, not ${whatIs(columns)}`, examples.unpivot)
    needNames('unpivot', [name, value], examples.unpivot)
  },
  /** `map` and its like; `each` must be a function. */
  map(verb: 'map' | 'flatMap' | 'mapBatches' | 'mapGroups', each: unknown, options: unknown): void {
    if (typeof each !== 'function') throw misuse(`${verb} wants a function, not ${whatIs(each)}`, examples[verb])
    needOptions(verb, options, ['with', 'schema', 'concurrency', 'onError', 'timeout', 'showValues'], examples[verb])
    const { onError, timeout } = (options ?? {}) as Readonly<Record<string, unknown>>
    const { quarantine } = (isObject(onError) ? onError : {}) as Readonly<Record<string, unknown>>
    if (onError !== undefined && onError !== 'fail' && onError !== 'skip' && (typeof quarantine !== 'string' || quarantine === ''))
      throw misuse(
        `onError of ${verb} is 'fail', 'skip' or a file, not ${whatIs(onError)}`,
        "{ onError: { quarantine: 'bad-rows.ndjson' } }",
      )
    if (timeout !== undefined && (typeof timeout !== 'string' || timeout.startsWith('0')))
      throw misuse(`timeout of ${verb} is a duration, not ${whatIs(timeout)}`, "{ timeout: '5s' }")
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
    if (options === undefined) return
    needObject('a run', options, 'an object of options', 'rows({ signal }); limit(10) takes the first rows')
    const { timeout, onProgress, keep, retries } = options
    if (retries !== undefined && !(typeof retries === 'number' && Number.isInteger(retries) && retries >= 0))
      throw misuse(`retries of a run are a whole number from 0, not ${whatIs(retries)}`, 'write(sink, { retries: 3 })')
    if (timeout !== undefined && (typeof timeout !== 'string' || !/^\d*\.?\d+(us|ms|s|m|h|d)$/.test(timeout)))
      throw misuse(`timeout of a run is a duration, not ${whatIs(timeout)}`, "rows({ timeout: '30s' })")
    if (onProgress !== undefined && typeof onProgress !== 'function')
      throw misuse(`onProgress of a run is a function, not ${whatIs(onProgress)}`, 'rows({ onProgress: p => console.log(p.rows) })')
    if (keep !== undefined && typeof keep !== 'string')
      needOptions('keep', keep, ['name', 'rows', 'last'], "rows({ keep: { name: 'sales', rows: 1000 } })")
  },
}

function checkPivot(verb: 'pivot' | 'pivotAll', options: unknown, have: readonly string[], example: string): void {
  needObject(verb, options, 'an object', example)
  needOptions(verb, options, have, example)
  const { index, columns, values, level } = options
  checkMargins(verb, options)
  if (level !== undefined) needNames(`level of ${verb}`, [level], `${verb}({ ..., margins: true, level: 'level' })`)
  if (typeof index !== 'string' && !isNames(index)) throw misuse(`${verb} wants names of columns in index, not ${whatIs(index)}`, example)
  if (typeof columns !== 'string') throw misuse(`${verb} wants the name of a column in columns, not ${whatIs(columns)}`, example)
  if (typeof values !== 'function') throw misuse(`${verb} wants a callback in values, not ${whatIs(values)}`, example)
}

/** `true`, or a name of the totals. */
export function checkMargins(verb: string, options: unknown): void {
  const { margins } = (isObject(options) ? options : {}) as Readonly<Record<string, unknown>>
  if (margins === undefined || typeof margins === 'boolean' || (typeof margins === 'string' && margins !== '')) return
  throw misuse(`margins of ${verb} is true or a name for the totals, not ${whatIs(margins)}`, `${verb}(..., { margins: 'All' })`)
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

/** The options of `cut` and `qcut`. */
export function checkClasses(verb: string, options: unknown, have: readonly string[], example: string): void {
  if (options === undefined) throw misuse(`${verb} wants options that name the new column, not undefined`, example)
  needOptions(verb, options, have, example)
  const { into, labels } = options as Readonly<Record<string, unknown>>
  needNames(`into of ${verb}`, [into], example)
  if (labels !== undefined && !isNames(labels)) throw misuse(`labels of ${verb} are an array of texts, not ${whatIs(labels)}`, example)
}
