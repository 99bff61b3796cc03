/** A page of docs/reference, made of data. */
export interface Page {
  /** Below docs/reference. */
  readonly name: string
  readonly text: string
}

/** Puts a page together. */
export function page(name: string, title: string, from: string, about: string, ...parts: readonly string[]): Page {
  return { name, text: `# ${title}\n<!-- Made by \`npm run docs\` from ${from}. -->\n${about}\n\n${parts.join('\n\n')}\n` }
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

/** Text as a cell: one line, its bars escaped; what would begin a tag too, but for code, which stands as it is. */
function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replace(/(`[^`]*`)|</g, (_, code: string | undefined) => code ?? '&lt;')
    .replace(/\s*\n\s*/g, ' ')
}
