/** Eigenvalues (largest first) and eigenvectors (vector k is column k) of a symmetric matrix. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations: slow for hundreds of columns, accurate for all.
 *
 * Source: Golub, Van Loan, "Matrix Computations", 4th edition, section 8.5.
 */
export function jacobi(matrix: Float64Array, width: number): Eigen {
  const a = Float64Array.from(matrix)
  const v = new Float64Array(width * width)
  for (let i = 0; i < width; i++) v[i * width + i] = 1
  for (let sweep = 0; sweep < 60 && offDiagonal(a, width) > 0; sweep++) {
    for (let p = 0; p < width - 1; p++) for (let q = p + 1; q < width; q++) rotate(a, v, width, p, q)
  }
  const order = Array.from({ length: width }, (_, i) => i).sort((i, j) => (a[j * width + j] as number) - (a[i * width + i] as number))
  const vectors = new Float64Array(width * width)
  for (const [to, from] of order.entries())
    for (let row = 0; row < width; row++) vectors[row * width + to] = v[row * width + from] as number
  return { values: Float64Array.from(order, i => a[i * width + i] as number), vectors }
}

function offDiagonal(a: Float64Array, width: number): number {
  let sum = 0
  for (let i = 0; i < width; i++) for (let j = i + 1; j < width; j++) sum += Math.abs(a[i * width + j] as number)
  return sum
}

function rotate(a: Float64Array, v: Float64Array, width: number, p: number, q: number): void {
  const pq = a[p * width + q] as number
  if (pq === 0) return
  const pp = a[p * width + p] as number
  const qq = a[q * width + q] as number
  // Too small to move either diagonal entry: the rotation would only add noise.
  if (Math.abs(pq) < 1e-18 * Math.sqrt(Math.abs(pp * qq)) || Math.abs(pq) < Number.MIN_VALUE / Number.EPSILON) {
    a[p * width + q] = 0
    a[q * width + p] = 0
    return
  }
  const ratio = (qq - pp) / (2 * pq)
  const tangent = (ratio >= 0 ? 1 : -1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1))
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  for (let k = 0; k < width; k++) {
    const kp = a[k * width + p] as number
    const kq = a[k * width + q] as number
    a[k * width + p] = cosine * kp - sine * kq
    a[k * width + q] = sine * kp + cosine * kq
  }
  for (let k = 0; k < width; k++) {
    const pk = a[p * width + k] as number
    const qk = a[q * width + k] as number
    a[p * width + k] = cosine * pk - sine * qk
    a[q * width + k] = sine * pk + cosine * qk
  }
  a[p * width + q] = 0
  a[q * width + p] = 0
  for (let k = 0; k < width; k++) {
    const kp = v[k * width + p] as number
    const kq = v[k * width + q] as number
    v[k * width + p] = cosine * kp - sine * kq
    v[k * width + q] = sine * kp + cosine * kq
  }
}
