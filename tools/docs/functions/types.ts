import type { ThingRow } from './things.ts'

/** Function of the table (or a method that is made of several) -> an expression with it. Its text stands on the page, with what it gives. */
export type Examples = Readonly<Record<string, (r: ThingRow) => unknown>>

export interface FunctionPage {
  /** Of the file. */
  readonly name: string
  readonly title: string
  readonly about: string
  /** A value of the examples for each row, or one for all. */
  readonly per: 'row' | 'group'
  /** Where the methods stand: file and interface. */
  readonly interfaces: readonly (readonly [file: string, name: string])[]
  readonly examples: Examples
}
