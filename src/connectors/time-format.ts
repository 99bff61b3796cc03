/** Formats of dates and times as in strptime. */

const parts: Readonly<Record<string, string>> = {
  Y: '[0-9]{4}',
  y: '[0-9]{2}',
  m: '[0-9]{1,2}',
  d: '[0-9]{1,2}',
  H: '[0-9]{1,2}',
  I: '[0-9]{1,2}',
  M: '[0-9]{1,2}',
  S: '[0-9]{1,2}',
  f: '[0-9]{1,6}',
  p: '[AaPp][Mm]',
  b: '[A-Za-z]{3}',
  B: '[A-Za-z]{3,9}',
  a: '[A-Za-z]{3}',
  A: '[A-Za-z]{6,9}',
  j: '[0-9]{1,3}',
  z: '(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)',
  '%': '%',
}

/** Whether a text is a format we know all parts of, with one at least. */
export function isFormat(value: unknown): boolean {
  return (
    typeof value === 'string' && /%[^%]/.test(value) && [...value.matchAll(/%(.?)/gs)].every(([, part]) => Object.hasOwn(parts, part ?? ''))
  )
}

/** What a text in the format looks like, whole, as a regular expression of the subset that engines share. It says nothing about ranges. */
export function formatPattern(format: string): string {
  return format.replaceAll(/%(.)|([\\^$.*+?()[\]{}|/])|([^%\\^$.*+?()[\]{}|/]+)/gs, (_, part?: string, sign?: string, plain?: string) =>
    part !== undefined ? (parts[part] ?? '') : sign !== undefined ? `\\${sign}` : (plain ?? ''),
  )
}
