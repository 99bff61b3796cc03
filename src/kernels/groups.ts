/** Gives every combination of key values a number, in the order they are first met. */
import { columnFromRaw, type Column } from '../batch/index.ts'
import type { DataType } from '../schema/index.ts'
import { keyOf } from './compare.ts'
import { columnVector, type Raw, reader } from './vector.ts'

export class Groups {
  readonly #types: readonly DataType[]
  /** By key column: value -> code. */
  readonly #codes: readonly Map<Raw, number>[]
  readonly #values: readonly Raw[][]
  /** By key column from the second: (group of the columns before, code) -> group. */
  readonly #pairs: readonly Map<number, number>[]
  /** For each group of a level, the group before and the code. */
  readonly #parts: readonly { readonly before: number; readonly code: number }[][]
  #count: number

  constructor(types: readonly DataType[]) {
    this.#types = types
    this.#codes = types.map(() => new Map())
    this.#values = types.map(() => [])
    this.#pairs = types.map(() => new Map())
    this.#parts = types.map(() => [])
    this.#count = types.length === 0 ? 1 : 0
  }

  get count(): number {
    return this.#count
  }

  /** The group of each row. */
  number(keys: readonly Column[], rows: number): Int32Array {
    const groups = new Int32Array(rows)
    keys.forEach((column, level) => {
      const read = reader(columnVector(column))
      for (let i = 0; i < rows; i++) groups[i] = this.#next(level, groups[i] as number, read(i))
    })
    return groups
  }

  /** The groups of another table of the same keys as groups of this one. */
  adopt(other: Groups): Int32Array {
    const mapped = Int32Array.from({ length: other.count }, () => 0)
    for (let group = 0; group < other.count; group++) {
      const values = other.#keyOf(group)
      let own = 0
      values.forEach((value, level) => (own = this.#next(level, own, value)))
      mapped[group] = own
    }
    return mapped
  }

  /** The key columns, one row a group. */
  columns(): Column[] {
    const rows = Array.from({ length: this.#count }, (_, group) => this.#keyOf(group))
    return this.#types.map((type, level) =>
      columnFromRaw(
        type,
        rows.map(row => row[level]),
      ),
    )
  }

  #next(level: number, before: number, value: Raw): number {
    const codes = this.#codes[level] as Map<Raw, number>
    const key = keyOf(value, this.#types[level])
    let code = codes.get(key)
    if (code === undefined) {
      const values = this.#values[level] as Raw[]
      code = values.length
      codes.set(key, code)
      // -0 and 0 are one key, and it is shown as 0.
      values.push(value === 0 ? 0 : value)
    }
    const pairs = this.#pairs[level] as Map<number, number>
    // Both stay far below 2^26 distinct values, so the pair is exact as a number.
    const pair = before * 67_108_864 + code
    let group = pairs.get(pair)
    if (group === undefined) {
      const parts = this.#parts[level] as { before: number; code: number }[]
      group = parts.length
      pairs.set(pair, group)
      parts.push({ before, code })
      if (level === this.#types.length - 1) this.#count = parts.length
    }
    return group
  }

  #keyOf(group: number): Raw[] {
    const values: Raw[] = []
    let at = group
    for (let level = this.#types.length - 1; level >= 0; level--) {
      const part = this.#parts[level]?.[at]
      values[level] = this.#values[level]?.[part?.code ?? 0] ?? null
      at = part?.before ?? 0
    }
    return values
  }
}
