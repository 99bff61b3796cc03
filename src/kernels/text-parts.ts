/** What functions of texts share. */

// The blanks String.prototype.trim takes away, as far as the engines can be told: see `blanks` of the SQL side.
export const blankEnds: RegExp = /^[ \t\n\v\f\r\u00a0\ufeff\u2028\u2029]+|[ \t\n\v\f\r\u00a0\ufeff\u2028\u2029]+$/g

/** A portable pattern; lone surrogates never match half of a character. */
export function regex(pattern = '', flags = ''): RegExp {
  return new RegExp(pattern, flags.includes('u') || flags.includes('v') ? flags : `${flags}u`)
}

/** How many code points. */
export function codePoints(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length - 1; i++)
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count--
  return count
}
