/** Rows of the table of functions: lists and structs. */
import { type FunctionInfo, row } from './function-info.ts'
import type { ListFunctionName } from './scalar-names.ts'

const number = ['number'] as const
const list = ['list'] as const
const many = 100_000
const scalar = row('scalar')

/** Functions of lists and structs by name. */
export const listFunctions: Readonly<Record<ListFunctionName, FunctionInfo>> = {
  listAt: scalar('The item at an index from 0, from the end when negative; NULL when out of range.', {
    of: list,
    gives: 'item',
    nulls: 'always',
    options: ['index'],
  }),
  listLength: scalar('How many items, NULL ones too.', { of: list, gives: 'int64' }),
  listContains: scalar('The item is in the list; false when it is not, also when there are NULL items.', {
    of: list,
    args: [2, 2],
    gives: 'boolean',
  }),
  listMap: scalar('The expression of each item.', { of: list, args: [2, 2], gives: 'mapped', nulls: 'first', options: ['item'] }),
  listFilter: scalar('The items for which the condition is true.', {
    of: list,
    args: [2, 2],
    gives: 'first',
    nulls: 'first',
    options: ['item'],
  }),
  listSort: scalar('The items in order, NULL ones last.', { of: list, gives: 'first', options: ['descending'] }),
  listDistinct: scalar('Each item once, where it stands first; NULL is one.', { of: list, gives: 'first' }),
  listReverse: scalar('The items from the last to the first.', { of: list, gives: 'first' }),
  listSlice: scalar('From item `start` up to `end`, which is left out; negative ones count from the end.', {
    of: list,
    gives: 'first',
    options: ['start', 'end'],
  }),
  listConcat: scalar('The items of both; NULL when one is NULL.', { of: list, takes: list, args: [2, 2], gives: 'first' }),
  listAppend: scalar('The items and one more.', { of: list, args: [2, 2], gives: 'first', nulls: 'first' }),
  listSum: scalar('Sum of the items without NULLs; NULL of none. Of integers an int64, checked at the end.', {
    of: list,
    gives: 'itemTotal',
    nulls: 'always',
  }),
  listMean: scalar('Mean of the items without NULLs, as a float; NULL of none.', { of: list, gives: 'float64', nulls: 'always' }),
  listMin: scalar('The least item; NULL of none.', { of: list, gives: 'item', nulls: 'always' }),
  listMax: scalar('The greatest item; NULL of none, NaN is the greatest.', { of: list, gives: 'item', nulls: 'always' }),
  listAny: scalar('One item is true; NULLs are left out, NULL of none.', { of: list, gives: 'boolean', nulls: 'always' }),
  listAll: scalar('No item is false; NULLs are left out, NULL of none.', { of: list, gives: 'boolean', nulls: 'always' }),
  listHasAny: scalar('One item of the other list is in this; NULL items are left out.', {
    of: list,
    takes: list,
    args: [2, 2],
    gives: 'boolean',
  }),
  listHasAll: scalar('All items of the other list are in this; NULL items are left out.', {
    of: list,
    takes: list,
    args: [2, 2],
    gives: 'boolean',
  }),
  listIndexOf: scalar('The place of the item, from 0; -1 when it is not there.', { of: list, args: [2, 2], gives: 'int64' }),
  listFlatten: scalar('The items of the lists in the list; a NULL list has none.', { of: list, gives: 'item' }),
  range: scalar('Whole numbers from the first up to the second, which is left out, in steps of the third (1).', {
    of: number,
    takes: number,
    args: [2, 3],
    gives: 'integers',
  }),
  listOf: scalar('The values as a list, NULL ones too.', { takes: 'same', args: [1, many], gives: 'commonList', nulls: 'never' }),
  struct: scalar('The values as the fields of a struct.', { args: [1, many], gives: 'struct', nulls: 'never', options: ['names'] }),
  listJoin: scalar('The items as one text; a NULL item is an empty text.', { of: list, gives: 'string', options: ['separator'] }),
  mapGet: scalar('The value of a key; NULL when it is not there.', { of: ['map'], args: [2, 2], gives: 'mapValue', nulls: 'always' }),
  mapKeys: scalar('The keys as a list.', { of: ['map'], gives: 'mapKeys' }),
  mapValues: scalar('The values as a list, in the order of the keys.', { of: ['map'], gives: 'mapValues' }),
  field: scalar('A field of a struct.', { of: ['struct'], gives: 'field', options: ['name'] }),
}
