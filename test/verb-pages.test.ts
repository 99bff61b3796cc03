/** The pages of docs/verbs: every verb has one, and its example prints what the page says. `npm run docs -- --check` compares all of their text. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tidemill } from '../src/index.ts'
import { openTables } from '../tools/docs/coming-from/tables.ts'
import { tableMethods } from '../tools/docs/verb-pages.ts'
import { verbGroups } from '../tools/docs/verbs/index.ts'
import { root } from './house/tree.ts'

const verbs = verbGroups.flatMap(group => group.verbs)
const page = (name: string): string => readFileSync(join(root, `docs/verbs/${name}.md`), 'utf8')

test('every verb of a table has a page, once', () => {
  const names = verbs.map(verb => verb.name)
  expect(new Set(names).size).toBe(names.length)
  // A method that gives a table, or a promise of one, and keeps nothing, is a verb.
  const tables = [...tableMethods()].filter(([, all]) =>
    all.some(({ signature }) => /\): (?:(?:Promise<)?(?:Dataset|Of<B|Grouped)|\{ readonly \[K in)/.test(signature)),
  )
  expect(tables.map(([name]) => name).filter(name => !names.includes(name))).toEqual([])
  expect(tables.length).toBeGreaterThan(45)
})

test('examples print what their pages say', async () => {
  const printed: string[] = []
  const tm = await tidemill({ workers: 1, typesFile: false, print: text => printed.push(text) })
  try {
    const tables = await openTables(tm)
    const wrong: string[] = []
    for (const { name, example } of verbs) {
      printed.length = 0
      await (await example(tables)).show()
      const text = printed
        .join('\n')
        .split('\n')
        .map(line => line.trimEnd())
        .join('\n')
      if (!page(name).includes(`\`\`\`text\n${text}\n\`\`\``)) wrong.push(`${name}:\n${text}`)
    }
    expect(wrong.join('\n\n')).toBe('')
  } finally {
    await tm.close()
  }
}, 120_000)
