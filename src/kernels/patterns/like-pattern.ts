import { TidemillError } from '../../errors/index.ts'

/** `%` of a pattern. */
const any = -1
/** `_` of a pattern. */
const one = -2

/** Whether a text is like a pattern of SQL: `%` is any text, `_` any character, a backslash takes the next one as it is. */
export type Like = (text: string) => boolean

/**
 * Reads a pattern of SQL's `like`. Where a part does not fit, only the last `%` takes one more character, so the time grows with the product of both lengths at most.
 *
 * @throws expr.argument for a backslash at the end
 */
export function likePattern(pattern: string): Like {
  const parts = partsOf(pattern)
  return text => {
    let [at, part] = [0, 0]
    // Behind the last `%`, and where it stopped taking.
    let [after, took] = [-1, 0]
    while (at < text.length) {
      const wanted = parts[part]
      const point = text.codePointAt(at) as number
      if (wanted === any) {
        after = ++part
        took = at
      } else if (wanted === one || wanted === point) {
        part++
        at += point > 0xffff ? 2 : 1
      } else if (after >= 0) {
        took += (text.codePointAt(took) as number) > 0xffff ? 2 : 1
        at = took
        part = after
      } else return false
    }
    while (parts[part] === any) part++
    return part === parts.length
  }
}

function partsOf(pattern: string): readonly number[] {
  const parts: number[] = []
  const all = [...pattern]
  for (let at = 0; at < all.length; at++) {
    let char = all[at] as string
    if (char === '%' || char === '_') {
      parts.push(char === '%' ? any : one)
      continue
    }
    if (char === '\\') char = all[++at] ?? fail(pattern)
    parts.push(char.codePointAt(0) as number)
  }
  return parts
}

function fail(pattern: string): never {
  throw new TidemillError('expr.argument', `pattern of like that ends in a backslash: ${pattern}`)
}
