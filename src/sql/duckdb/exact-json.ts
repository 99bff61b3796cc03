import type { DataType } from '../../schema/index.ts'

/**
 * SQL text of JSON with its numbers as texts, digit for digit: DuckDB reads every number with a point as a double. A pattern takes texts and numbers; marks that JSON
 * cannot hold are put around what its second group found, and stay where it found something.
 */
export function exactJson(json: string): string {
  const marked = `regexp_replace(${json}, ${token}, '\\1' || chr(1) || '\\2' || chr(2), 'g')`
  return `replace(replace(replace(${marked}, chr(1) || chr(2), ''), chr(1), '"'), chr(2), '"')`
}

const token = `'("(?:[^"\\\\]|\\\\.)*")|(-?[0-9][-+.0-9eE]*)'`

/** True for decimals, whose digits no double keeps. */
export function isDecimalType(type: DataType): boolean {
  return typeof type === 'object' && 'decimal' in type
}
