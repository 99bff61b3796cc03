/** Square matrices here are row by row in one Float64Array. */

/**
 * The lower factor L of a symmetric matrix A = L * transpose(L), or undefined when A is not positive definite to working precision: a pivot below
 * `least` times its diagonal means that a column is (nearly) a sum of the ones before it.
 */
export function cholesky(a: Float64Array, width: number, least: number): Float64Array | undefined {
  const l = new Float64Array(width * width)
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * width + j] as number
      for (let k = 0; k < j; k++) sum -= (l[i * width + k] as number) * (l[j * width + k] as number)
      if (i === j) {
        if (!(sum > least * (a[i * width + i] as number))) return undefined
        l[i * width + i] = Math.sqrt(sum)
      } else l[i * width + j] = sum / (l[j * width + j] as number)
    }
  }
  return l
}

/** Solves L * transpose(L) * x = b. */
export function solveCholesky(l: Float64Array, width: number, b: Float64Array): Float64Array {
  const x = Float64Array.from(b)
  for (let i = 0; i < width; i++) {
    let sum = x[i] as number
    for (let k = 0; k < i; k++) sum -= (l[i * width + k] as number) * (x[k] as number)
    x[i] = sum / (l[i * width + i] as number)
  }
  for (let i = width - 1; i >= 0; i--) {
    let sum = x[i] as number
    for (let k = i + 1; k < width; k++) sum -= (l[k * width + i] as number) * (x[k] as number)
    x[i] = sum / (l[i * width + i] as number)
  }
  return x
}

/** b - A * x, each sum carried in twice the precision: what iterative refinement needs. */
export function residual(a: Float64Array, width: number, x: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(width)
  for (let i = 0; i < width; i++) {
    let high = b[i] as number
    let low = 0
    for (let k = 0; k < width; k++) {
      const [product, lost] = exactProduct(a[i * width + k] as number, -(x[k] as number))
      const sum = high + product
      const part = sum - high
      low += high - (sum - part) + (product - part) + lost
      high = sum
    }
    out[i] = high + low
  }
  return out
}

/** A product and what rounding took from it. Source: Dekker, "A floating-point technique for extending the available precision" (1971). */
function exactProduct(a: number, b: number): [product: number, lost: number] {
  const product = a * b
  const ca = 134217729 * a
  const ah = ca - (ca - a)
  const al = a - ah
  const cb = 134217729 * b
  const bh = cb - (cb - b)
  const bl = b - bh
  return [product, al * bl - (product - ah * bh - al * bh - ah * bl)]
}
