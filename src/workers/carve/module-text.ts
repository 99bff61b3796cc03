import { isBuiltin } from 'node:module'
import { dirname } from 'node:path'
import { originMark } from '../load-function.ts'
import type { SourceFile } from './source-file.ts'
import { nameOf, part, parts, type Syntax } from './syntax.ts'

/** A part of the file that goes along. */
export interface Piece {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
  readonly before: string
  readonly after: string
}
export interface ImportedName {
  readonly statement: Syntax
  /** The name there, `default`, or `*`. */
  readonly imported: string
  readonly local: string
}

/**
 * Writes the module: imports with absolute addresses, then the pieces on the lines they have in the file, so that a stack trace of the user's function names the right line.
 */
export function moduleText(
  file: SourceFile,
  imports: readonly ImportedName[],
  pieces: readonly Piece[],
  edits: readonly Edit[],
  exported: string,
): string {
  let text = `${originMark}${file.url.replaceAll('*', '%2A')} */ ${imports.map(item => importText(item, file)).join('')}`
  let line = 1
  let column = text.length
  for (const piece of pieces.toSorted((a, b) => a.start - b.start)) {
    const code = edited(file.text, piece, edits)
    const gap = piece.line - line
    if (gap > 1) text += '\n'.repeat(gap - 1)
    text += piece.before
    if (gap > 0) {
      text += `\n${' '.repeat(piece.column)}`
      column = piece.column
    } else if (column < piece.column) text += ' '.repeat(piece.column - column)
    text += `${code}${piece.after}`
    const lines = `${code}${piece.after}`.split('\n')
    line = Math.max(piece.line, line) + lines.length - 1
    column = lines.length > 1 ? (lines.at(-1)?.length ?? 0) : text.length - text.lastIndexOf('\n') - 1
  }
  return `${text}\n${exported}\n//# sourceURL=${file.url}\n`
}

/** Text to put in the place of other text of the file. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** `import.meta` and relative `import()` mean the file, not the module that is made of it; undefined where a value of `import.meta` cannot be known. */
export function metaEdit(meta: Syntax, file: SourceFile): Edit | undefined {
  const rest = /^import\.meta\s*\.\s*(url|dirname|filename)\b/.exec(file.text.slice(meta.start))
  if (rest === null) return undefined
  const values: Readonly<Record<string, string>> = { url: file.url, filename: file.path, dirname: dirname(file.path) }
  return { start: meta.start, end: meta.start + rest[0].length, text: JSON.stringify(values[rest[1] ?? '']) }
}

export function importEdit(expression: Syntax, file: SourceFile): Edit | undefined {
  const source = part(expression, 'source')
  return source.type === 'Literal' && typeof source['value'] === 'string'
    ? { start: source.start, end: source.end, text: JSON.stringify(absolute(source['value'], file)) }
    : undefined
}

/** The address of a module the file imports. Packages keep their name: they are looked for from the file when the function is loaded. */
export function absolute(specifier: string, file: SourceFile): string {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, file.url).href
  return isBuiltin(specifier) && !specifier.startsWith('node:') ? `node:${specifier}` : specifier
}

function importText({ statement, imported, local }: ImportedName, file: SourceFile): string {
  const names = imported === '*' ? `* as ${local}` : `{ ${imported} as ${local} }`
  return `import ${names} from ${JSON.stringify(absolute(String(part(statement, 'source')['value']), file))}${attributesText(statement)}; `
}

/** ` with { type: "json" }` */
export function attributesText(statement: Syntax): string {
  const attributes = parts(statement, 'attributes').map(
    item => `${JSON.stringify(nameOf(part(item, 'key')))}: ${JSON.stringify(part(item, 'value')['value'])}`,
  )
  return attributes.length === 0 ? '' : ` with { ${attributes.join(', ')} }`
}

function edited(text: string, { start, end }: Piece, edits: readonly Edit[]): string {
  let made = ''
  let from = start
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    if (edit.start < from || edit.end > end) continue
    made += text.slice(from, edit.start) + edit.text
    from = edit.end
  }
  return made + text.slice(from, end)
}
