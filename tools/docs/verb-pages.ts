import { tidemill } from '../../src/index.ts'
import { openTables } from './coming-from/tables.ts'
import { type Method, methodsOf } from './code-facts.ts'
import { textOf } from './function-text.ts'
import { type Page, table } from './page.ts'
import { verbGroups } from './verbs/index.ts'
import type { VerbDoc } from './verbs/types.ts'

const made = '<!-- Made by `npm run docs` from the docstrings of the verbs and tools/docs/verbs/. -->'
const interfaces = [
  ['plan/builder-types.ts', 'RowVerbs'],
  ['plan/builder-types.ts', 'Verbs'],
  ['dataset/verb-types.ts', 'TableVerbs'],
  ['dataset/types.ts', 'Dataset'],
  ['dataset/types.ts', 'Grouped'],
] as const

/** Every method of a table, by its name. */
export function tableMethods(): ReadonlyMap<string, readonly Method[]> {
  const methods = new Map<string, Method[]>()
  for (const [file, name] of interfaces)
    for (const method of methodsOf(file, name)) {
      // `agg` of groups is told with `groupBy`.
      if (name === 'Grouped' && method.name === 'agg') continue
      methods.set(method.name, [...(methods.get(method.name) ?? []), method])
    }
  return methods
}

/** A page for each verb, with what its example prints, and one that has them by task. Names are below docs/. */
export async function verbPages(): Promise<readonly Page[]> {
  const methods = tableMethods()
  const printed: string[] = []
  // A table is as wide as the terminal; pages are the same everywhere.
  Object.defineProperty(process.stdout, 'isTTY', { value: false })
  const tm = await tidemill({ workers: 1, typesFile: false, print: text => printed.push(text) })
  try {
    const tables = await openTables(tm)
    const pages: Page[] = []
    for (const verb of verbGroups.flatMap(group => group.verbs)) {
      printed.length = 0
      await (await verb.example(tables)).show()
      pages.push({ name: `verbs/${verb.name}.md`, text: pageOf(verb, methods.get(verb.name) ?? [], printed.join('\n')) })
    }
    printed.length = 0
    for (const [name, one] of Object.entries(tables) as [string, { show(): Promise<void> }][]) {
      printed.push(`${name}`)
      await one.show()
    }
    return [...pages, indexPage(methods, printed.join('\n'))]
  } finally {
    await tm.close()
  }
}

function pageOf({ name, nulls, order, example }: VerbDoc, methods: readonly Method[], printed: string): string {
  if (methods.length === 0) throw new Error(`no method ${name} of a table`)
  const about = methods.flatMap(({ docstring }) => docstring.paragraphs).filter(text => text !== '')
  const throws = methods.flatMap(({ docstring }) => docstring.throws)
  if (about.length === 0) throw new Error(`no docstring of ${name}`)
  return [
    `# ${name}`,
    made,
    ...about,
    '',
    '```js',
    `await ${awaited(textOf(example))}.show()`,
    '```',
    '```text',
    plain(printed),
    '```',
    `**NULL**: ${nulls}`,
    '',
    `**Order**: ${order}`,
    '',
    `**Errors**: ${throws.length === 0 ? '' : `${throws.join('; ')}. `}A wrong expression is expr.*. Mistakes come where the step is written; what only the data can tell comes when it runs.`,
    '',
    '```text',
    ...methods.map(({ signature }) => signature),
    '```',
    '[All verbs](README.md) and the tables of the examples.',
    '',
  ].join('\n')
}

/** A call that gives a promise is waited for. */
function awaited(text: string): string {
  return /^(await|\(await)/.test(text) ? text : /\.crosstab\(/.test(text) ? `(await ${text})` : text
}

/** Without trailing blanks. */
function plain(text: string): string {
  return text
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
}

function indexPage(methods: ReadonlyMap<string, readonly Method[]>, tables: string): Page {
  const first = (name: string): string =>
    (methods.get(name)?.flatMap(one => one.docstring.paragraphs)[0] ?? '').replace(/(?<=\w[.]) [A-Z`].*$/, '')
  const verbs = new Set(verbGroups.flatMap(group => group.verbs.map(verb => verb.name)))
  const parts = verbGroups.map(
    ({ title, verbs: own }) =>
      `## ${title}\n${table(
        ['verb', ''],
        own.map(({ name }) => [`[\`${name}\`](${name}.md)`, first(name)]),
      )}`,
  )
  const others = [...methods.keys()].filter(name => !verbs.has(name))
  return {
    name: 'verbs/README.md',
    text: `# Verbs of a table, by task
${made}
A verb gives a new table and runs nothing. Names of columns and their types are checked where the verb is written, by the compiler and when the program runs. A page has the signature, what becomes of NULLs and of the order, the errors, and an example with what it prints (run by \`test/verb-pages.test.ts\`). From other tools: [coming from pandas, Polars or SQL](../coming-from.md). What stands in callbacks: [functions](../functions/README.md).

${parts.join('\n\n')}

## Run, look, hand on
${table(
  ['method', ''],
  others.map(name => [`\`${name}\``, first(name)]),
)}

## The tables of the examples
\`\`\`text
${plain(tables)}
\`\`\`
`,
  }
}
