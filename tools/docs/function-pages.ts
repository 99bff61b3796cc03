/** The pages of docs/functions: every function with what it gives for three rows. */
import { type ExprNode, exprOf, type FunctionInfo, functions, someNode } from '../../src/expr/index.ts'
import { tidemill } from '../../src/index.ts'
import { missingKernels } from '../../src/kernels/index.ts'
import type { Capabilities } from '../../src/plan/index.ts'
import { functionFacts, type Method, methodsOf } from './code-facts.ts'
import { textOf } from './function-text.ts'
import { able } from './functions-page.ts'
import { functionGroups } from './functions/index.ts'
import { openThings, type ThingRow, type Things } from './functions/things.ts'
import type { FunctionPage } from './functions/types.ts'
import { type Page, table } from './page.ts'

const made = '<!-- Made by `npm run docs` from src/expr, the declarations of the engines and tools/docs/functions/. -->'

const nulls: Readonly<Record<FunctionInfo['nulls'], string>> = {
  never: 'never NULL',
  always: 'may be NULL for any operand',
  any: 'NULL when an operand is NULL',
  first: 'NULL when the value is NULL',
  all: 'NULL when all operands are',
  branches: 'NULL when the chosen result is',
  shift: 'NULL where there is no such row, unless a default is given',
  inner: 'NULL when no row meets the condition; a count is 0',
  frame: 'as the aggregate; NULL over a frame without rows',
  invalid: 'NULL when the value is, and for what cannot be read if `invalid` says so',
}

/** An example that was run. */
export interface Ran {
  readonly name: string
  /** The expression as it is written. */
  readonly code: string
  /** What it gives, as it stands behind the arrow. */
  readonly gives: string
  readonly node: ExprNode
}

/** Runs the examples of a page: three values of each, or one of an aggregate. */
export async function runExamples(things: Things, { per, examples }: FunctionPage): Promise<readonly Ran[]> {
  const ran: Ran[] = []
  for (const [name, make] of Object.entries(examples)) {
    let node: ExprNode | undefined
    const columns = (r: ThingRow): { readonly value: never } => {
      const value = make(r)
      node = exprOf(value)
      return { value: value as never }
    }
    const found = per === 'group' ? things.agg(columns) : things.sort('id').select(columns)
    const rows = (await found.rows()) as readonly { readonly value: unknown }[]
    if (node === undefined) throw new Error(`the example of ${name} was not built`)
    ran.push({ name, code: textOf(make), gives: rows.map(row => valueText(row.value)).join(', '), node })
  }
  return ran
}

/** A value of a row as the pages show it. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'number' || typeof value === 'boolean') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Uint8Array) return `<${Buffer.from(value).toString('hex')}>`
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (value instanceof Map) return `{${[...value].map(([key, one]) => ` ${String(key)}: ${valueText(one)}`).join(',')} }`
  // Moments, days, intervals and decimals have a text of their own.
  if (typeof value === 'object' && 'toJSON' in value) return String((value as { toJSON(): unknown }).toJSON())
  if (typeof value === 'object')
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${key}: ${valueText(one)}`)
      .join(', ')} }`
  throw new Error(`an example gives a ${typeof value}`)
}

/** The pages and their contents. Names are below docs/. */
export async function functionPages(engines: Readonly<Record<string, Capabilities>>): Promise<readonly Page[]> {
  const printed: string[] = []
  Object.defineProperty(process.stdout, 'isTTY', { value: false })
  const tm = await tidemill({ workers: 1, typesFile: false, print: text => printed.push(text) })
  try {
    const things = await openThings(tm)
    const pages: Page[] = []
    const contents: string[] = []
    for (const group of functionGroups) {
      const ran = await runExamples(things, group)
      const methods = methodsIn(group)
      const parts = ran.map(one => partOf(one, methods, engines))
      pages.push({
        name: `functions/${group.name}.md`,
        text: `# ${group.title}\n${made}\n${group.about}\n\n${parts.join('\n\n')}\n\n${tail}\n`,
      })
      const rows = ran.map(one => [
        `[\`${calledIn(one)}\`](${group.name}.md#${one.name.toLowerCase()})`,
        firstSentence(docOf(one, methods)),
        code(one.code),
      ])
      contents.push(`## ${group.title}\n${table(['function', '', 'example'], rows)}`)
    }
    const shown = await thingsText(things)
    return [
      ...pages,
      { name: 'functions/README.md', text: `${head}\n\n${contents.join('\n\n')}\n\n## The table of the examples\n${shown}\n` },
    ]
  } finally {
    await tm.close()
  }
}

const head = `# Functions of columns, by what they are about
${made}
What stands in the callbacks of \`filter\`, \`withColumns\`, \`agg\` and the other [verbs](../verbs/README.md). Each function has its rule for NULL, where it runs, its signature, and an example with what it gives for the three rows of the table below, in their order (run by \`test/function-pages.test.ts\`). \`kernels\` run beside the engine and in streams. As one list, with the names in plans: [functions](../reference/functions.md).`

const tail = '[All functions](README.md) and the table of the examples.'

async function thingsText(things: Things): Promise<string> {
  const rows = (await things.sort('id').rows()) as unknown as readonly Readonly<Record<string, unknown>>[]
  return table(
    ['column', 'type', 'row 1', 'row 2', 'row 3'],
    things.schema.map(({ name, type, nullable }) => [
      name,
      `${typeof type === 'string' ? type : (Object.keys(type)[0] ?? '')}${nullable ? '?' : ''}`,
      ...rows.map(row => valueText(row[name])),
    ]),
  )
}

/** Methods by name, of the interfaces of a page. */
export function methodsIn(group: FunctionPage): ReadonlyMap<string, readonly Method[]> {
  const found = new Map<string, Method[]>()
  for (const [file, name] of group.interfaces)
    for (const method of methodsOf(file, name)) found.set(method.name, [...(found.get(method.name) ?? []), method])
  return found
}

/** The name by which an example calls its function: the last method of the chain that is not there for the looks, or the free function it begins with. */
export function calledIn({ name, code }: Pick<Ran, 'name' | 'code'>): string {
  const calls: string[] = []
  let depth = 0
  for (const [, call, bracket] of code.matchAll(/(?:([A-Za-z_]\w*)(?=[(`]))|([([{`)\]}])/g)) {
    if (call !== undefined && depth === 0) calls.push(call)
    if (bracket === '(' || bracket === '[' || bracket === '{') depth++
    if (bracket === ')' || bracket === ']' || bracket === '}') depth--
  }
  if (calls.includes(name)) return name
  const own = calls.filter(call => !dressing.has(call))
  return (code.startsWith('r.') ? own.at(-1) : own[0]) ?? calls.at(-1) ?? name
}

const dressing: ReadonlySet<string> = new Set(['round', 'mod', 'over', 'isNotNull'])

function docOf({ name, code, node }: Ran, methods: ReadonlyMap<string, readonly Method[]>): string {
  const own = Object.hasOwn(functions, name) ? functions[name as keyof typeof functions].doc : ''
  const written = (methods.get(calledIn({ name, code })) ?? []).flatMap(method => method.docstring.paragraphs).filter(text => text !== '')
  const free = freeDoc(calledIn({ name, code }), code)
  const made = node.op === 'column' || node.op === 'literal' ? undefined : functions[node.op].doc
  const doc = own !== '' ? own : (written[0] ?? free ?? made)
  if (doc === undefined) throw new Error(`nothing is said of ${name} (${node.op})`)
  return doc
}

function freeDoc(name: string, code: string): string | undefined {
  if (code.startsWith('r.') || !code.startsWith(name) || name === 'sql') return undefined
  return functionFacts('expr', name).docstring.paragraphs[0]
}

/** Code that may hold backticks. */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

function firstSentence(text: string): string {
  return text.replace(/(?<=\w[.]) [A-Z`].*$/, '')
}

function partOf(one: Ran, methods: ReadonlyMap<string, readonly Method[]>, engines: Readonly<Record<string, Capabilities>>): string {
  const called = calledIn(one)
  const ops = opsOf(one)
  const runs = [
    ...Object.entries(engines).map(([name, { functions: known }]) => `${name}: ${worst(ops.map(op => able(known[op])))}`),
    `kernels: ${worst(ops.map(op => able(missingKernels[op] ?? 'native')))}`,
  ]
  const info = functions[one.name as keyof typeof functions] as FunctionInfo | undefined
  const isFree = !one.code.startsWith('r.') && one.code.startsWith(called)
  const signatures = isFree ? [freeSignature(called)] : (methods.get(called) ?? []).map(method => method.signature)
  if (signatures.length === 0) throw new Error(`no signature of ${called}, the example of ${one.name}: ${one.code}`)
  return [
    `## ${one.name}`,
    `${docOf(one, methods)}${called === one.name ? '' : ` Written as \`${called}\`.`}`,
    '',
    `**NULL**: ${info === undefined ? 'as what it is made of' : nulls[info.nulls]}. **Runs**: ${runs.join('; ')}.`,
    '',
    '```js',
    `${one.code}`,
    `// => ${one.gives}`,
    '```',
    '```text',
    ...new Set(signatures),
    '```',
  ].join('\n')
}

/** The functions that an example is about, without what only dresses it. */
function opsOf({ name, node }: Ran): string[] {
  if (Object.hasOwn(functions, name)) return [name]
  const found = new Set<string>()
  someNode(node, one => {
    if (one.op !== 'column' && one.op !== 'literal') found.add(one.op)
    return false
  })
  return [...found]
}

function worst(answers: readonly string[]): string {
  return answers.find(text => text.startsWith('no')) ?? answers.find(text => text !== 'yes') ?? 'yes'
}

function freeSignature(name: string): string {
  if (name === 'sql') return 'sql(to: CastTo)`...`: ExprOf<FieldValue<typeof to> | null>'
  const { params } = functionFacts('expr', name)
  return `${name}(${params.map(param => `${param.name}: ${param.type}`).join(', ')})`
}
