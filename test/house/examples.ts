/** Programs in Markdown: where they stand, and what they say they print. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tree.ts'

export interface Example {
  /** `README.md:14`, the line of the fence. */
  readonly at: string
  readonly code: string
  /** Begins with an import, so it is a whole program and is run; other blocks show a part of one and are type-checked only. */
  readonly runs: boolean
  /** Texts after `// =>`, in order. */
  readonly prints: readonly string[]
}

/** Every block of TypeScript in a Markdown text. */
export function examplesIn(name: string, text: string): readonly Example[] {
  const found: Example[] = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const fence = /^(\s*)```(?:ts|typescript)\s*$/.exec(lines[i] ?? '')
    if (fence === null) continue
    const end = lines.findIndex((line, at) => at > i && line.trim() === '```')
    if (end === -1) throw new Error(`${name}:${i + 1}: a block that does not end`)
    const code = `${lines.slice(i + 1, end).join('\n')}\n`
    found.push({
      at: `${name}:${i + 1}`,
      code,
      runs: /^import\b/.test(code),
      prints: [...code.matchAll(/\/\/ => (.*)$/gm)].map(match => (match[1] ?? '').trim()),
    })
    i = end
  }
  return found
}

/** The examples of the README and of all pages. */
export function allExamples(): readonly Example[] {
  const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root }).sort()]
  return pages.flatMap(page => examplesIn(page, readFileSync(join(root, page), 'utf8')))
}

/** The first text that is no line of the output after the one before it; undefined when all are there, in order. */
export function missingOutput(prints: readonly string[], output: string): string | undefined {
  const lines = output.split('\n').map(line => line.trim())
  let from = 0
  for (const text of prints) {
    const at = lines.indexOf(text, from)
    if (at === -1) return text
    from = at + 1
  }
  return undefined
}
