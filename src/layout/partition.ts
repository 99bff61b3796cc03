/** How rows are dealt to folders, as plain data. */
import { percentDecoded } from '../storage/index.ts'

export const everies = ['year', 'quarter', 'month', 'week', 'day', 'hour'] as const
/** A span of the calendar. */
export type Every = (typeof everies)[number]

/** One level of folders. `folder` is what its folders are called before the `=`. */
export type Partition =
  | { readonly by: 'value'; readonly column: string; readonly folder: string }
  | { readonly by: 'hash'; readonly column: string; readonly folder: string; readonly buckets: number }
  /** `edges` as text, ascending: the first folder has what is below the first edge, NaN and what is above is in the last. */
  | { readonly by: 'range'; readonly column: string; readonly folder: string; readonly edges: readonly string[] }
  | { readonly by: 'time'; readonly column: string; readonly folder: string; readonly every: Every; readonly timeZone: string }

/** What a folder that stands for NULL is called: the convention of Hive. */
export const nullFolder = '__HIVE_DEFAULT_PARTITION__'

/**
 * The name of the folder of a value: `coast=west`. What a file system or a reader of such folders could misunderstand is written as `%2F`; a text that reads like
 * NULL keeps its meaning by that too.
 *
 * @param value text; null is NULL
 */
export function folderName(folder: string, value: string | null): string {
  return `${encode(folder)}=${value === null ? nullFolder : encodeValue(value)}`
}

function encodeValue(value: string): string {
  const text = encode(value)
  // Readers take these for NULL before they decode.
  return /^(null|__hive_default_partition__)$/i.test(text) ? `%${text.charCodeAt(0).toString(16).toUpperCase()}${text.slice(1)}` : text
}

/** Letters, digits and few signs stay; the rest is percent and the bytes of UTF-8. */
function encode(text: string): string {
  let out = ''
  for (const byte of Buffer.from(text)) {
    const letter = String.fromCharCode(byte)
    out += /[0-9A-Za-z_.:-]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return process.platform === 'win32' ? out.replaceAll(':', '%3A') : out
}

/** The value a folder stands for, and what it is called; undefined for a folder of another kind. */
export function parseFolder(name: string): { readonly folder: string; readonly value: string | null } | undefined {
  const at = name.indexOf('=')
  if (at < 1) return undefined
  const value = name.slice(at + 1)
  return { folder: percentDecoded(name.slice(0, at)), value: value === nullFolder ? null : percentDecoded(value) }
}

/** A level of folders in words: `hash of customer in 16 buckets`. */
export function printPartition(level: Partition): string {
  switch (level.by) {
    case 'value':
      return level.column
    case 'hash':
      return `hash of ${level.column} in ${level.buckets} buckets`
    case 'range':
      return `ranges of ${level.column} at ${level.edges.join(', ')}`
    case 'time':
      return `${level.every} of ${level.column}${level.timeZone === 'UTC' ? '' : ` in ${level.timeZone}`}`
  }
}
