/**
 * The number in the middle of two, as the border of `x <= border`: at least `low`, below `high`. Where nothing fits between them it is `low`.
 *
 * Halved before the sum, so that it does not overflow: as scikit-learn has it.
 */
export function midpoint(low: number, high: number): number {
  const middle = low / 2 + high / 2
  return middle >= low && middle < high ? middle : low
}
