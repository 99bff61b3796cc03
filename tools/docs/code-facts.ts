/** What the source of a room says of what it exports: docstrings, parameters, options. Read by the pages, so that they cannot say otherwise. */
import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import { exportedBy } from '../../test/house/faces.ts'
import { sourceTree } from '../../test/house/tree.ts'

export interface Docstring {
  /** What stands before the first tag, paragraph by paragraph, each on one line. */
  readonly paragraphs: readonly string[]
  /** `@param`, by name. */
  readonly params: ReadonlyMap<string, string>
  /** `@throws`, one line each. */
  readonly throws: readonly string[]
  readonly returns: string | undefined
}
/** A parameter, or a member of an object of parameters. */
export interface Member {
  readonly name: string
  readonly type: string
  readonly doc: string
  /** As the docstring has it after `Default:`. */
  readonly fallback: string | undefined
}
export interface FunctionFacts {
  readonly name: string
  /** Below `src`. */
  readonly file: string
  readonly docstring: Docstring
  readonly params: readonly Member[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}
interface Parsed {
  readonly text: string
  readonly body: readonly Node[]
  readonly comments: readonly { readonly value: string; readonly end: number }[]
}

const files = sourceTree()
const parsedFiles = new Map<string, Parsed>()

/** The facts of a function that a room's face exports. @throws Error when there is none, or it has no docstring */
export function functionFacts(room: string, name: string): FunctionFacts {
  const found = exportedBy(`${room}/index.ts`, files).find(one => one.name === name)
  if (found === undefined) throw new Error(`${room} does not export ${name}`)
  const { file } = found
  const node = declarationOf(file, name)
  const comment = node === undefined ? undefined : commentBefore(file, node.start)
  if (node === undefined || comment === undefined) throw new Error(`no docstring of ${name} in ${file}`)
  const docstring = docstringOf(comment)
  const declared = node['type'] === 'ExportNamedDeclaration' ? (node['declaration'] as Node) : node
  const params = (declared['params'] as readonly Node[]).flatMap(param => paramFacts(file, param, docstring, genericsOf(file, declared)))
  return { name, file, docstring, params }
}

/** Type parameters and what they extend. */
function genericsOf(file: string, declared: Node): ReadonlyMap<string, string> {
  const list = (declared['typeParameters'] as { readonly params: readonly Node[] } | null | undefined)?.params ?? []
  return new Map(
    list.map(one => {
      const constraint = one['constraint'] as Node | null | undefined
      const text = constraint === null || constraint === undefined ? 'unknown' : parsed(file).text.slice(constraint.start, constraint.end)
      return [(one['name'] as { readonly name: string }).name, text] as const
    }),
  )
}

/** The members of an interface, those it inherits first, each with its docstring. */
export function membersOf(file: string, name: string): readonly Member[] {
  const at = whereIs(file, name)
  if (at === undefined) return []
  const node = unexported(declarationOf(at, name))
  if (node === undefined || node.type !== 'TSInterfaceDeclaration') return []
  const { text } = parsed(at)
  const inherited = ((node['extends'] as readonly Node[] | undefined) ?? []).flatMap(base =>
    membersOf(at, text.slice((base['expression'] as Node).start, (base['expression'] as Node).end)),
  )
  const own = ((node['body'] as Node)['body'] as readonly Node[]).flatMap((member): Member[] => {
    if (member.type !== 'TSPropertySignature') return []
    const key = member['key'] as { readonly name?: string }
    const doc = docstringOf(commentBefore(at, member.start) ?? '').paragraphs.join(' ')
    return key.name === undefined
      ? []
      : [{ name: key.name, type: plainType(spelt(at, typeText(text, member['typeAnnotation'])), new Map()), ...withFallback(doc) }]
  })
  // What an interface of one member says, it says of that member.
  const whole = docOfType(at, name)
  if (own.length === 1 && own[0]?.doc === '' && whole !== '') own[0] = { ...own[0], ...withFallback(whole) }
  const names = new Set(own.map(member => member.name))
  return [...own, ...inherited.filter(member => !names.has(member.name))]
}

/** A method of an interface, with all its signatures. */
export interface Method {
  readonly name: string
  readonly signature: string
  readonly docstring: Docstring
}

/** The methods of an interface in their order, each as often as it has signatures; names in brackets are left out. */
export function methodsOf(file: string, name: string): readonly Method[] {
  const node = unexported(declarationOf(file, name))
  if (node?.type !== 'TSInterfaceDeclaration') throw new Error(`no interface ${name} in ${file}`)
  const { text } = parsed(file)
  return ((node['body'] as Node)['body'] as readonly Node[]).flatMap((member): Method[] => {
    if (member.type !== 'TSMethodSignature' || member['computed'] === true) return []
    const own = (member['key'] as { readonly name?: string }).name
    if (own === undefined) return []
    const signature = text.slice(member.start, member.end).replace(/\n {2}/g, '\n')
    return [{ name: own, signature, docstring: docstringOf(commentBefore(file, member.start) ?? '') }]
  })
}

/** A parameter; of an object of options, its members. */
function paramFacts(file: string, param: Node, docstring: Docstring, generics: ReadonlyMap<string, string>): readonly Member[] {
  const { text } = parsed(file)
  const inner = param.type === 'AssignmentPattern' ? (param['left'] as Node) : param
  const named = inner.type === 'RestElement' ? (inner['argument'] as Node) : inner
  // Options are often taken apart where they come in.
  const name = named.type === 'Identifier' ? (named['name'] as string) : 'options'
  const type = typeText(text, inner['typeAnnotation'])
  const bare = /^(?:Partial<)?([A-Z]\w*)/.exec(type)?.[1]
  const members = bare === undefined || !['params', 'options'].includes(name) ? [] : membersOf(file, bare)
  if (members.length > 0) return members.map(member => (name === 'params' ? member : { ...member, name: `${name}.${member.name}` }))
  const doc = docstring.params.get(name) ?? (bare === undefined ? '' : docOfType(file, bare))
  return [{ name, type: plainType(spelt(file, type), generics), ...withFallback(doc) }]
}

/** A type without what only the compiler wants to know: `D & Trainable<...>` of `D extends Relation<unknown>` is a `Relation`. */
function plainType(type: string, generics: ReadonlyMap<string, string>): string {
  const [first = ''] = type.split(' & ')
  return (generics.get(first) ?? (type.includes(' & ') ? first : type)).replace(/<(?:unknown|[A-Z]\w*(?:<[^<>]*>)?|, )+>/g, '')
}

/** Names of short unions as the unions: `'gini' | 'entropy'` says more than `ClassCriterion`. */
function spelt(file: string, type: string): string {
  return type.replace(/\b[A-Z]\w*\b(\[\])?/g, (whole, list: string | undefined) => {
    const name = whole.replace('[]', '')
    const at = whereIs(file, name)
    const node = at === undefined ? undefined : unexported(declarationOf(at, name))
    if (at === undefined || node?.type !== 'TSTypeAliasDeclaration') return whole
    const inner = node['typeAnnotation'] as Node
    const text = parsed(at).text.slice(inner.start, inner.end)
    if (!/^[\w' |.]{1,80}$/.test(text)) return whole
    return list === undefined ? text : `(${text})[]`
  })
}

function docOfType(file: string, name: string): string {
  const at = whereIs(file, name)
  const node = at === undefined ? undefined : declarationOf(at, name)
  return at === undefined || node === undefined ? '' : (docstringOf(commentBefore(at, node.start) ?? '').paragraphs[0] ?? '')
}

/** The file that declares a name: this one, or the one it is imported from. */
function whereIs(file: string, name: string): string | undefined {
  if (declarationOf(file, name) !== undefined) return file
  for (const node of parsed(file).body) {
    const from = (node['source'] as { readonly value: string } | null | undefined)?.value
    if (from === undefined || !from.startsWith('.')) continue
    const has = ((node['specifiers'] as readonly Node[] | undefined) ?? []).some(
      one =>
        (one['local'] as { readonly name: string }).name === name ||
        (one['exported'] as { readonly name: string } | undefined)?.name === name,
    )
    if (has) return whereIs(posix.normalize(posix.join(posix.dirname(file), from)), name)
  }
  return undefined
}

function declarationOf(file: string, name: string): Node | undefined {
  return parsed(file).body.find(node => (unexported(node)?.['id'] as { readonly name: string } | null | undefined)?.name === name)
}

function unexported(node: Node | undefined): Node | undefined {
  return node?.type === 'ExportNamedDeclaration' ? ((node['declaration'] as Node | null) ?? undefined) : node
}

function parsed(file: string): Parsed {
  const known = parsedFiles.get(file)
  if (known !== undefined) return known
  const text = files.get(file)
  if (text === undefined) throw new Error(`no such file below src: ${file}`)
  const { program, comments } = parseSync(file, text)
  const made = { text, body: program.body as unknown as readonly Node[], comments: comments.filter(one => one.type === 'Block') }
  parsedFiles.set(file, made)
  return made
}

function commentBefore(file: string, start: number): string | undefined {
  const { text, comments } = parsed(file)
  const before = comments.findLast(comment => comment.end <= start)
  return before !== undefined && before.value.startsWith('*') && text.slice(before.end, start).trim() === '' ? before.value : undefined
}

function typeText(text: string, annotation: unknown): string {
  const inner = (annotation as { readonly typeAnnotation?: Node } | null | undefined)?.typeAnnotation
  return inner === undefined
    ? ''
    : text
        .slice(inner.start, inner.end)
        .replace(/\s+/g, ' ')
        .replace(/ \| undefined$/, '')
}

/** Takes a docstring apart. */
export function docstringOf(comment: string): Docstring {
  const lines = comment
    .replace(/^\*/, '')
    .split('\n')
    .map(line => line.replace(/^\s*\* ?/, '').trimEnd())
  const params = new Map<string, string>()
  const throws: string[] = []
  let returns: string | undefined
  const texts: string[] = ['']
  // Where the next line goes on; an example is shown elsewhere.
  let add = (line: string): void => {
    if (line.trim() === '') texts.push('')
    else texts.push(joined(texts.pop() ?? '', line))
  }
  for (const whole of lines) {
    for (const part of whole.split(/(?=@(?:param|returns|throws|example|internal)\b)/)) {
      const [, name = '', rest = ''] = /^@(\w+)\s*(.*)$/.exec(part) ?? []
      if (name === '') add(part)
      else if (name === 'param') {
        const [, param = '', doc = ''] = /^(\w+)\s*(.*)$/.exec(rest) ?? []
        params.set(param, doc)
        add = line => params.set(param, joined(params.get(param) ?? '', line))
      } else if (name === 'throws') {
        throws.push(rest)
        add = line => throws.push(joined(throws.pop() ?? '', line))
      } else if (name === 'returns') {
        returns = rest
        add = line => {
          returns = joined(returns ?? '', line)
        }
      } else add = () => undefined
    }
  }
  return { paragraphs: texts.map(text => text.trim()).filter(text => text !== ''), params, throws, returns }
}

function joined(text: string, line: string): string {
  return [text, line.trim()].filter(part => part !== '').join(' ')
}

function withFallback(doc: string): { readonly doc: string; readonly fallback: string | undefined } {
  const [, before = '', fallback] = /^(.*?)\s*Default: (.*?)\.?$/s.exec(doc) ?? []
  return fallback === undefined ? { doc, fallback: undefined } : { doc: before, fallback }
}
