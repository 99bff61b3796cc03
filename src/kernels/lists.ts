/** Functions of lists and structs that need no expression inside: see evaluate for `listMap`. */
import type { ListFunctionName } from '../expr/index.ts'
import { compareRaw } from './compare.ts'
import { listItems } from './list-items.ts'
import { converter } from './cast.ts'
import { type Kernel, perRow } from './kernel.ts'
import type { Raw } from './vector.ts'
import { compareNumbers } from './compare.ts'

const own: Readonly<Record<Exclude<ListFunctionName, keyof typeof listItems | 'listMap' | 'listFilter'>, Kernel>> = {
  listAt: perRow(({ options }) => {
    const index = options?.index ?? 0
    return (items: readonly Raw[]) => items.at(index) ?? null
  }),
  listLength: perRow(() => (items: readonly Raw[]) => BigInt(items.length)),
  listContains: perRow((node, [list, item]) => {
    const own = typeof list?.type === 'object' && 'list' in list.type ? list.type.list : 'unknown'
    const other = item?.type ?? 'unknown'
    const toDouble = own === 'float64' || other === 'float64'
    const [left, right] = toDouble ? [converter(own, 'float64'), converter(other, 'float64')] : [converter(own, own), converter(other, own)]
    return (items: readonly Raw[], wanted: Raw) => {
      const sought = right(wanted)
      if (sought === undefined) return false
      return items.some(one => {
        if (one === null) return false
        return toDouble ? compareNumbers(left(one) as number, sought as number) === 0 : compareRaw(own, one, sought) === 0
      })
    }
  }),
  listJoin: perRow(
    ({ options }) =>
      (items: readonly (string | null)[]) =>
        items.map(item => item ?? '').join(options?.separator ?? ','),
  ),
  field: perRow(
    ({ options }) =>
      (row: Readonly<Record<string, Raw>>) =>
        row[options?.name ?? ''] ?? null,
  ),
}

/** Every function of lists and structs but those that look at an expression. */
export const lists: Readonly<Record<Exclude<ListFunctionName, 'listMap' | 'listFilter'>, Kernel>> = { ...own, ...listItems }
