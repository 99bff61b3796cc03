/** The arguments of the verbs that only tables have, as plain JavaScript may give them. */
import { whatIs } from '../../errors/index.ts'
import { fillStrategies } from '../verbs/fill-from.ts'
import { misuse, needCallback, needNames, needNumber, needObject, needOneOf, needOptions, needPicks } from './check-arguments.ts'
import { checkClasses, checkMargins } from './check-verbs.ts'

const examples = {
  joinAsOf: "trades.joinAsOf(quotes, { on: 'symbol', at: 'time', within: '5m' })",
  topK: "topK(3, 'price', { per: 'city' }), or topK(3, r => r.price.asc())",
  fillNull: "fillNull(['price'], { strategy: 'forward', orderBy: 'at', by: 'city' })",
  qcut: "qcut('income', 4, { into: 'quarter' })",
  resample: "resample('at', '1d', r => ({ total: r.amount.sum() }), { by: 'city', fill: 0 })",
  transpose: "transpose({ names: 'city', header: 'figure' })",
  crosstab: "crosstab('city', 'year', { normalize: 'rows' })",
  correlation: "correlation({ columns: ['price', 'rooms'], method: 'spearman' })",
}

/** Throws plan.argument for arguments of the wrong form; one entry a verb. */
export const checkTable = {
  set(verb: 'intersect' | 'except', options: unknown): void {
    needOptions(verb, options, ['all'], `a.${verb}(b, { all: true })`)
  },
  joinAsOf(options: unknown): void {
    if (options === undefined) throw misuse('joinAsOf wants options that name the moments, not undefined', examples.joinAsOf)
    needOptions('joinAsOf', options, ['on', 'at', 'direction', 'within', 'exact', 'how', 'suffix'], examples.joinAsOf)
    const { on, at, direction = 'backward', within, how = 'left', suffix = '' } = options as Readonly<Record<string, unknown>>
    if (on !== undefined) needKeys('on', on)
    needKeys('at', at)
    const moments = typeof at === 'string' ? 1 : Object.keys(at as object).length
    if (moments !== 1 || Array.isArray(at)) throw misuse(`joinAsOf wants one column in at, not ${whatIs(at)}`, examples.joinAsOf)
    needOneOf('direction', direction, ['backward', 'forward', 'nearest'], examples.joinAsOf)
    needOneOf('join', how, ['left', 'inner'], examples.joinAsOf)
    if (within !== undefined && typeof within !== 'string' && typeof within !== 'number')
      throw misuse(`within of joinAsOf is a duration or a number, not ${whatIs(within)}`, examples.joinAsOf)
    if (typeof suffix !== 'string') throw misuse(`suffix of joinAsOf is a text, not ${whatIs(suffix)}`, examples.joinAsOf)
  },
  rows: (verb: 'head' | 'tail', rows: unknown): void => needNumber(verb, rows, `${verb}(10)`),
  slice(start: unknown, end: unknown): void {
    needNumber('slice', start, 'slice(10, 20), or slice(-10)')
    if (end !== undefined) needNumber('slice', end, 'slice(10, 20), or slice(-10)')
  },
  withRowIndex(name: unknown, options: unknown): void {
    needNames('withRowIndex', [name], "withRowIndex('row')")
    needOptions('withRowIndex', options, ['from'], "withRowIndex('row', { from: 1 })")
    needNumberOf('withRowIndex', options, 'from', "withRowIndex('row', { from: 1 })")
  },
  topK(rows: unknown, by: unknown, options: unknown): void {
    needNumber('topK', rows, examples.topK)
    if (by === undefined) throw misuse('topK wants an order, not undefined', examples.topK)
    needPicks('topK', [by].flat(), examples.topK)
    needOptions('topK', options, ['per', 'ties'], examples.topK)
    const { per, ties = 'some' } = (options ?? {}) as Readonly<Record<string, unknown>>
    if (per !== undefined) needNames('per of topK', [per].flat(), examples.topK)
    needOneOf('way with equal rows', ties, ['some', 'all'], examples.topK)
  },
  fillNull(columns: readonly unknown[], how: unknown): void {
    needNames('fillNull', columns, examples.fillNull)
    needObject('fillNull', how, 'a strategy', examples.fillNull)
    needOptions('fillNull', how, ['strategy', 'orderBy', 'by'], examples.fillNull)
    const { strategy, orderBy, by } = how
    needOneOf('strategy', strategy, [...fillStrategies], examples.fillNull)
    if (orderBy !== undefined) needPicks('orderBy of fillNull', [orderBy].flat(), examples.fillNull)
    if (by !== undefined) needNames('by of fillNull', [by].flat(), examples.fillNull)
  },
  qcut(column: unknown, quantiles: unknown, options: unknown): void {
    needNames('qcut', [column], examples.qcut)
    if (!Array.isArray(quantiles)) needNumber('qcut', quantiles, examples.qcut)
    checkClasses('qcut', options, ['into', 'labels', 'by'], examples.qcut)
    const { by } = options as Readonly<Record<string, unknown>>
    if (by !== undefined) needNames('by of qcut', [by].flat(), examples.qcut)
  },
  resample(at: unknown, every: unknown, make: unknown, options: unknown): void {
    needNames('resample', [at], examples.resample)
    if (typeof every !== 'string') throw misuse(`resample wants a period, not ${whatIs(every)}`, examples.resample)
    needCallback('resample', make, examples.resample)
    needOptions('resample', options, ['by', 'fill', 'timeZone', 'origin'], examples.resample)
    const { by, fill = 'null', timeZone } = options as Readonly<Record<string, unknown>>
    if (by !== undefined) needPicks('by of resample', [by].flat(), examples.resample)
    if (typeof fill !== 'number') needOneOf('filling', fill, ['skip', 'null', 'forward'], examples.resample)
    if (timeZone !== undefined && typeof timeZone !== 'string')
      throw misuse(`timeZone of resample is a text, not ${whatIs(timeZone)}`, examples.resample)
  },
  column: (verb: 'valueCounts' | 'column', name: unknown): void => needNames(verb, [name], `${verb}('city')`),
  correlation(options: unknown): void {
    needOptions('correlation', options, ['columns', 'method'], examples.correlation)
    const { columns } = (options ?? {}) as Readonly<Record<string, unknown>>
    if (columns !== undefined) needNameList('correlation', columns, examples.correlation)
  },
  checkpoint(options: unknown): void {
    needOptions('checkpoint', options, ['path', 'reuse', 'signal', 'run'], 'checkpoint({ reuse: true })')
    const { path, reuse = false } = options as Readonly<Record<string, unknown>>
    if (path !== undefined && typeof path !== 'string')
      throw misuse(`path of checkpoint is a text, not ${whatIs(path)}`, "checkpoint({ path: 'joined.parquet' })")
    if (typeof reuse !== 'boolean')
      throw misuse(`reuse of checkpoint is true or false, not ${whatIs(reuse)}`, 'checkpoint({ reuse: true })')
  },
  describe(options: unknown): void {
    needOptions('describe', options, ['percentiles'], 'describe({ percentiles: [0.25, 0.75] })')
    const { percentiles } = (options ?? {}) as Readonly<Record<string, unknown>>
    if (percentiles !== undefined && !(Array.isArray(percentiles) && percentiles.every(share => typeof share === 'number')))
      throw misuse(`percentiles of describe are shares from 0 to 1, not ${whatIs(percentiles)}`, 'describe({ percentiles: [0.25, 0.75] })')
  },
  crosstab(index: unknown, columns: unknown, options: unknown): void {
    needNames('crosstab', [index, columns], examples.crosstab)
    needOptions('crosstab', options, ['values', 'into', 'normalize', 'margins'], examples.crosstab)
    const { values, into, normalize } = options as Readonly<Record<string, unknown>>
    if (values !== undefined) needCallback('values of crosstab', values, "crosstab('city', 'year', { values: r => r.price.mean() })")
    if (into !== undefined && !Array.isArray(into)) throw misuse(`into of crosstab is an array, not ${whatIs(into)}`, examples.crosstab)
    // What pandas calls it.
    if (normalize === 'index')
      throw misuse('no such shares: index (have all, rows, columns)', "shares of each row: crosstab('city', 'year', { normalize: 'rows' })")
    needOneOf('shares', normalize, ['all', 'rows', 'columns'], examples.crosstab)
    checkMargins('crosstab', options)
  },
  transpose(options: unknown): void {
    needOptions('transpose', options, ['names', 'header', 'most'], examples.transpose)
    const { names, header, most } = options as Readonly<Record<string, unknown>>
    if (names !== undefined) needNames('names of transpose', [names], examples.transpose)
    if (header !== undefined) needNames('header of transpose', [header], examples.transpose)
    if (most !== undefined && !(Number.isSafeInteger(most) && (most as number) >= 1 && (most as number) <= 10_000))
      throw misuse(`most of transpose is a whole number from 1 to 10000, not ${whatIs(most)}`, examples.transpose)
  },
  groupingSets(verb: 'rollup' | 'cube' | 'groupingSets', make: unknown, options: unknown): void {
    needCallback(verb, make, `groupBy('city', 'year').${verb}(r => ({ total: r.amount.sum() }))`)
    needOptions(verb, options, ['level'], `${verb}(..., { level: 'level' })`)
    const { level } = (options ?? {}) as Readonly<Record<string, unknown>>
    if (level !== undefined) needNames(`level of ${verb}`, [level], `${verb}(..., { level: 'level' })`)
  },
}

function needKeys(name: string, on: unknown): void {
  const names =
    typeof on === 'string' ? [on] : Array.isArray(on) ? on : typeof on === 'object' && on !== null ? Object.values(on) : undefined
  if (names?.every(one => typeof one === 'string') !== true)
    throw misuse(`joinAsOf wants names of columns in ${name}, not ${whatIs(on)}`, examples.joinAsOf)
}

function needNameList(verb: string, value: unknown, example: string): void {
  if (!Array.isArray(value)) throw misuse(`${verb} wants an array of names, not ${whatIs(value)}`, example)
  needNames(verb, value, example)
}

function needNumberOf(verb: string, options: unknown, name: string, example: string): void {
  const value = (options as Readonly<Record<string, unknown>> | undefined)?.[name]
  if (value !== undefined) needNumber(`${name} of ${verb}`, value, example)
}
