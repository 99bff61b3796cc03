/** Interim face while the metrics are being written: their builder replaces this file. */
import type { Label } from '../kinds/index.ts'

export interface ClassificationMetrics {
  readonly rows: number
  readonly accuracy: number
  readonly confusion: { readonly labels: readonly Label[]; readonly counts: readonly (readonly number[])[] }
}
export function classificationMetrics(given: {
  readonly truth: Int32Array
  readonly prediction: Int32Array
  readonly probabilities?: Float64Array | undefined
  readonly width: number
  readonly classes: readonly Label[]
}): ClassificationMetrics {
  const counts = given.classes.map(() => given.classes.map(() => 0))
  given.truth.forEach((label, row) => {
    const line = counts[label] as number[]
    const guess = given.prediction[row] as number
    line[guess] = (line[guess] ?? 0) + 1
  })
  const right = given.classes.reduce((sum, _, i) => sum + (counts[i]?.[i] ?? 0), 0)
  return { rows: given.truth.length, accuracy: right / given.truth.length, confusion: { labels: given.classes, counts } }
}
