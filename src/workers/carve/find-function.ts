import type { CallSite } from '../../errors/index.ts'
import { canonical } from './canonical.ts'
import { type Analysis, type Declared, type FunctionPlace, resolve, type Scope } from './scopes.ts'
import { analyseText, type SourceFile } from './source-file.ts'
import { isFunction, nameOf, part, parts, type Syntax } from './syntax.ts'

/** A function of the file, a name of its module that holds one, or an export of a module it imports. */
export type Found =
  | { readonly kind: 'place'; readonly place: FunctionPlace }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'import'; readonly declared: Declared; readonly name: string }

/**
 * Finds a function in the file that handed it over: what stands at the call first, then any function of the file with its text (the nearest to the call), or with a text
 * that does the same.
 */
export function findFunction(fn: Function, file: SourceFile, site: CallSite, role: string | undefined): Found | undefined {
  const text = fn.toString()
  const wanted = new Wanted(text)
  const { analysis } = file
  for (const { node, scope } of argumentsAt(site, analysis, role)) {
    const found = readArgument(node, scope, fn, file, wanted)
    if (found !== undefined) return found
  }
  const near = (place: FunctionPlace): number =>
    Math.abs(place.node.loc.start.line - site.line) * 1000 + Math.abs(place.node.loc.start.column - site.column)
  const best = (places: readonly FunctionPlace[]): Found | undefined => {
    const [place] = places.toSorted((a, b) => near(a) - near(b))
    return place === undefined ? undefined : { kind: 'place', place }
  }
  return (
    best(analysis.functions.filter(place => shownText(place, file) === text)) ??
    best(analysis.functions.filter(place => wanted.fits(place, analysis)))
  )
}

/** The text `fn.toString()` gives: of a method without `static`. */
export function shownText({ shown }: FunctionPlace, file: { readonly text: string }): string {
  const text = file.text.slice(shown.start, shown.end)
  return shown['static'] === true ? text.replace(/^static\s+/, '') : text
}

/** A function's own text as a tree, made when it is first compared. */
class Wanted {
  readonly #text: string
  #read = false
  #node: Syntax | undefined
  #canonical = ''

  constructor(text: string) {
    this.#text = text
  }

  fits({ node }: FunctionPlace, analysis: Analysis): boolean {
    if (!this.#read) {
      this.#read = true
      const own = readOwnText(this.#text)
      this.#node = own?.node
      if (own !== undefined) this.#canonical = canonicalFunction(own.node, own.analysis)
    }
    const mine = this.#node
    if (mine === undefined || mine['async'] !== node['async'] || mine['generator'] !== node['generator']) return false
    if (parts(mine, 'params').length !== parts(node, 'params').length) return false
    return canonicalFunction(node, analysis) === this.#canonical
  }
}

/** A method and a function of the same parameters and body are the same here. */
function canonicalFunction(node: Syntax, analysis: Analysis): string {
  const params = parts(node, 'params').map(item => canonical(item, analysis))
  return `${node.type === 'ArrowFunctionExpression'} ${params.join()} ${canonical(part(node, 'body'), analysis)}`
}

/** Parses what `toString` gave: an expression, or a method as it stands in an object or a class. */
export function readOwnText(text: string): { readonly code: string; readonly node: Syntax; readonly analysis: Analysis } | undefined {
  for (const code of [`(${text})`, `Object.values({ ${text} })[0]`]) {
    const analysis = analyseText(code)
    const first = analysis?.functions[0]
    if (analysis !== undefined && first !== undefined) return { code, node: first.node, analysis }
  }
  return undefined
}

interface Argument {
  readonly node: Syntax
  readonly scope: Scope
}

/** What may be the function in the call at the site: its arguments, or the properties of an object among them, those with the asked name first. */
function argumentsAt(site: CallSite, analysis: Analysis, role: string | undefined): Argument[] {
  const call = analysis.calls.find(({ node }) => {
    const callee = part(node, 'callee')
    const { start } = (callee.type === 'MemberExpression' ? part(callee, 'property') : callee).loc
    return start.line === site.line && start.column + 1 === site.column
  })
  if (call === undefined) return []
  const callee = part(call.node, 'callee')
  const takesObject = callee.type === 'MemberExpression' && nameOf(part(callee, 'property')) === 'mapReduce'
  const direct: Argument[] = []
  for (const node of parts(call.node, 'arguments')) {
    if (node.type !== 'ObjectExpression') {
      // `mapReduce(source, job)`: names there hold a source and an object of functions, none of them the function itself.
      if (!(node.type === 'Identifier' && takesObject)) direct.push({ node, scope: call.scope })
    } else
      for (const property of parts(node, 'properties'))
        if (property.type === 'Property' && property['computed'] !== true && nameOf(part(property, 'key')) === role)
          direct.unshift({ node: part(property, 'value'), scope: call.scope })
  }
  return direct
}

function readArgument(node: Syntax, scope: Scope, fn: Function, file: SourceFile, wanted: Wanted): Found | undefined {
  const { analysis } = file
  if (isFunction(node)) {
    const place = analysis.functions.find(candidate => candidate.node === node)
    return place !== undefined && (shownText(place, file) === fn.toString() || wanted.fits(place, analysis))
      ? { kind: 'place', place }
      : undefined
  }
  if (node.type === 'MemberExpression' && node['computed'] !== true && part(node, 'object').type === 'Identifier') {
    const space = declaredIn(analysis.module, nameOf(part(node, 'object')), scope)
    return space?.imported === '*' ? { kind: 'import', declared: space, name: nameOf(part(node, 'property')) } : undefined
  }
  if (node.type !== 'Identifier') return undefined
  const name = nameOf(node)
  const declared = declaredIn(analysis.module, name, scope)
  if (declared?.kind === 'import') return { kind: 'import', declared, name: declared.imported ?? name }
  const init = declared?.kind === 'variable' && declared.keyword === 'const' ? (declared.node['init'] as Syntax | null) : null
  // `const score = makeScorer(3)`: the function itself stands elsewhere, with names of its maker; the constant can be made again.
  return init?.type === 'CallExpression' ? { kind: 'name', name } : undefined
}

function declaredIn(module: Scope, name: string, from: Scope): Declared | undefined {
  return resolve(name, from) === module ? module.names.get(name) : undefined
}
