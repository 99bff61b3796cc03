/** Data must never be able to steer a terminal or reorder what a reader sees. */

// Controls (C0, DEL, C1), marks that turn the writing direction, line separators, tags, the byte order mark, and surrogates that stand alone.
const unsafe =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|[\u{e0001}-\u{e001f}]|\p{Surrogate}/gu
// oxlint-disable-next-line no-control-regex
const harmless = /^[\u0020-\u007e\u00a0-\u024f]*$/

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' }

/** Text on one line with every control character written out: `\n`, `\x1b`, `\u{202e}`. */
export function visible(text: string): string {
  return harmless.test(text) ? text : text.replaceAll(unsafe, name)
}

/** As `visible`, but line ends and tabs stay what they are (tabs as two blanks). */
export function visibleLines(text: string): string[] {
  return text.split(/\r\n|\n/).map(line => visible(line.replaceAll('\t', '  ')))
}

function name(char: string): string {
  const known = short[char]
  if (known !== undefined) return known
  const code = char.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}
