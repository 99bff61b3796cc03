/** Kinds of characters by their numbers. */
export type Kinds = ReadonlySet<number>

/** The planes behind the first are looked at in steps; what is written in a pattern is looked at for sure. */
const [planeOne, planesEnd, planesStep] = [0x1_0000, 0x3_23b0, 61]
/** ASCII, and the letters whose other case is an ASCII letter. */
const near = `${String.fromCodePoint(...Array(128).keys())}\u017f\u212a\u0130\u0131`

/**
 * Divides all characters into kinds, so that those of one kind are in the same sets of a pattern; gives the kinds of each set. Two sets share a character where they share
 * a kind.
 */
export function kindsOfChars(sets: Iterable<string>, flags: string): ReadonlyMap<string, Kinds> {
  const texts = [...new Set(sets)]
  const found = texts.map(() => new Set<number>())
  const kinds = new Map<string, number>()
  const look = (chars: string, among: readonly number[]): void => {
    for (const within of sharedRuns(
      chars,
      among.map(index => texts[index] ?? ''),
      flags,
    )) {
      const key = within.map(place => among[place]).join()
      const kind = kinds.get(key) ?? kinds.size
      kinds.set(key, kind)
      for (const place of within) found[among[place] ?? 0]?.add(kind)
    }
  }
  const [all, wide] = [texts.map((_, index) => index), texts.flatMap((text, index) => (isWide(text) ? [index] : []))]
  look(near + named(texts), all)
  if (wide.length > 0) look(farChars(), wide)
  return new Map(texts.map((text, index) => [text, found[index] ?? new Set()]))
}

/** Which sets the characters of a text are in, by their places: once for each stretch that is in the same ones, none left out. */
function* sharedRuns(chars: string, sets: readonly string[], flags: string): Generator<readonly number[]> {
  const changes = new Map<number, number[]>()
  // By stretches: the engine looks at a hundred thousand characters in the time of a thousand calls.
  for (const [place, set] of sets.entries())
    for (const { index, 0: run } of chars.matchAll(new RegExp(`(?:${set})+`, `${flags.replaceAll('y', '')}g`)))
      for (const at of [index, index + run.length]) changes.set(at, [...(changes.get(at) ?? []), place])
  const within = new Set<number>()
  for (const [, places] of [...changes].sort(([a], [b]) => a - b)) {
    for (const place of places) if (!within.delete(place)) within.add(place)
    if (within.size > 0) yield [...within].sort((a, b) => a - b)
  }
}

/** Characters beyond ASCII that the sets name. Halves of characters are put so that no two of them are one. */
function named(texts: readonly string[]): string {
  const points = [...new Set(texts.join(' '))].map(char => char.codePointAt(0) ?? 0).filter(point => point >= 128)
  return String.fromCodePoint(...points.filter(isLow), ...points.filter(point => !isLow(point) && !isHigh(point)), ...points.filter(isHigh))
}

let far: string | undefined

/** The characters beyond ASCII. */
function farChars(): string {
  if (far !== undefined) return far
  const chars: string[] = []
  const add = (from: number, to: number, step = 1): void => {
    for (let point = from; point < to; point += step) chars.push(String.fromCodePoint(point))
  }
  add(128, 0xd800)
  // Low halves first, so that no two are one character.
  add(0xdc00, 0xe000)
  add(0xd800, 0xdc00)
  add(0xe000, planeOne)
  add(planeOne, planesEnd, planesStep)
  far = chars.join('')
  return far
}

function isHigh(point: number): boolean {
  return point >= 0xd800 && point < 0xdc00
}

function isLow(point: number): boolean {
  return point >= 0xdc00 && point < 0xe000
}

/** Whether a set has characters beyond ASCII that it does not name. */
function isWide(text: string): boolean {
  return text === '.' || /^\[\^|\\[pPDWsS]|[^\0-\x7f]-|-[^\0-\x7f]/u.test(text)
}
