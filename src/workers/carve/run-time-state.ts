import { isBuiltin } from 'node:module'
import type { Analysis } from './scopes.ts'
import { children, isFunction, nameOf, part, parts, type Syntax } from './syntax.ts'

/**
 * Why a constant of the module cannot be made again on a worker, as the end of a sentence; undefined when it can. Making it again must give the same value: an `await`, the clock,
 * chance and the state of the process do not.
 */
export function runTimeState(node: Syntax, analysis: Analysis): string | undefined {
  if (isFunction(node)) return undefined
  const own = reasonOf(node, analysis)
  if (own !== undefined) return own
  for (const child of children(node)) {
    const below = runTimeState(child, analysis)
    if (below !== undefined) return below
  }
  return undefined
}

/** Modules whose functions give the same for the same arguments. */
const pure = new Set([
  'path',
  'path/posix',
  'path/win32',
  'url',
  'util',
  'buffer',
  'querystring',
  'string_decoder',
  'assert',
  'punycode',
  'zlib',
  'events',
  'module',
])

function reasonOf(node: Syntax, analysis: Analysis): string | undefined {
  switch (node.type) {
    case 'AwaitExpression':
    case 'YieldExpression':
      return 'is awaited'
    case 'Identifier': {
      if (!analysis.byNode.has(node) || analysis.module.names.has(nameOf(node))) return undefined
      const read = {
        process: 'the process',
        performance: 'the clock',
        globalThis: 'globalThis',
        global: 'globalThis',
        localStorage: 'a storage',
        fetch: 'the network',
      }
      const what = (read as Readonly<Record<string, string | undefined>>)[nameOf(node)]
      return what === undefined ? undefined : `reads ${what}`
    }
    case 'MemberExpression': {
      const text = dotted(node)
      if (text === 'Date.now') return 'reads the clock'
      if (text === 'Math.random' || text === 'crypto.randomUUID' || text === 'crypto.getRandomValues') return 'is made by chance'
      return undefined
    }
    case 'NewExpression':
    case 'CallExpression': {
      const callee = part(node, 'callee')
      if (dotted(callee) === 'Date' && (node.type === 'CallExpression' || parts(node, 'arguments').length === 0)) return 'reads the clock'
      const root = dotted(callee)?.split('.')[0]
      const declared = root === undefined ? undefined : analysis.module.names.get(root)
      if (declared?.kind !== 'import') return undefined
      const source = String(part(declared.node, 'source')['value'])
      const builtin = isBuiltin(source) ? source.replace(/^node:/, '') : undefined
      if (builtin === undefined || pure.has(builtin)) return undefined
      return builtin === 'crypto' && /^(createHash|createHmac|hash|pbkdf2Sync|scryptSync)$/.test(declared.imported ?? '')
        ? undefined
        : `calls ${source}`
    }
    default:
      return undefined
  }
}

/** `a.b.c`, or undefined. */
function dotted(node: Syntax): string | undefined {
  if (node.type === 'Identifier') return nameOf(node)
  if (node.type !== 'MemberExpression' || node['computed'] === true) return undefined
  const object = dotted(part(node, 'object'))
  return object === undefined ? undefined : `${object}.${nameOf(part(node, 'property'))}`
}
