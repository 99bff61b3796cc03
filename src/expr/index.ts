/** Floor 2: expression nodes as data, typed builders, checking, printing, the table of semantics. */
export type * from './node.ts'
export type * from './types.ts'
