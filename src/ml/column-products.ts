/**
 * Products of columns, four columns at a time: what they are added to is then loaded and stored a quarter as often. Each sum runs from
 * the first row down.
 */

/** Adds `columns[i] * coef[from + i]` to the sums, from the left. */
export function addColumns(sums: Float64Array, columns: readonly Float64Array[], coef: Float64Array, from: number, rows: number): void {
  const quads = columns.length - (columns.length % 4)
  for (let index = 0; index < quads; index += 4) addQuad(sums, columns, index, coef, from + index, rows)
  for (let index = quads; index < columns.length; index++) {
    const x = columns[index] as Float64Array
    const times = coef[from + index] as number
    for (let row = 0; row < rows; row++) sums[row] = (sums[row] as number) + (x[row] as number) * times
  }
}

function addQuad(sums: Float64Array, columns: readonly Float64Array[], index: number, coef: Float64Array, at: number, rows: number): void {
  const [a, b, c, d] = quad(columns, index)
  const [p, q, r, s] = [coef[at] as number, coef[at + 1] as number, coef[at + 2] as number, coef[at + 3] as number]
  for (let row = 0; row < rows; row++)
    sums[row] = (sums[row] as number) + (a[row] as number) * p + (b[row] as number) * q + (c[row] as number) * r + (d[row] as number) * s
}

/** Writes the product of `vector` with each of the columns from `first` on into `out[to + index]`. */
export function dotColumns(
  vector: Float64Array,
  columns: readonly Float64Array[],
  rows: number,
  out: { readonly into: Float64Array; readonly to: number; readonly first?: number },
): void {
  const first = out.first ?? 0
  const end = columns.length - ((columns.length - first) % 4)
  for (let index = first; index < end; index += 4) dotQuad(vector, columns, index, rows, out.into, out.to + index)
  for (let index = end; index < columns.length; index++) {
    const x = columns[index] as Float64Array
    let sum = 0
    for (let row = 0; row < rows; row++) sum += (x[row] as number) * (vector[row] as number)
    out.into[out.to + index] = sum
  }
}

function dotQuad(
  vector: Float64Array,
  columns: readonly Float64Array[],
  index: number,
  rows: number,
  into: Float64Array,
  to: number,
): void {
  const [a, b, c, d] = quad(columns, index)
  let [p, q, r, s] = [0, 0, 0, 0]
  for (let row = 0; row < rows; row++) {
    const times = vector[row] as number
    p += (a[row] as number) * times
    q += (b[row] as number) * times
    r += (c[row] as number) * times
    s += (d[row] as number) * times
  }
  into[to] = p
  into[to + 1] = q
  into[to + 2] = r
  into[to + 3] = s
}

type Quad = readonly [Float64Array, Float64Array, Float64Array, Float64Array]
function quad(columns: readonly Float64Array[], index: number): Quad {
  return [columns[index], columns[index + 1], columns[index + 2], columns[index + 3]] as unknown as Quad
}
