/** Each verb as the call that was written. */
import { type ExprNode, type OrderNode, printDuration } from '../../expr/index.ts'
import { familyOf } from '../../schema/index.ts'
import type { Plan } from '../nodes.ts'
import { problem } from '../problem.ts'
import type { Transform } from '../seams.ts'
import type * as verbs from '../verbs/index.ts'
import { aloneText } from './constant-text.ts'
import { assignments, byName, exprText, ofRow, orderText } from './expr-text.ts'
import { functionText, mapOptions } from './function-text.ts'
import { objectText, propertyName, quoted, schemaText, valueText } from './value-text.ts'

/** What a verb's text may refer to. */
export interface Program {
  /** The name of the constant that holds a plan. */
  nameOf(plan: Plan): string
  /** The name of the constant that stands for a fitted thing. */
  stepOf(step: Transform): string
  /** A line of the program before the table. */
  define(name: string, text: string): string
}
type Picks = readonly verbs.ColumnPick[]

/** The text after the table: `.filter(r => r.price.gt(1))`. */
export function verbText(verb: string, args: object, input: Plan, program: Program): string {
  const write = writers[verb as keyof typeof writers] as ((args: never, input: Plan, program: Program) => string) | undefined
  if (write === undefined) throw problem('plan.no-program', `step that no text makes again: ${verb}`, undefined)
  return write(args as never, input, program)
}

const call = (verb: string, ...args: readonly (string | undefined)[]): string =>
  `.${verb}(${args.filter(arg => arg !== undefined).join(', ')})`
const names = (list: readonly string[]): string => list.map(quoted).join(', ')
/** Options without those that were not given; nothing when none was. */
const options = (given: Readonly<Record<string, unknown>>): string | undefined =>
  Object.values(given).some(value => value !== undefined) ? objectText(given) : undefined
/** Options whose texts are code. */
const coded = (given: Readonly<Record<string, string | undefined>>): string | undefined => {
  const entries = Object.entries(given).filter(([, text]) => text !== undefined)
  return entries.length === 0 ? undefined : `{ ${entries.map(([name, text]) => `${propertyName(name)}: ${text}`).join(', ')} }`
}
const text = (value: unknown): string | undefined => (value === undefined ? undefined : valueText(value))
const isPlace = (name: string): boolean => /^(0|[1-9]\d*)$/.test(name)

/** Names, and callbacks for what is made; one callback for those in a row. */
function picks(columns: Picks): string[] {
  const made: string[] = []
  let some: Exclude<Picks[number], string>[] = []
  const flush = (): void => {
    if (some.length > 0) made.push(`r => ${assignments(some, ofRow)}`)
    some = []
  }
  for (const column of columns) {
    if (typeof column === 'string') {
      flush()
      made.push(quoted(column))
      continue
    }
    // An object would put a name that is a whole number in front.
    if (isPlace(column.name)) flush()
    some.push(column)
    if (isPlace(column.name)) flush()
  }
  flush()
  return made
}

/** All in one object, as these verbs take only one: names that are whole numbers come first, as they did when it was written. */
const record = (columns: readonly { readonly name: string; readonly expr: ExprNode }[]): string => `r => ${assignments(columns, ofRow)}`
const orders = (by: readonly OrderNode[] | undefined): string | undefined =>
  by === undefined || by.length === 0 ? undefined : list(by.map(order => `r => ${orderText(order, ofRow)}`))
const list = (texts: readonly string[]): string => (texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`)
/** What `sort` takes: a name where that says it all. */
function sorting(order: OrderNode): string {
  const plain = order.expr.op === 'column' && !order.descending && order.nulls === 'last'
  return plain && order.expr.op === 'column' ? quoted(order.expr.name) : `r => ${orderText(order, ofRow)}`
}
const keys = (on: readonly (readonly [string, string])[]): string => {
  const same = on.every(([left, right]) => left === right)
  const [only] = on
  if (same) return on.length === 1 && only !== undefined ? quoted(only[0]) : `[${names(on.map(([left]) => left))}]`
  return `{ ${on.map(([left, right]) => `${propertyName(left)}: ${quoted(right)}`).join(', ')} }`
}

const writers = {
  filter: ({ where }: verbs.FilterArgs) => call('filter', `r => ${exprText(where, ofRow)}`),
  select: ({ columns }: verbs.SelectArgs) => call('select', ...picks(columns)),
  withColumns: ({ columns }: verbs.WithColumnsArgs) => call('withColumns', record(columns)),
  drop: ({ columns }: verbs.DropArgs) => call('drop', names(columns)),
  rename: ({ names: given, each }: verbs.RenameArgs, input) => {
    const renamed = each === undefined ? given : Object.fromEntries(input.fields.map(({ name }) => [name, each(name)]))
    if (each !== undefined && input.open) throw problem('plan.no-program', 'rename by a function of columns that are not known', undefined)
    return call('rename', objectText(renamed))
  },
  reorder: ({ columns }: verbs.ReorderArgs) => call('reorder', names(columns)),
  selectTypes: ({ families }: verbs.SelectTypesArgs) => call('selectTypes', names(families)),
  cast: ({ types }: verbs.CastArgs) => call('cast', typesText(types)),
  tryCast: ({ types }: verbs.CastArgs) => call('tryCast', typesText(types)),
  replace: ({ values }: verbs.ReplaceArgs) =>
    call(
      'replace',
      coded(
        Object.fromEntries(
          Object.entries(values).map(([name, pairs]) => [
            name,
            `[${pairs.map(([from, to]) => `[${aloneText(from)}, ${aloneText(to)}]`).join(', ')}]`,
          ]),
        ),
      ) ?? '{}',
    ),
  clip: ({ bounds }: verbs.ClipArgs) => call('clip', valueText(bounds)),
  cut: ({ column, edges, ...rest }: verbs.CutArgs) => call('cut', quoted(column), valueText(edges), objectText(rest)),
  qcut: ({ column, quantiles, ...rest }: verbs.QuantileCutArgs) => call('qcut', quoted(column), valueText(quantiles), objectText(rest)),
  fillNull: ({ values }: verbs.FillNullArgs) =>
    call('fillNull', coded(Object.fromEntries(Object.entries(values).map(([name, expr]) => [name, exprText(expr, byName)]))) ?? '{}'),
  fillFrom: ({ columns, strategy, orderBy, by }: verbs.FillFromArgs) =>
    call('fillNull', `[${names(columns)}]`, coded({ strategy: quoted(strategy), orderBy: orders(orderBy), by: text(by) })),
  dropNulls: ({ columns, atLeast }: verbs.DropNullsArgs) =>
    atLeast === undefined
      ? call('dropNulls', columns.length === 0 ? undefined : names(columns))
      : call('dropNulls', objectText({ atLeast, ...(columns.length === 0 ? {} : { columns }) })),
  aggregate: ({ keys: by, aggs }: verbs.AggregateArgs) =>
    by.length === 0 ? call('agg', record(aggs)) : `${call('groupBy', ...picks(by))}${call('agg', record(aggs))}`,
  groupingSets: ({ keys: by, aggs, sets, level }: verbs.GroupingSetsArgs) => {
    const named = sets.map(set => set.map(place => by[place]).map(key => (typeof key === 'string' ? key : (key?.name ?? ''))))
    return `${call('groupBy', ...picks(by))}${call('groupingSets', valueText(named), record(aggs), options({ level }))}`
  },
  distinct: ({ columns, keep, orderBy }: verbs.DistinctArgs) =>
    call('distinct', columns.length === 0 ? undefined : names(columns), coded({ keep: text(keep), orderBy: orders(orderBy) })),
  sort: ({ by }: verbs.SortArgs) => call('sort', ...by.map(sorting)),
  limit: ({ rows, offset }: verbs.LimitArgs) => call('limit', String(rows), options({ offset: offset === 0 ? undefined : offset })),
  slice: ({ start, end }: verbs.SliceArgs) => call('slice', String(start), text(end)),
  tail: ({ rows }: verbs.TailArgs) => call('tail', String(rows)),
  withRowIndex: ({ name, from }: verbs.RowIndexArgs) => call('withRowIndex', quoted(name), options({ from })),
  // A callback that says neither `asc()` nor `desc()` asks for the greatest.
  topK: ({ rows, by, per, ties }: verbs.TopArgs) =>
    call(
      'topK',
      String(rows),
      list(
        by.map(
          order =>
            `r => ${order.descending ? orderText(order, ofRow) : `${exprText(order.expr, ofRow)}.asc(${order.nulls === 'first' ? "{ nulls: 'first' }" : ''})`}`,
        ),
      ),
      options({ per: per?.length === 0 ? undefined : per, ties }),
    ),
  sample: ({ size, ...rest }: verbs.SampleArgs) => call('sample', objectText(size), options({ ...rest })),
  split: ({ how, parts, part }: verbs.SplitArgs) => {
    const picked = `.${part}`
    const after = /^[A-Za-z_$][\w$]*$/.test(part) ? picked : `[${quoted(part)}]`
    if (how.kind === 'rows') return `${call('split', objectText({ kind: 'rows', rows: how.rows }))}${after}`
    if (how.kind === 'order') return `${call('split', objectText(parts), objectText({ inOrderOf: how.column }))}${after}`
    if (how.kind === 'by') return `${call('split', objectText(parts), objectText({ seed: how.seed, together: how.column }))}${after}`
    if (how.kind === 'random') return `${call('split', objectText(parts), objectText({ seed: how.seed, stratify: how.stratify }))}${after}`
    throw problem('plan.no-program', `split that no text makes again: ${how.kind}`, undefined)
  },
  join: ({ other, on, how, suffix, validate, manyToMany }: verbs.JoinArgs, _input, program) =>
    call(
      'join',
      program.nameOf(other),
      coded({
        on: keys(on),
        how: how === 'inner' ? undefined : text(how),
        suffix: text(suffix === '' ? undefined : suffix),
        validate: text(validate),
        onManyToMany: text(manyToMany),
      }),
    ),
  joinWhere: ({ other, where, suffix }: verbs.JoinWhereArgs, input, program) => {
    const more = options({ suffix: suffix === '' ? undefined : suffix })
    if (where === undefined) return call('crossJoin', program.nameOf(other), more)
    const left = new Set(input.fields.map(field => field.name))
    const right = new Map(other.fields.map(({ name }) => [left.has(name) ? `${name}${suffix ?? ''}` : name, name]))
    const say = (name: string): string =>
      left.has(name) ? ofRow(name).replace(/^r/, 'a') : ofRow(right.get(name) ?? name).replace(/^r/, 'b')
    return call('joinWhere', program.nameOf(other), `(a, b) => ${exprText(where, say)}`, more)
  },
  joinAsOf: ({ other, on, by: [left, right], within, direction, exact, how, suffix }: verbs.AsOfArgs, input, program) => {
    const isNumber = input.fields.some(field => field.name === left && familyOf(field.type) === 'number')
    return call(
      'joinAsOf',
      program.nameOf(other),
      coded({
        at: left === right ? quoted(left) : `{ ${propertyName(left)}: ${quoted(right)} }`,
        on: on.length === 0 ? undefined : keys(on),
        direction: text(direction),
        within: within === undefined ? undefined : isNumber ? String(within) : quoted(printDuration(within)),
        exact: text(exact),
        how: text(how),
        suffix: text(suffix),
      }),
    )
  },
  union: ({ other, others, missing }: verbs.UnionArgs, _input, program) => {
    const all = (others ?? [other]).map(one => program.nameOf(one))
    return call('union', list(all), options({ missing }))
  },
  intersect: ({ other, all }: verbs.SetArgs, _input, program) => call('intersect', program.nameOf(other), options({ all })),
  except: ({ other, all }: verbs.SetArgs, _input, program) => call('except', program.nameOf(other), options({ all })),
  explode: ({ column, also = [], outer }: verbs.ExplodeArgs) => call('explode', list([column, ...also].map(quoted)), options({ outer })),
  unnest: ({ column, prefix }: verbs.UnnestArgs) => call('unnest', quoted(column), options({ prefix })),
  pivot: ({ index, columns, into, values, margins, level }: verbs.PivotArgs) =>
    call(
      'pivot',
      coded({
        index: valueText(index.length === 1 ? index[0] : index),
        columns: quoted(columns),
        into: `[${into.map(({ value }) => aloneText(value)).join(', ')}]`,
        values: `r => ${exprText(values, ofRow)}`,
        margins: text(margins),
        level: text(level),
      }),
    ),
  unpivot: ({ ...given }: verbs.UnpivotArgs) => call('unpivot', objectText(given)),
  resample: ({ column, period, keys: by, aggs, fill, timeZone }: verbs.ResampleArgs) => {
    const every = 'unit' in period ? period.unit : printDuration(period.micros)
    const origin = 'unit' in period || period.originMicros === 0 ? undefined : new Date(period.originMicros / 1000)
    return call(
      'resample',
      quoted(column),
      quoted(every),
      record(aggs),
      coded({
        by: by.length === 0 ? undefined : list(picks(by)),
        fill: typeof fill === 'string' ? (fill === 'null' ? undefined : quoted(fill)) : aloneText(fill),
        timeZone: text(timeZone),
        origin: text(origin),
      }),
    )
  },
  valueCounts: ({ column }: verbs.ValueCountsArgs) => call('valueCounts', quoted(column)),
  nullCounts: () => call('nullCounts'),
  correlation: ({ columns, method }: verbs.CorrelationArgs) =>
    call('correlation', options({ columns: columns.length === 0 ? undefined : columns, method })),
  describe: ({ percentiles }: verbs.DescribeArgs) => call('describe', options({ percentiles })),
  as: ({ schema }: verbs.AsArgs) => call('as', schemaText(schema)),
  map: (args: verbs.MapArgs, _input, program) => {
    const verb = { each: 'map', many: 'flatMap', batch: 'mapBatches' }[args.mode]
    return call(verb, functionText(args.fn, program), mapOptions(args))
  },
  transform: ({ step }: verbs.TransformArgs, _input, program) => call('transform', program.stepOf(step)),
} satisfies { readonly [verb: string]: (args: never, input: Plan, program: Program) => string }

function typesText(types: verbs.CastArgs['types']): string {
  return schemaText(Object.entries(types).map(([name, type]) => ({ name, type, nullable: false })))
}
