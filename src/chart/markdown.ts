/** A small part of Markdown, as HTML: headings, paragraphs, lists, quotes, code, bold, italic, links. All else is text. */
import { escapeHtml } from '../display/index.ts'

/**
 * Text with Markdown as HTML. Everything is escaped first: HTML in it is text. Links go to http, https and mailto only; pictures are text.
 *
 * @param level of the first heading, 2 to 6; a heading is at most one step below the one before
 */
export function markdownHtml(text: string, level: number): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n')
  const parts: string[] = []
  let before = level - 1
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? ''
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line)
    if (line.trim() === '') at++
    else if (line.startsWith('```')) {
      const end = lines.findIndex((one, index) => index > at && one.startsWith('```'))
      const stop = end === -1 ? lines.length : end
      parts.push(`<pre tabindex="0"><code>${escapeHtml(lines.slice(at + 1, stop).join('\n'))}</code></pre>`)
      at = stop + 1
    } else if (heading !== null) {
      before = Math.min(6, before + 1, level + (heading[1]?.length ?? 1) - 1)
      parts.push(`<h${before}>${inline(heading[2] ?? '')}</h${before}>`)
      at++
    } else {
      const kind = kindOf(line)
      let end = at + 1
      while (end < lines.length && continues(kind, lines[end] ?? '')) end++
      parts.push(blockHtml(kind, lines.slice(at, end)))
      at = end
    }
  }
  return parts.join('\n')
}

type Kind = 'ul' | 'ol' | 'quote' | 'p'

function kindOf(line: string): Kind {
  if (/^\s*[-*+]\s+/.test(line)) return 'ul'
  if (/^\s*\d{1,9}[.)]\s+/.test(line)) return 'ol'
  return line.startsWith('>') ? 'quote' : 'p'
}

/** A list goes on with its items and their lines that are moved in; a paragraph ends where something else begins. */
function continues(kind: Kind, line: string): boolean {
  if (line.trim() === '' || line.startsWith('```') || /^#{1,6}\s/.test(line)) return false
  const next = kindOf(line)
  return next === kind || ((kind === 'ul' || kind === 'ol') && next === 'p' && /^\s/.test(line))
}

function blockHtml(kind: Kind, lines: readonly string[]): string {
  if (kind === 'p') return `<p>${inline(lines.join(' '))}</p>`
  if (kind === 'quote') return `<blockquote><p>${inline(lines.map(line => line.replace(/^>\s?/, '')).join(' '))}</p></blockquote>`
  const items: string[] = []
  for (const line of lines) {
    if (kindOf(line) === kind) items.push(line.replace(/^\s*(?:[-*+]|\d{1,9}[.)])\s+/, ''))
    else items.push(`${items.pop() ?? ''} ${line.trim()}`)
  }
  return `<${kind}>${items.map(item => `<li>${inline(item)}</li>`).join('')}</${kind}>`
}

/** Bold, italic, code and links of one run of text. Code is taken out first: nothing in it means anything. */
function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map(part => (/^`[^`]+`$/.test(part) ? `<code>${escapeHtml(part.slice(1, -1))}</code>` : marked(escapeHtml(part))))
    .join('')
}

function marked(escaped: string): string {
  return escaped
    .replaceAll(/\[([^\]]+)\]\(((?:https?:\/\/|mailto:)[^\s()<>]+)\)/g, '<a href="$2" rel="noreferrer">$1</a>')
    .replaceAll(/\*\*(?=\S)([^*]+?)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/(^|[^*\w])\*(?=\S)([^*]+?)\*(?![*\w])/g, '$1<em>$2</em>')
}
