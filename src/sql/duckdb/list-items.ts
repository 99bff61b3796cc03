import type { ListFunctionName } from '../../expr/index.ts'
import { isInteger, printType, sameType } from '../../schema/index.ts'
import type { Call, Printer } from '../dialect.ts'
import { guard } from './guards.ts'
import { arg, argType } from './numbers.ts'
import { once, onceAll } from './once.ts'
import { quoteName } from './text.ts'
import { typeName } from './types.ts'

type OwnName = Exclude<ListFunctionName, 'listAt' | 'listLength' | 'listContains' | 'listMap' | 'listJoin' | 'field'>

/** A value made the type of the items. */
function item(call: Call, index: number): string {
  const list = argType(call, 0)
  const type = typeof list === 'object' && 'list' in list ? list.list : 'unknown'
  return sameType(argType(call, index), type) ? arg(call, index) : `CAST(${arg(call, index)} AS ${typeName(type)})`
}

const whenBoth = (call: Call, text: string): string =>
  `CASE WHEN ${arg(call, 0)} IS NOT NULL AND ${arg(call, 1)} IS NOT NULL THEN ${text} END`

/** Sums of integers and decimals are wider in the database: they are checked as the aggregate is. */
function sum(call: Call): string {
  const { type } = call.node
  if (!isInteger(type)) return `CAST(list_sum(${arg(call, 0)}) AS ${typeName(type)})`
  return once(arg(call, 0), items => {
    const total = `list_sum(${items})`
    const failed = guard('expr.overflow', {}, `'sumItems(' || CAST(${total} AS VARCHAR) || ') is no ${printType(type)}'`)
    return `CASE WHEN ${items} IS NOT NULL AND ${total} IS NOT NULL THEN coalesce(TRY_CAST(${total} AS BIGINT), ${failed}) END`
  })
}

const mostItems = '10000000::HUGEINT'

function range(call: Call): string {
  const values = [0, 1, 2].map(index => (index < call.args.length ? `CAST(${arg(call, index)} AS BIGINT)` : '1::BIGINT'))
  return onceAll(values, (from = '', to = '', by = '') => {
    const known = `${from} IS NOT NULL AND ${to} IS NOT NULL AND ${by} IS NOT NULL`
    const many = guard('expr.argument', {}, `'range of too many items: ' || concat_ws(' to ', ${from}, ${to})`)
    const count = `(CAST(${to} AS HUGEINT) - ${from}) // ${by}`
    return `CASE WHEN ${by} = 0 AND ${known} THEN ${guard('expr.argument', {}, `'range with steps of 0'`)} WHEN ${count} >= ${mostItems} THEN ${many} WHEN ${known} THEN range(${from}, ${to}, ${by}) END`
  })
}

export const listItems: Readonly<Record<OwnName, Printer>> = {
  listFilter: call => {
    const of = call.node.options?.item ?? 'item'
    const name = quoteName(`~${of}`)
    return `list_filter(${arg(call, 0)}, lambda ${name}: coalesce(${call.lambda(1, of, name)}, false))`
  },
  listSort: call => `list_sort(${arg(call, 0)}, '${call.node.options?.descending === true ? 'DESC' : 'ASC'}', 'NULLS LAST')`,
  // list_distinct drops NULLs and the order.
  listDistinct: call => once(arg(call, 0), items => `list_filter(${items}, lambda "~x", "~i": list_position(${items}, "~x") = "~i")`),
  listReverse: call => `list_reverse(${arg(call, 0)})`,
  listSlice: call => {
    const { start = 0, end } = call.node.options ?? {}
    return once(arg(call, 0), items => {
      const place = (at: number): string => (at >= 0 ? String(at) : `greatest(len(${items}) - ${-at}, 0)`)
      return `list_slice(${items}, ${place(start)} + 1, ${end === undefined ? `len(${items})` : place(end)})`
    })
  },
  listConcat: call => whenBoth(call, `list_concat(${arg(call, 0)}, ${arg(call, 1)})`),
  listAppend: call => `CASE WHEN ${arg(call, 0)} IS NOT NULL THEN list_append(${arg(call, 0)}, ${item(call, 1)}) END`,
  listSum: sum,
  listMean: call => `list_avg(${arg(call, 0)})`,
  listMin: call => `list_min(${arg(call, 0)})`,
  listMax: call => `list_max(${arg(call, 0)})`,
  listAny: call => `list_bool_or(${arg(call, 0)})`,
  listAll: call => `list_bool_and(${arg(call, 0)})`,
  listHasAny: call => `list_has_any(${arg(call, 0)}, ${arg(call, 1)})`,
  listHasAll: call => `list_has_all(${arg(call, 0)}, ${arg(call, 1)})`,
  listIndexOf: call => whenBoth(call, `CAST(coalesce(list_position(${arg(call, 0)}, ${arg(call, 1)}), 0) - 1 AS BIGINT)`),
  listFlatten: call => `flatten(${arg(call, 0)})`,
  range,
  listOf: call => {
    const { type } = call.node
    const own = typeof type === 'object' && 'list' in type ? type.list : 'unknown'
    const items = call.args.map((text, index) => (sameType(argType(call, index), own) ? text : `CAST(${text} AS ${typeName(own)})`))
    return `[${items.join(', ')}]`
  },
  mapGet: call => {
    const map = argType(call, 0)
    const type = typeof map === 'object' && 'map' in map ? map.map[0] : 'unknown'
    const key = sameType(argType(call, 1), type) ? arg(call, 1) : `CAST(${arg(call, 1)} AS ${typeName(type)})`
    return `map_extract_value(${arg(call, 0)}, ${key})`
  },
  mapKeys: call => `map_keys(${arg(call, 0)})`,
  mapValues: call => `map_values(${arg(call, 0)})`,
  struct: call => {
    const names = call.node.options?.names ?? []
    return `struct_pack(${call.args.map((text, index) => `${quoteName(names[index] ?? '')} := ${text}`).join(', ')})`
  },
}
