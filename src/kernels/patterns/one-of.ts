/** Whether a code point is one of a set. */
export type OneOf = (point: number) => boolean

const mostKnown = 4096

/** A set as it is written in a pattern. JavaScript itself says what is in it, with its rules for cases; each answer is kept. */
export function oneOf(text: string, flags: string): OneOf {
  const regex = new RegExp(`^${text}$`, flags)
  const ascii = Uint8Array.from({ length: 128 }, (_, point) => Number(regex.test(String.fromCharCode(point))))
  const others = new Map<number, boolean>()
  return point => {
    if (point < 128) return ascii[point] === 1
    const known = others.get(point)
    if (known !== undefined) return known
    const is = regex.test(String.fromCodePoint(point))
    if (others.size >= mostKnown) others.clear()
    others.set(point, is)
    return is
  }
}
