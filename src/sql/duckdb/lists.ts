import type { ListFunctionName } from '../../expr/index.ts'
import type { Printer } from '../dialect.ts'
import { listItems } from './list-items.ts'
import { arg } from './numbers.ts'
import { quoteName, quoteText } from './text.ts'
import { typeName } from './types.ts'

const own: Readonly<Record<Exclude<ListFunctionName, keyof typeof listItems>, Printer>> = {
  listAt: call => {
    const index = call.node.options?.index ?? 0
    return `list_extract(${arg(call, 0)}, ${index >= 0 ? index + 1 : index})`
  },
  listLength: call => `CAST(len(${arg(call, 0)}) AS ${typeName(call.node.type)})`,
  listContains: call => `list_contains(${arg(call, 0)}, ${arg(call, 1)})`,
  listMap: call => {
    const item = call.node.options?.item ?? 'item'
    const name = quoteName(`~${item}`)
    return `list_transform(${arg(call, 0)}, lambda ${name}: ${call.lambda(1, item, name)})`
  },
  // As Array.prototype.join: a NULL item is an empty text, an empty list too.
  listJoin: call => {
    const x = quoteName('~text')
    return `CASE WHEN ${arg(call, 0)} IS NOT NULL THEN array_to_string(list_transform(${arg(call, 0)}, lambda ${x}: coalesce(${x}, '')), ${quoteText(call.node.options?.separator ?? ',')}) END`
  },
  field: call => `struct_extract(${arg(call, 0)}, ${quoteText(call.node.options?.name ?? '')})`,
}

/** Every function of lists and structs. */
export const lists: Readonly<Record<ListFunctionName, Printer>> = { ...own, ...listItems }
