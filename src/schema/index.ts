/** Floor 1: data types, fields, declared and inferred schemas, row types. */
export * from './data-type.ts'
export * from './values.ts'
export * from './declare.ts'
export type * from './rows.ts'
