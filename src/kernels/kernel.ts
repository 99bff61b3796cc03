import { columnBuilder, type Column } from '../batch/index.ts'
import type { CallNode } from '../expr/index.ts'
import { columnVector, constantVector, type Raw, reader, type Vector } from './vector.ts'

/** Computes a function over whole vectors. All of them constant: it is called for one row. */
export type Kernel = (node: CallNode, args: readonly Vector[], rows: number) => Column

/** A kernel of a function of single values, which is NULL where an operand is NULL, or where the function gives null. */
export function perRow(make: (node: CallNode, args: readonly Vector[]) => (...values: never[]) => Raw): Kernel {
  return (node, args, rows) => {
    const f = make(node, args) as (...values: Raw[]) => Raw
    const builder = columnBuilder(node.type, rows)
    const readers = args.map(reader)
    const [first, second] = readers
    if (first !== undefined && readers.length === 1)
      for (let i = 0; i < rows; i++) {
        const a = first(i)
        builder.pushRaw(a === null ? null : f(a))
      }
    else if (first !== undefined && second !== undefined && readers.length === 2)
      for (let i = 0; i < rows; i++) {
        const a = first(i)
        const b = second(i)
        builder.pushRaw(a === null || b === null ? null : f(a, b))
      }
    else
      for (let i = 0; i < rows; i++) {
        const values = readers.map(read => read(i))
        builder.pushRaw(values.includes(null) ? null : f(...values))
      }
    return builder.finish()
  }
}

/** Runs a kernel; of constants for one row only. */
export function runKernel(kernel: Kernel, node: CallNode, args: readonly Vector[], rows: number): Vector {
  const constant = args.length > 0 && args.every(arg => arg.constant)
  const column = kernel(node, args, constant ? 1 : rows)
  return constant ? { type: column.type, column, constant } : columnVector(column)
}

/** The same value in every row. */
export function nullVector(node: CallNode): Vector {
  return constantVector(node.type, null)
}
