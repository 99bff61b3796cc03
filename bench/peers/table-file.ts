import { writeFile } from 'node:fs/promises'
import { seededRandom } from '../../src/time/index.ts'

/** Numbers and a label of both sides of a case: features, then the class as a whole number, row by row. */
export interface BenchTable {
  readonly columns: number
  readonly rows: number
  /** `rows` x (`columns` + 1) values. */
  readonly values: Float64Array
}

/** Writes a table as float64, little endian, which is what Python's programs read. */
export async function writeTable(path: string, table: BenchTable): Promise<void> {
  const bytes = new DataView(new ArrayBuffer(table.values.length * 8))
  table.values.forEach((value, index) => bytes.setFloat64(index * 8, value, true))
  await writeFile(path, bytes)
}

/** Rows as objects: `x0`, `x1`, ... and `y`. */
export function rowsOf({ columns, rows, values }: BenchTable): readonly Readonly<Record<string, number>>[] {
  const names = [...Array.from({ length: columns }, (_, index) => `x${index}`), 'y']
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(names.map((name, column) => [name, values[row * (columns + 1) + column] ?? Number.NaN])),
  )
}

/**
 * Two classes over normal features that a forest can learn but not perfectly: half of the features carry products, waves and thresholds, the rest is noise.
 *
 * The same seed gives the same bytes everywhere the sine and the logarithm do.
 */
export function twoClasses(rows: number, columns: number, seed: number): BenchTable {
  const random = seededRandom(seed)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const values = new Float64Array(rows * (columns + 1))
  for (let row = 0; row < rows; row++) {
    const at = row * (columns + 1)
    for (let column = 0; column < columns; column++) values[at + column] = normal()
    const x = (column: number): number => values[at + (column % columns)] ?? 0
    const signal =
      x(0) * x(1) +
      Math.sin(2 * x(2)) +
      0.5 * x(3) * x(3) -
      0.5 +
      (x(4) > 0.5 ? 1 : -0.4) +
      0.7 * x(5) -
      0.6 * x(6) * x(7) +
      0.4 * x(8) +
      0.3 * x(9)
    values[at + columns] = signal + 0.8 * normal() > 0 ? 1 : 0
  }
  return { columns, rows, values }
}
