/** Functions of lists and structs that need no expression inside: see evaluate for `listMap`. */
import type { ListFunctionName } from '../expr/index.ts'
import { listItems, seeker } from './list-items.ts'
import { type Kernel, perRow } from './kernel.ts'
import type { Raw } from './vector.ts'

const own: Readonly<Record<Exclude<ListFunctionName, keyof typeof listItems | 'listMap' | 'listFilter'>, Kernel>> = {
  listAt: perRow(({ options }) => {
    const index = options?.index ?? 0
    return (items: readonly Raw[]) => items.at(index) ?? null
  }),
  listLength: perRow(() => (items: readonly Raw[]) => BigInt(items.length)),
  listContains: perRow((_, [list, item]) => {
    const placeOf = seeker(list, item)
    return (items: readonly Raw[], wanted: Raw) => placeOf(items, wanted) >= 0
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
