/** The syntax tree as `acorn` makes it, seen as plain nodes. */
export interface Syntax {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly loc: { readonly start: { readonly line: number; readonly column: number }; readonly end: { readonly line: number } }
  readonly [part: string]: unknown
}

/** The nodes below a node, in the order of the text. */
export function* children(node: Syntax): Generator<Syntax> {
  for (const key in node) {
    const part = node[key]
    if (Array.isArray(part)) {
      for (const item of part) if (isSyntax(item)) yield item
    } else if (isSyntax(part)) yield part
  }
}

export function isSyntax(part: unknown): part is Syntax {
  return typeof part === 'object' && part !== null && 'type' in part && typeof part.type === 'string' && 'start' in part
}

/** A part of a node that the grammar promises. */
export function part(node: Syntax, name: string): Syntax {
  return node[name] as Syntax
}

/** A list of a node; holes of arrays and patterns are left out. */
export function parts(node: Syntax, name: string): readonly Syntax[] {
  return ((node[name] ?? []) as readonly (Syntax | null)[]).filter(item => item !== null)
}

/** The text of an identifier, a label, or a name of a module. */
export function nameOf(node: Syntax): string {
  return String(node['name'] ?? node['value'])
}

export function isFunction(node: Syntax): boolean {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
}

/** The names a pattern binds. */
export function* boundNames(pattern: Syntax | null | undefined): Generator<Syntax> {
  if (pattern === null || pattern === undefined) return
  if (pattern.type === 'Identifier') yield pattern
  else if (pattern.type === 'AssignmentPattern') yield* boundNames(part(pattern, 'left'))
  else if (pattern.type === 'RestElement') yield* boundNames(part(pattern, 'argument'))
  else if (pattern.type === 'ArrayPattern') for (const item of parts(pattern, 'elements')) yield* boundNames(item)
  else if (pattern.type === 'ObjectPattern')
    for (const item of parts(pattern, 'properties')) yield* boundNames(item.type === 'RestElement' ? item : part(item, 'value'))
}
