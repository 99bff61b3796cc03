/** Functions of lists that look at their items, and what makes lists and structs. */
import { type Column, columnBuilder, rawAt } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { CallNode, ListFunctionName } from '../expr/index.ts'
import { type DataType, isInteger, sameType } from '../schema/index.ts'
import { overflow } from './arithmetic.ts'
import { convertVector, converter } from './cast.ts'
import { compareNumbers, compareRaw } from './compare.ts'
import { type Kernel, perRow } from './kernel.ts'
import { decimalText, decimalToNumber, type Raw, scaleOf, toColumn, type Vector } from './vector.ts'

type OwnName = Exclude<ListFunctionName, 'listAt' | 'listLength' | 'listContains' | 'listMap' | 'listFilter' | 'listJoin' | 'field'>
type Items = readonly Raw[]
interface Entry {
  readonly key: Raw
  readonly value: Raw
}

export const listItems: Readonly<Record<OwnName, Kernel>> = {
  listSort: perRow((node, [list]) => {
    const type = itemOf(list)
    const sign = node.options?.descending === true ? -1 : 1
    return (items: Items) =>
      items.toSorted((a, b) => (a === null || b === null ? Number(a === null) - Number(b === null) : sign * compareRaw(type, a, b)))
  }),
  listDistinct: perRow((_, [list]) => {
    const type = itemOf(list)
    return (items: Items) => {
      // Equal items stand together in the order of the type; of each run the first in the list stays.
      const places = items.map((_, at) => at).sort((i, j) => compareRaw(type, items[i] ?? null, items[j] ?? null) || i - j)
      const kept = places.filter((at, i) => i === 0 || compareRaw(type, items[at] ?? null, items[places[i - 1] ?? 0] ?? null) !== 0)
      return kept.sort((i, j) => i - j).map(at => items[at] ?? null)
    }
  }),
  listReverse: perRow(() => (items: Items) => items.toReversed()),
  listSlice: perRow(
    ({ options }) =>
      (items: Items) =>
        items.slice(options?.start ?? 0, options?.end),
  ),
  listConcat: perRow(() => (a: Items, b: Items) => [...a, ...b]),
  listAppend: (node, [list, item], rows) => {
    if (list === undefined || item === undefined) throw new TidemillError('expr.argument', 'listAppend needs a list and an item')
    const [lists, items] = [toColumn(list, rows), asItems(item, itemOf(list), rows)]
    return built(node.type, rows, i => {
      const own = rawAt(lists, i) as Items | null
      return own === null ? null : [...own, rawAt(items, i)]
    })
  },
  listSum: perRow((node, [list]) => {
    const type = itemOf(list)
    return (items: Items) => sumOf(items, type, node)
  }),
  listMean: perRow((_, [list]) => {
    const type = itemOf(list)
    const scale = scaleOf(type)
    return (items: Items) => {
      const known = items
        .filter(item => item !== null)
        .map(item => (typeof item === 'bigint' ? decimalToNumber(item, scale) : Number(item)))
      return known.length === 0 ? null : known.reduce((sum, item) => sum + item, 0) / known.length
    }
  }),
  listMin: extreme(-1),
  listMax: extreme(1),
  listAny: perRow(() => (items: Items) => (items.includes(true) ? true : items.includes(false) ? false : null)),
  listAll: perRow(() => (items: Items) => (items.includes(false) ? false : items.includes(true) ? true : null)),
  listHasAny: perRow((_, [list]) => {
    const type = itemOf(list)
    return (items: Items, sought: Items) => sought.some(one => has(items, one, type))
  }),
  listHasAll: perRow((_, [list]) => {
    const type = itemOf(list)
    return (items: Items, sought: Items) => sought.every(one => one === null || has(items, one, type))
  }),
  listIndexOf: perRow((_, [list, item]) => {
    const placeOf = seeker(list, item)
    return (items: Items, wanted: Raw) => BigInt(placeOf(items, wanted))
  }),
  listFlatten: perRow(() => (items: Items) => items.flatMap(item => (item === null ? [] : (item as Items)))),
  range: perRow(
    () =>
      (from: Raw, to: Raw, by: Raw = 1n) =>
        rangeItems(BigInt(from as bigint), BigInt(to as bigint), BigInt(by as bigint)),
  ),
  listOf: (node, args, rows) => {
    const type = typeof node.type === 'object' && 'list' in node.type ? node.type.list : 'unknown'
    const columns = args.map(arg => asItems(arg, type, rows))
    return built(node.type, rows, i => columns.map(column => rawAt(column, i)))
  },
  mapGet: (node, [map, key], rows) => {
    if (map === undefined || key === undefined) throw new TidemillError('expr.argument', 'mapGet needs a map and a key')
    const type = typeof map.type === 'object' && 'map' in map.type ? map.type.map[0] : 'unknown'
    const [maps, keys] = [toColumn(map, rows), asItems(key, type, rows)]
    return built(node.type, rows, i => {
      const [own, sought] = [rawAt(maps, i) as readonly Entry[] | null, rawAt(keys, i)]
      if (own === null || sought === null) return null
      return own.find(entry => compareRaw(type, entry.key, sought) === 0)?.value ?? null
    })
  },
  mapKeys: perRow(() => (entries: readonly Entry[]) => entries.map(entry => entry.key)),
  mapValues: perRow(() => (entries: readonly Entry[]) => entries.map(entry => entry.value)),
  struct: (node, args, rows) => {
    const names = node.options?.names ?? []
    const columns = args.map(arg => toColumn(arg, rows))
    return built(node.type, rows, i => Object.fromEntries(columns.map((column, at) => [names[at] ?? '', rawAt(column, i)])))
  },
}

function itemOf(list: Vector | undefined): DataType {
  return typeof list?.type === 'object' && 'list' in list.type ? list.type.list : 'unknown'
}

/** The place of a value among items, -1 when it is not there; numbers of different types meet as in comparisons. */
export function seeker(list: Vector | undefined, item: Vector | undefined): (items: Items, wanted: Raw) => number {
  const own = itemOf(list)
  const other = item?.type ?? 'unknown'
  const toDouble = own === 'float64' || other === 'float64'
  const [left, right] = toDouble ? [converter(own, 'float64'), converter(other, 'float64')] : [converter(own, own), converter(other, own)]
  return (items, wanted) => {
    const sought = right(wanted)
    if (sought === undefined) return -1
    return items.findIndex(one => {
      if (one === null) return false
      return toDouble ? compareNumbers(left(one) as number, sought as number) === 0 : compareRaw(own, one, sought) === 0
    })
  }
}

function asItems(vector: Vector, to: DataType, rows: number): Column {
  if (sameType(vector.type, to)) return toColumn(vector, rows)
  return convertVector({ ...vector, column: toColumn(vector, rows), constant: false }, to, rows, value => {
    throw new TidemillError('expr.cast', `item that does not fit: ${String(value)}`)
  })
}

function built(type: DataType, rows: number, make: (i: number) => Raw): Column {
  const builder = columnBuilder(type, rows)
  for (let i = 0; i < rows; i++) builder.pushRaw(make(i))
  return builder.finish()
}

function has(items: Items, sought: Raw, type: DataType): boolean {
  return sought !== null && items.some(one => one !== null && compareRaw(type, one, sought) === 0)
}

function extreme(sign: 1 | -1): Kernel {
  return perRow((_, [list]) => {
    const type = itemOf(list)
    return (items: Items) => {
      let best: Raw = null
      for (const item of items) if (item !== null && (best === null || compareRaw(type, item, best) * sign > 0)) best = item
      return best
    }
  })
}

/** NULL of no items; of integers checked at the end, as the aggregate. */
function sumOf(items: Items, type: DataType, node: CallNode): Raw {
  const known = items.filter(item => item !== null)
  if (known.length === 0) return null
  if (type === 'float64' || type === 'float32') return (known as number[]).reduce((sum, item) => sum + item, 0)
  const sum = (known as (number | bigint)[]).reduce<bigint>((total, item) => total + BigInt(item), 0n)
  const limit = isInteger(node.type) ? 2n ** 63n : 10n ** 38n
  if (sum >= limit || sum < -limit) throw overflow('sumItems', decimalText(sum, scaleOf(type)), undefined, node.type)
  return sum
}

const mostItems = 10_000_000n

function rangeItems(from: bigint, to: bigint, by: bigint): Raw {
  if (by === 0n) throw new TidemillError('expr.argument', 'range with steps of 0')
  const count = by > 0n ? (to - from + by - 1n) / by : (from - to - by - 1n) / -by
  if (count > mostItems) throw new TidemillError('expr.argument', `range of too many items: ${from} to ${to} (${mostItems} at most)`)
  return Array.from({ length: Math.max(0, Number(count)) }, (_, at) => from + BigInt(at) * by)
}
