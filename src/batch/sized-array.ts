/** An array of this length, to be filled from the front: V8 takes its memory at once. */
export function sizedArray<T>(length: number): T[] {
  const values: T[] = []
  values.length = length
  return values
}
