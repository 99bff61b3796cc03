import { allocate, type Column, columnFromRaw, physicalOf, setValid } from '../batch/index.ts'
import type { DataType, Schema } from '../schema/index.ts'
import { type LoopOut, type OutKind, outKind } from './row-loop.ts'

/** The columns that a loop over rows fills: one array each, of the kind that its type has. */
export class LoopColumns implements LoopOut {
  readonly arrays: readonly unknown[]
  rows = 0
  threw = false
  value: unknown
  readonly #schema: Schema
  readonly #columns: readonly Part[]

  /** @param most rows at most */
  constructor(schema: Schema, most: number) {
    this.#schema = schema
    this.#columns = schema.map(({ type }) => part(type, most))
    this.arrays = this.#columns.map(({ array }) => array)
  }

  unset(column: number, row: number): void {
    const own = this.#columns[column] as Part
    if (own.values !== undefined) own.values[row] = null
    else setValid((own.validity ??= new Uint8Array((own.most + 7) >> 3).fill(255)), row, false)
  }

  physical(column: number, value: unknown): unknown {
    return physicalOf(this.#schema[column]?.type ?? 'null', value)
  }

  /** Adds a row whose values fit, by the way that knows every form of a value. */
  push(values: readonly unknown[]): void {
    values.forEach((value, index) => {
      const physical = this.physical(index, value)
      if (physical === null || physical === undefined) this.unset(index, this.rows)
      else store(this.#columns[index] as Part, this.rows, physical)
    })
    this.rows++
  }

  /** The columns so far. */
  finish(): Column[] {
    return this.#schema.map(({ type }, index) => {
      const { data, values, validity } = this.#columns[index] as Part
      if (data === undefined) return columnFromRaw(type, (values ?? []).slice(0, this.rows))
      return { type, length: this.rows, data, ...(validity === undefined ? {} : { validity }) }
    })
  }
}

interface Part {
  readonly kind: OutKind
  readonly most: number
  /** What the loop writes to. */
  readonly array: unknown
  /** Of numbers and booleans. */
  readonly data: Column['data'] | undefined
  /** Of everything else. */
  readonly values: unknown[] | undefined
  validity: Uint8Array | undefined
}

function part(type: DataType, most: number): Part {
  const kind = outKind(type)
  if (kind === 'text' || kind === 'physical') {
    const values: unknown[] = []
    return { kind, most, array: values, data: undefined, values, validity: undefined }
  }
  const data = allocate(type, most)
  return { kind, most, array: kind === 'int64' ? new Int32Array(data.buffer) : data, data, values: undefined, validity: undefined }
}

function store({ kind, data, values }: Part, row: number, physical: unknown): void {
  if (values !== undefined) values[row] = physical
  else if (kind === 'boolean' && data !== undefined) data[row] = physical === true ? 1 : 0
  else if (data !== undefined) data[row] = physical as number
}
