/** What a room's face hands out, followed through its re-exports, and whether it is documented. */
import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'

export interface Exported {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly kind: 'function' | 'class' | 'const' | 'type'
  readonly documented: boolean
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

/**
 * Everything `path` exports, with where it is declared.
 *
 * @param files text by path below `src`
 */
export function exportedBy(path: string, files: ReadonlyMap<string, string>): readonly Exported[] {
  const text = files.get(path)
  if (text === undefined) throw new Error(`no such file: ${path}`)
  const { program, comments } = parseSync(path, text)
  const found: Exported[] = []
  const from = (target: string): string => posix.normalize(posix.join(posix.dirname(path), target))
  const documented = (start: number): boolean => {
    const before = comments.filter(comment => comment.type === 'Block' && comment.value.startsWith('*') && comment.end <= start).at(-1)
    return before !== undefined && text.slice(before.end, start).trim() === ''
  }
  const add = (name: string, kind: Exported['kind'], start: number): void => {
    found.push({ name, file: path, line: text.slice(0, start).split('\n').length, kind, documented: documented(start) })
  }
  const local = new Map<string, { kind: Exported['kind']; start: number }>()
  for (const statement of program.body as unknown as Node[]) {
    const source = (statement['source'] as { value: string } | null | undefined)?.value
    const declaration = (statement['declaration'] ?? (statement.type.endsWith('Declaration') ? statement : undefined)) as Node | undefined
    const names = declaration === undefined ? [] : declared(declaration)
    for (const [name, kind] of names) local.set(name, { kind, start: statement.start })
    if (statement.type === 'ExportAllDeclaration' && source?.startsWith('.')) found.push(...exportedBy(from(source), files))
    if (statement.type !== 'ExportNamedDeclaration') continue
    for (const [name, kind] of names) add(name, kind, statement.start)
    for (const specifier of statement['specifiers'] as { local: { name: string }; exported: { name: string } }[]) {
      if (source === undefined) {
        const own = local.get(specifier.local.name)
        if (own !== undefined) add(specifier.exported.name, own.kind, own.start)
      } else if (source.startsWith('.')) {
        const target = exportedBy(from(source), files).find(one => one.name === specifier.local.name)
        if (target === undefined) throw new Error(`${path}: ${source} does not export ${specifier.local.name}`)
        found.push({ ...target, name: specifier.exported.name })
      }
    }
  }
  return found
}

function declared(node: Node): readonly (readonly [string, Exported['kind']])[] {
  const name = (node['id'] as { name: string } | null | undefined)?.name
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      return name === undefined ? [] : [[name, 'function']]
    case 'ClassDeclaration':
      return name === undefined ? [] : [[name, 'class']]
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return name === undefined ? [] : [[name, 'type']]
    case 'VariableDeclaration':
      return (node['declarations'] as { id: { name?: string }; init: Node | null }[]).map(({ id, init }) => [
        id.name ?? '',
        init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression' ? 'function' : 'const',
      ])
  }
  return []
}
