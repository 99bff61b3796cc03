import { type Analysis, type Declared, resolve } from './scopes.ts'
import { nameOf, part, parts, type Syntax } from './syntax.ts'

const ignored = new Set(['start', 'end', 'loc', 'raw', 'shorthand', 'directive'])
const hiddenImport = /^__(?:vi|vite_ssr)_import_\d+__$/

/**
 * What a function does, as text without layout: quotes, blanks, semicolons and parentheses aside, and imports by the name they have where they come from. Two functions with the
 * same text do the same. So a function is found in its file also where a test runner has printed the file anew and calls imports through names of its own.
 */
export function canonical(node: Syntax, analysis: Analysis): string {
  const imported = importedName(node, analysis)
  if (imported !== undefined) return `import:${imported}`
  if (node.type === 'SequenceExpression') {
    const [first, second, third] = node['expressions'] as readonly (Syntax | undefined)[]
    if (first?.type === 'Literal' && first['value'] === 0 && second !== undefined && third === undefined) return canonical(second, analysis)
  }
  if (node.type === 'MetaProperty' || (node.type === 'Identifier' && /^__(?:vi|vite_ssr)_import_meta__$/.test(nameOf(node)))) return 'meta'
  const loaded = dynamicImport(node)
  // vitest writes another address of the same module.
  if (loaded !== undefined) return `import(${loaded.type === 'Literal' ? '' : canonical(loaded, analysis)})`
  if (node.type === 'TemplateElement') return JSON.stringify((node['value'] as { readonly cooked?: string }).cooked)
  let text = `${node.type}{`
  // `expression` of an arrow function says how its body is written; of a statement it is the statement.
  for (const key in node)
    if (!ignored.has(key) && key !== 'type' && !(key === 'expression' && typeof node[key] === 'boolean'))
      text += `${key}:${print(node[key], analysis)};`
  return `${text}}`
}

/** The source of `import('./x.ts')`, which vitest calls by a name of its own. */
function dynamicImport(node: Syntax): Syntax | undefined {
  if (node.type === 'ImportExpression') return part(node, 'source')
  if (node.type !== 'CallExpression') return undefined
  const callee = part(node, 'callee')
  return callee.type === 'Identifier' && /^__(?:vi|vite_ssr)_dynamic_import__$/.test(nameOf(callee))
    ? parts(node, 'arguments')[0]
    : undefined
}

function print(value: unknown, analysis: Analysis): string {
  if (Array.isArray(value)) return `[${value.map(item => print(item, analysis)).join()}]`
  if (value instanceof RegExp) return String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  return 'type' in value ? canonical(value as Syntax, analysis) : JSON.stringify(value)
}

/** `score` of an import, `lib.score` of a whole module, and `__vi_import_0__.score` as vitest writes both. */
function importedName(node: Syntax, analysis: Analysis): string | undefined {
  if (node.type === 'Identifier') {
    const declared = bindingOf(node, analysis)
    return declared?.kind === 'import' && declared.imported !== '*' ? declared.imported : undefined
  }
  if (node.type !== 'MemberExpression') return undefined
  const object = part(node, 'object')
  if (object.type !== 'Identifier') return undefined
  const property = part(node, 'property')
  const name = node['computed'] === true ? (property.type === 'Literal' ? property['value'] : undefined) : nameOf(property)
  if (typeof name !== 'string') return undefined
  return hiddenImport.test(nameOf(object)) || bindingOf(object, analysis)?.imported === '*' ? name : undefined
}

function bindingOf(node: Syntax, analysis: Analysis): Declared | undefined {
  const reference = analysis.byNode.get(node)
  return reference === undefined ? undefined : resolve(reference.name, reference.scope)?.names.get(reference.name)
}
