/** By code point: units of surrogate pairs stand above all others. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    const high = Number((x & 0xf800) === 0xd800) - Number((y & 0xf800) === 0xd800)
    return high === 0 ? x - y : high
  }
  return a.length - b.length
}
