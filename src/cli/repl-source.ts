import { stripTypeScriptTypes } from 'node:module'
import { type Node, parse, type Pattern, type Program, type Statement } from 'acorn'

/** What was typed, as a script that can be run in the global scope. */
export interface ReplSource {
  readonly code: string
  /** It is an async function's call, whose promise gives the value. */
  readonly waits: boolean
}

/** What was typed goes on in the next line. */
export class Unfinished extends Error {}

/**
 * Makes a script of what was typed: types are taken away; `import` becomes a dynamic one; what is declared at the top becomes a global that can be declared
 * again; with an `await` at the top all becomes the body of an async function.
 *
 * @throws Unfinished for the beginning of something; SyntaxError
 */
export function replSource(typed: string): ReplSource {
  const text = stripped(typed)
  // An object that is typed means its value, not a block.
  if (/^\s*\{/.test(text) && !/;\s*$/.test(text)) {
    const asValue = parsed(`(${text.trim()}\n)`)
    if (asValue instanceof Object && 'body' in asValue) return script(`(${text.trim()}\n)`, asValue)
  }
  const program = parsed(text)
  if (program instanceof SyntaxError) {
    if (isUnfinished(program, text)) throw new Unfinished()
    throw program
  }
  return script(text, program)
}

function stripped(typed: string): string {
  try {
    return stripTypeScriptTypes(typed, { mode: 'strip' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') throw new SyntaxError(message, { cause: error })
    if (/got '<eof>'|Unexpected eof|Unterminated (template|block comment|regexp)/i.test(message)) throw new Unfinished()
    // What the parser of JavaScript makes of it: an object of two fields is no statement of TypeScript.
    return typed
  }
}

function parsed(text: string): Program | SyntaxError {
  try {
    return parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowAwaitOutsideFunction: true, allowHashBang: true })
  } catch (error) {
    if (error instanceof SyntaxError) return error
    throw error
  }
}

function isUnfinished(error: SyntaxError, text: string): boolean {
  const { pos = 0 } = error as { readonly pos?: number }
  return (
    (error.message.startsWith('Unexpected token') && text.slice(pos).trim() === '') ||
    /^Unterminated (template|comment)/.test(error.message)
  )
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

function script(text: string, { body }: Program): ReplSource {
  const waits = body.some(node => awaits(node) || node.type === 'ImportDeclaration')
  const edits: Edit[] = []
  const names: string[] = []
  for (const [index, node] of body.entries()) {
    const edit = globalOf(node as Statement, text, names)
    if (edit !== undefined) edits.push(edit)
    else if (waits && index === body.length - 1 && node.type === 'ExpressionStatement')
      edits.push({ from: node.start, to: node.end, text: `return (${text.slice(node.expression.start, node.expression.end)}\n)` })
    else if (waits && node.type === 'FunctionDeclaration')
      edits.push({ from: node.end, to: node.end, text: `;globalThis.${node.id.name} = ${node.id.name};` })
  }
  const code = edits.reduceRight((made, { from, to, text: by }) => made.slice(0, from) + by + made.slice(to), text)
  const declared = names.length === 0 ? '' : `var ${[...new Set(names)].join(', ')};`
  return { code: waits ? `${declared}(async () => {${code}\n})()` : `${declared}${code}`, waits }
}

/** A declaration at the top as an assignment to globals, whose names are added. */
function globalOf(node: Program['body'][number], text: string, names: string[]): Edit | undefined {
  const { start: from, end: to } = node
  if (node.type === 'ExportNamedDeclaration' && node.declaration !== null && node.declaration !== undefined)
    return globalOf(node.declaration, text, names) ?? { from, to, text: text.slice(node.declaration.start, node.declaration.end) }
  if (node.type === 'VariableDeclaration') {
    const parts = node.declarations.map(({ id, init }) => {
      names.push(...namesIn(id))
      const value = init === null || init === undefined ? 'undefined' : text.slice(init.start, init.end)
      return `(${text.slice(id.start, id.end)} = ${value})`
    })
    return { from, to, text: `void (${parts.join(', ')});` }
  }
  if (node.type === 'ClassDeclaration') {
    names.push(node.id.name)
    return { from, to, text: `void (${node.id.name} = ${text.slice(from, to)});` }
  }
  if (node.type !== 'ImportDeclaration') return undefined
  const source = `await import(${JSON.stringify(ownModule(String(node.source.value)))})`
  if (node.specifiers.length === 0) return { from, to, text: `void (${source});` }
  const parts = node.specifiers.map(one => {
    names.push(one.local.name)
    if (one.type === 'ImportNamespaceSpecifier') return `(${one.local.name} = ${source})`
    const imported =
      one.type === 'ImportDefaultSpecifier' ? 'default' : 'name' in one.imported ? one.imported.name : String(one.imported.value)
    return `({ ${JSON.stringify(imported)}: ${one.local.name} } = ${source})`
  })
  return { from, to, text: `void (${parts.join(', ')});` }
}

/** Tidemill itself means the one that runs here, whether the folder has one installed or not. */
function ownModule(name: string): string {
  if (name !== 'tidemill' && !name.startsWith('tidemill/')) return name
  try {
    return import.meta.resolve(name)
  } catch {
    // The import says what is wrong with it.
    return name
  }
}

function namesIn(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap(one => namesIn(one.type === 'RestElement' ? one.argument : one.value))
    case 'ArrayPattern':
      return pattern.elements.flatMap(one => (one === null ? [] : namesIn(one)))
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'RestElement':
      return namesIn(pattern.argument)
    default:
      return []
  }
}

/** Whether an `await` stands outside of all functions. */
function awaits(node: Node): boolean {
  if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && (node as { readonly await?: boolean }).await === true))
    return true
  if (/Function/.test(node.type) || node.type === 'PropertyDefinition' || node.type === 'StaticBlock') return false
  return Object.values(node).some(part => (Array.isArray(part) ? part.some(isAwaiting) : isAwaiting(part)))
}

function isAwaiting(part: unknown): boolean {
  return typeof part === 'object' && part !== null && 'type' in part && typeof part.type === 'string' && awaits(part as Node)
}
