/** The pages of docs/functions: every function and every method of a column has a part, and its example gives what the page says. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { functions } from '../src/expr/index.ts'
import { tidemill } from '../src/index.ts'
import { calledIn, methodsIn, runExamples } from '../tools/docs/function-pages.ts'
import { textOf } from '../tools/docs/function-text.ts'
import { functionGroups } from '../tools/docs/functions/index.ts'
import { openThings } from '../tools/docs/functions/things.ts'
import { root } from './house/tree.ts'

const page = (name: string): string => readFileSync(join(root, `docs/functions/${name}.md`), 'utf8')

test('every function stands on a page, once', () => {
  const names = functionGroups.flatMap(group => Object.keys(group.examples))
  // `minus` of a moment and of an interval, `toDate` of a text and of an instant.
  expect(names.filter((name, at) => names.indexOf(name) !== at).sort()).toEqual(['minus', 'toDate'])
  expect(Object.keys(functions).filter(name => !names.includes(name))).toEqual([])
})

test('every method of a column stands on a page', () => {
  const called = new Set(
    functionGroups.flatMap(group => Object.entries(group.examples).map(([name, make]) => calledIn({ name, code: textOf(make) }))),
  )
  const methods = new Set(functionGroups.flatMap(group => [...methodsIn(group).keys()]))
  expect([...methods].filter(name => !called.has(name) && name !== 'asc' && name !== 'desc')).toEqual([])
  expect(methods.size).toBeGreaterThan(180)
})

test('examples give what their pages say', async () => {
  const tm = await tidemill({ workers: 1, typesFile: false })
  try {
    const things = await openThings(tm)
    const wrong: string[] = []
    for (const group of functionGroups) {
      const text = page(group.name)
      for (const { name, gives } of await runExamples(things, group)) {
        const part = text.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? ''
        if (!part.includes(`\n// => ${gives}\n`)) wrong.push(`${group.name} ${name}: ${gives}`)
      }
    }
    expect(wrong).toEqual([])
  } finally {
    await tm.close()
  }
}, 120_000)
