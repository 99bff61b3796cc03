import { errorCodes, type ErrorCode } from '../../src/errors/index.ts'
import * as ml from '../../src/ml/index.ts'
import { type FunctionFacts, functionFacts, type Member } from './code-facts.ts'
import type { MlText } from './ml/text.ts'
import { type Page, page, table } from './page.ts'

/** The folder of the pages, below docs/reference. */
export const mlFolder = 'ml'

/** The page of one estimator, of one metric, or of a few functions that belong together. */
export function mlPage(text: MlText): Page {
  const facts = text.functions.map(name => functionFacts('ml', name))
  const [first] = facts
  if (first === undefined) throw new Error('a page without a function')
  const from = `the docstrings in ${[...new Set(facts.map(one => `src/${one.file}`))].join(', ')} and tools/docs/ml/${pageName(text)}.ts`
  const about = `${facts.map(one => (facts.length === 1 ? '' : `\`${one.name}\`: `) + (one.docstring.paragraphs[0] ?? '')).join('\n\n')}\n\n${text.about}`
  return page(
    `${mlFolder}/${pageName(text)}.md`,
    text.title ?? text.functions[0],
    from,
    `\`import { ${text.functions.join(', ')} } from 'tidemill/ml'\``,
    `## What it is\n${about}`,
    `## Parameters\n${facts.map(one => parameters(one, text)).join('\n\n')}`,
    `## Input\n${text.input}`,
    `## Output\n${text.output}`,
    `## Example\n\`\`\`ts\n${text.example.trim()}\n\`\`\``,
    `## Errors\n${errors(facts)}`,
    `## How it is computed\n${text.computed}`,
    `## In scikit-learn\n\`${text.peer.name}\`. ${text.peer.differs}`,
    `## Limits\n${text.limits.map(limit => `- ${limit}`).join('\n')}`,
  )
}

/** `random-forest-classifier`. */
export function pageName({ title, functions }: MlText): string {
  return (title ?? functions[0])
    .replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
}

function parameters(facts: FunctionFacts, text: MlText): string {
  const defaults = estimatorDefaults(facts)
  const head = text.functions.length > 1 ? `\`${facts.name}\`\n\n` : ''
  const rows = facts.params.map(member => [
    `\`${member.name}\``,
    `\`${member.type}\``,
    fallbackOf(member, defaults),
    meaningOf(member, facts, text),
  ])
  return `${head}${table(['parameter', 'type', 'default', 'meaning'], rows)}`
}

/** What the docstring says, else what the page says; a parameter that nobody explains stops the making. */
function meaningOf({ name, doc }: Member, facts: FunctionFacts, text: MlText): string {
  const said = doc === '' ? text.parameters?.[name] : doc
  if (said === undefined)
    throw new Error(`nobody says what ${name} of ${facts.name} means: its docstring, or tools/docs/ml/${pageName(text)}.ts`)
  const sentence = `${said.charAt(0).toUpperCase()}${said.slice(1)}`
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`
}

/** What an estimator has when nothing is given: asked of the estimator itself. */
function estimatorDefaults({ name, params }: FunctionFacts): Readonly<Record<string, unknown>> {
  const factory = (ml as Readonly<Record<string, unknown>>)[name]
  // Parts and steps have to be given.
  const simple =
    params.length > 0 && params.every(member => !member.name.includes('.')) && typeof factory === 'function' && factory.length === 0
  if (!simple) return {}
  const made: unknown = (factory as () => unknown)()
  return typeof made === 'object' && made !== null && 'params' in made ? (made.params as Readonly<Record<string, unknown>>) : {}
}

function fallbackOf({ name, fallback }: Member, defaults: Readonly<Record<string, unknown>>): string {
  if (!Object.hasOwn(defaults, name)) return /^([\d.e-]+|true|false)$/.test(fallback ?? '') ? `\`${fallback}\`` : (fallback ?? '')
  const value = defaults[name]
  return `\`${typeof value === 'string' ? `'${value}'` : String(value)}\``
}

/** The codes that the docstrings name, with what they mean; and what `fit` says, which every estimator shares. */
function errors(facts: readonly FunctionFacts[]): string {
  const lines = [...new Set(facts.flatMap(one => one.docstring.throws))]
  if (lines.length === 0) throw new Error(`no @throws in the docstrings of ${facts.map(one => one.name).join(', ')}`)
  const codes = [...new Set(lines.flatMap(line => line.match(/\b[a-z]+\.[a-z]+(?:-[a-z]+)*\b/g) ?? []))].filter(isCode)
  const fits = lines.some(line => /\bwhat `fit`|`fit` throws|fit` of the estimator throws/.test(line))
  const rows = [...codes, ...(fits ? fitCodes.filter(code => !codes.includes(code)) : [])].map(code => [`\`${code}\``, errorCodes[code]])
  const said = lines.map(line => `- ${line}`).join('\n')
  return `${said}\n\n${table(['code', 'meaning'], rows)}`
}

const fitCodes: readonly ErrorCode[] = [
  'ml.unknown-target',
  'ml.not-numeric',
  'ml.has-nulls',
  'ml.not-finite',
  'ml.no-rows',
  'ml.no-features',
]

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text)
}
