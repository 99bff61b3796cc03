/**
 * A pattern of the checked subset in RE2's spelling, with JavaScript's meaning: `.` stops at every line end of JavaScript, `\uXXXX` is `\x{XXXX}`,
 * flags stand in front.
 */
export function rePattern(pattern: string, flags = ''): string {
  let out = ''
  let inClass = false
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? ''
    if (char === '\\') {
      const unicode = /^\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))/.exec(pattern.slice(at))
      if (unicode !== null) {
        out += `\\x{${unicode[1] ?? unicode[2]}}`
        at += unicode[0].length - 1
      } else {
        const next = pattern[at + 1] ?? ''
        out += next === '/' || next === '-' ? (next === '-' ? '\\-' : '/') : `\\${next}`
        at++
      }
    } else {
      if (char === '[') inClass = true
      if (char === ']') inClass = false
      if (char === '(' && pattern.startsWith('(?<', at) && !/^\(\?<[=!]/.test(pattern.slice(at)) && !inClass) {
        out += '(?P<'
        at += 2
      } else out += char === '.' && !inClass && !flags.includes('s') ? '[^\\n\\r\\x{2028}\\x{2029}]' : char
    }
  }
  const own = [...flags].filter(flag => flag === 'i' || flag === 's' || flag === 'm').join('')
  return own === '' ? out : `(?${own})${out}`
}

/** JavaScript's `$1`, `$&`, `$$` as RE2's `\1`, `\0`, `$`. */
export function reReplacement(by: string): string {
  return by.replace(/\\|\$(\$|&|\d)/g, (whole, what: string | undefined) =>
    whole === '\\' ? '\\\\' : what === '$' ? '$' : what === '&' ? '\\0' : `\\${what}`,
  )
}
