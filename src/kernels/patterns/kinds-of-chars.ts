/** Kinds of characters by their numbers. */
export type Kinds = ReadonlySet<number>

const ascii = 128
const planeOne = 0x1_0000
/** The planes behind the first are looked at in steps; what is written in a pattern is looked at for sure. */
const [planesEnd, planesStep] = [0x3_23b0, 61]

/**
 * Divides all characters into kinds, so that those of one kind are in the same sets of a pattern; gives the kinds of each set. Two sets share a character where they share
 * a kind.
 */
export function kindsOfChars(sets: Iterable<string>, flags: string): ReadonlyMap<string, Kinds> {
  const texts = [...new Set(sets)]
  const tests = texts.map(text => new RegExp(`^${text}$`, flags))
  const wide = texts.flatMap((text, index) => (isWide(text) ? [index] : []))
  const kinds = new Map<string, number>()
  const found = texts.map(() => new Set<number>())
  const look = (point: number, among: readonly number[]): void => {
    const char = String.fromCodePoint(point)
    const within = among.filter(index => tests[index]?.test(char))
    if (within.length === 0) return
    const key = within.join()
    const kind = kinds.get(key) ?? kinds.size
    kinds.set(key, kind)
    for (const index of within) found[index]?.add(kind)
  }
  const all = texts.map((_, index) => index)
  for (let point = 0; point < ascii; point++) look(point, all)
  // Letters whose other case is an ASCII letter, and what the pattern names.
  for (const char of new Set(`\u017f\u212a\u0130\u0131${texts.join('')}`))
    if ((char.codePointAt(0) ?? 0) >= ascii) look(char.codePointAt(0) ?? 0, all)
  if (wide.length > 0) {
    for (let point = ascii; point < planeOne; point++) look(point, wide)
    for (let point = planeOne; point < planesEnd; point += planesStep) look(point, wide)
  }
  return new Map(texts.map((text, index) => [text, found[index] ?? new Set()]))
}

/** Whether a set has characters beyond ASCII that it does not name. */
function isWide(text: string): boolean {
  return /^\[\^|\\[pPDWsS]|[^\0-\x7f]-|-[^\0-\x7f]/u.test(text)
}
