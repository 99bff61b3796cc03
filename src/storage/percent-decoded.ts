/**
 * A name from outside without its percent signs: `a%2Fb` is `a/b`. What is not encoded right is taken as it stands.
 *
 * @example
 * percentDecoded('100%25') // => '100%'
 */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // `100%` is a name too.
    return text
  }
}
