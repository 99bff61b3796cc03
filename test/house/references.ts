import { parseSync } from 'oxc-parser'

/** One place where a source file names another module, a file of the package, or the clock. */
export interface Reference {
  /** `import`: statement or re-export. `dynamic`: `import()`. `type`: erased before it runs. `url`: `new URL('./x', import.meta.url)`. */
  readonly kind: 'import' | 'dynamic' | 'type' | 'url'
  readonly target: string
  readonly line: number
  /** `import './x.ts'`: for its effects alone. */
  readonly bare: boolean
}

/** What the rules of the house need to know of one file. */
export interface Facts {
  readonly references: readonly Reference[]
  /** Uses of the clock, of random numbers and of timers: `Date.now at line 3`. */
  readonly clocks: readonly string[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

const clockMembers = ['Date.now', 'Math.random', 'performance.now']
const timers = ['setTimeout', 'setInterval', 'setImmediate']
const clockModules = ['node:timers', 'node:timers/promises', 'node:perf_hooks']

/** Parses one TypeScript file; text in strings and comments is no reference. */
export function factsOf(path: string, text: string): Facts {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const references: Reference[] = []
  const clocks: string[] = []
  const line = (node: Node): number => text.slice(0, node.start).split('\n').length
  const refer = (kind: Reference['kind'], target: unknown, node: Node, bare = false): void => {
    if (typeof target !== 'string') return
    references.push({ kind, target, line: line(node), bare })
    if (clockModules.includes(target)) clocks.push(`${target} at line ${line(node)}`)
  }
  walk(program as unknown as Node, node => {
    const source = valueOf(node['source'])
    switch (node.type) {
      case 'ImportDeclaration':
        refer(node['importKind'] === 'type' ? 'type' : 'import', source, node, (node['specifiers'] as unknown[]).length === 0)
        break
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        refer(node['exportKind'] === 'type' ? 'type' : 'import', source, node)
        break
      case 'ImportExpression':
        refer('dynamic', source, node)
        break
      case 'TSImportType':
        refer('type', source ?? valueOf(node['argument']), node)
        break
      case 'NewExpression':
        if (nameOf(node['callee']) === 'URL')
          for (const target of relativeTexts((node['arguments'] as Node[])[0])) refer('url', target, node)
        if (nameOf(node['callee']) === 'Date' && (node['arguments'] as unknown[]).length === 0)
          clocks.push(`new Date() at line ${line(node)}`)
        break
      case 'MemberExpression':
        if (clockMembers.includes(nameOf(node))) clocks.push(`${nameOf(node)} at line ${line(node)}`)
        break
      case 'CallExpression': {
        const name = nameOf(node['callee']).replace(/^globalThis\./, '')
        if (timers.includes(name)) clocks.push(`${name} at line ${line(node)}`)
        break
      }
    }
  })
  return { references, clocks }
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const value of Object.values(node)) for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function valueOf(node: unknown): unknown {
  return isNode(node) ? (node['value'] ?? valueOf(node['literal'])) : undefined
}

/** `Date.now` of a name or of a chain of names. */
function nameOf(node: unknown): string {
  if (!isNode(node)) return ''
  if (node.type === 'Identifier') return node['name'] as string
  return node.type === 'MemberExpression' && node['computed'] === false ? `${nameOf(node['object'])}.${nameOf(node['property'])}` : ''
}

/** Also both arms of `ended ? './a.ts' : './a.js'`. */
function relativeTexts(node: Node | undefined): readonly string[] {
  const found: string[] = []
  if (node !== undefined)
    walk(node, inner => {
      const value = inner.type === 'Literal' ? inner['value'] : undefined
      if (typeof value === 'string' && value.startsWith('.')) found.push(value)
    })
  return found
}
