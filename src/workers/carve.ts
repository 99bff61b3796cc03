/** Takes a user's function out of its file, as a module of its own that a worker can import. */
import { basename } from 'node:path'
import { type CallSite, printCallSite, TidemillError } from '../errors/index.ts'
import { findFunction, type Found, readOwnText, shownText } from './carve/find-function.ts'
import { isGlobal } from './carve/globals.ts'
import {
  absolute,
  attributesText,
  type Edit,
  importEdit,
  type ImportedName,
  metaEdit,
  moduleText,
  type Piece,
} from './carve/module-text.ts'
import { readsOf } from './carve/reads.ts'
import { runTimeState } from './carve/run-time-state.ts'
import { type Analysis, type FunctionPlace, resolve } from './carve/scopes.ts'
import { type SourceFile, sourceFile } from './carve/source-file.ts'
import { nameOf, part, parts, type Syntax } from './carve/syntax.ts'
import { exportText, type FunctionOptions, hostFunction } from './host-function.ts'
import type { HostFunction } from './seams.ts'

/**
 * Makes a function ready to travel: finds it in the file that called, strips its types, and takes along the names of the module it uses (imports, functions,
 * classes, constants). The module it stands in is not run again.
 *
 * A second argument is given to the function when `with` is: values that can be cloned.
 *
 * @example
 * carve(row => ({ ...row, living: crowding(row.population, row.households) }), callSite())
 * @throws workers.captured when it uses a name of an enclosing function, or of the module what only exists while the program runs
 * @throws workers.no-source when its text was not found and does not stand alone
 * @throws workers.not-cloneable when a value of `with` cannot be cloned
 */
export function carve(fn: Function, site: CallSite | undefined, options: FunctionOptions = {}): HostFunction {
  const name = fn.name === '' || fn.name === 'default' ? (options.name ?? 'function') : fn.name
  const text = textOf(fn, name, site)
  const file = site === undefined ? undefined : sourceFile(site.file)
  const found = file === undefined || site === undefined ? undefined : findFunction(fn, file, site, options.name)
  if (file === undefined || found === undefined) {
    const own = readOwnText(text)
    const reads = own === undefined ? undefined : columnsRead(own.node, own.analysis, options)
    return hostFunction(name, standAlone(name, text, site), options.with, site, reads)
  }
  if (found.kind === 'place') checkWith(found.place, file, options, site)
  const carving = new Carving(name, file)
  if (found.kind === 'import') return hostFunction(name, carving.handOn(found), options.with, site)
  const reads = found.kind === 'place' ? columnsRead(found.place.node, file.analysis, options) : undefined
  return hostFunction(name, carving.module(`export { ${carving.take(found, '$tidemill')} as fn }`), options.with, site, reads)
}

/** Of the verbs that hand a function rows or batches of a table as they are. */
function columnsRead(node: Syntax, analysis: Analysis, { name, context }: FunctionOptions): readonly string[] | undefined {
  const given = name === 'map' || name === 'flatMap' ? 'row' : name === 'mapBatches' ? 'batch' : undefined
  return given === undefined || context === true ? undefined : readsOf(node, analysis, given)
}

/**
 * Makes several functions ready to travel as one module, so that they share what they use of their file. Its `fn` gives them by their names, each bound to
 * `with` as its last argument when that is given.
 *
 * @param functions by the name of the property they stand under in the call: `{ state, event }`
 * @param arity how many arguments of its own each takes, in front of `with`
 * @throws as `carve`
 */
export function carveAll(
  functions: Readonly<Record<string, Function>>,
  site: CallSite | undefined,
  options: FunctionOptions & { readonly name: string; readonly arity: Readonly<Record<string, number>> },
): HostFunction {
  const file = site === undefined ? undefined : sourceFile(site.file)
  const carving = file === undefined ? undefined : new Carving(options.name, file)
  const own: string[] = []
  const members = Object.entries(functions).map(([role, fn]) => {
    const text = textOf(fn, role, site)
    const local = `$tidemill_${role}`
    const found = file === undefined || site === undefined ? undefined : findFunction(fn, file, site, role)
    if (found === undefined) own.push(`const ${local} = ${standAloneCode(role, text, site)}`)
    const at = found === undefined ? local : (carving?.take(found, local) ?? local)
    const args = Array.from({ length: options.arity[role] ?? 0 }, (_, index) => `a${index}`)
    return options.with === undefined ? `${role}: ${at}` : `${role}: (${args.join(', ')}) => ${at}(${[...args, 'given'].join(', ')})`
  })
  const exported = [...own, `export const fn = given => ({ ${members.join(', ')} })`].join('\n')
  return hostFunction(options.name, carving?.module(exported) ?? `${exported}\n`, options.with, site)
}

function textOf(fn: Function, name: string, site: CallSite | undefined): string {
  const text = Function.prototype.toString.call(fn)
  if (/\{\s*\[native code\]\s*\}$/.test(text)) throw noSource(name, site, 'it is native, or bound')
  if (/^class\b/.test(text)) throw noSource(name, site, 'it is a class')
  return text
}

/** Collects what functions need of their module. */
class Carving {
  readonly #name: string
  readonly #file: SourceFile
  readonly #analysis: Analysis
  readonly #imports: ImportedName[] = []
  readonly #pieces: Piece[] = []
  readonly #edits: Edit[] = []
  readonly #taken = new Map<string, Syntax>()
  readonly #captured: Captured[] = []

  constructor(name: string, file: SourceFile) {
    this.#name = name
    this.#file = file
    this.#analysis = file.analysis
  }

  /** A module that hands on what another module exports. */
  handOn(found: Extract<Found, { readonly kind: 'import' }>): string {
    const source = absolute(String(part(found.declared.node, 'source')['value']), this.#file)
    const exported = `export { ${exportText(found.name)} as fn } from ${JSON.stringify(source)}${attributesText(found.declared.node)}`
    return moduleText(this.#file, [], [], [], exported)
  }

  /** Takes a function, under the name `local` where it has none of its own in the module; gives the name. */
  take(found: Found, local: string): string {
    if (found.kind === 'import') this.#imports.push({ statement: found.declared.node, imported: found.name, local })
    else if (found.kind === 'name') this.#take(found.name, undefined)
    else this.#takeFunction(found.place, local)
    return found.kind === 'name' ? found.name : local
  }

  /** What was taken as a module that ends with `exported`. */
  module(exported: string): string {
    this.#checkChanges()
    if (this.#captured.length > 0) throw capturedError(this.#name, this.#file, this.#captured)
    return moduleText(this.#file, this.#imports, this.#pieces, this.#edits, exported)
  }

  #takeFunction(place: FunctionPlace, local: string): void {
    const { node, shown } = place
    const { start, end, method } = rangeOf(place, this.#file)
    for (const { node: receiver, owner } of this.#analysis.receivers) {
      const own = node.type === 'ArrowFunctionExpression' ? owner === undefined || owner.start < start : owner === node
      if (within(receiver, start, end) && own)
        this.#capture(receiver.type === 'Super' ? 'super' : 'this', receiver, undefined, 'belongs to the object around it')
    }
    const column = shown.loc.start.column + (start - shown.start)
    const wrap = method ? { before: `const ${local} = Object.values({`, after: '})[0];' } : { before: `const ${local} = (`, after: ');' }
    this.#pieces.push({ start, end, line: shown.loc.start.line, column, ...wrap })
    this.#follow(start, end, undefined)
  }

  /** Takes what the text between two places of the file names. */
  #follow(start: number, end: number, user: string | undefined): void {
    for (const { name, node, scope } of this.#analysis.references) {
      if (!within(node, start, end)) continue
      const home = resolve(name, scope)
      if (home === undefined) {
        if (!isGlobal(name))
          this.#capture(name, node, user, name in globalThis ? 'is a global that workers do not have' : 'is not defined in this file')
      } else if (home === this.#analysis.module) this.#take(name, node, user)
      else if (!within(home.node, start, end)) this.#capture(name, node, user, 'belongs to an enclosing function')
    }
    for (const meta of this.#analysis.metas) {
      if (!within(meta, start, end)) continue
      const edit = metaEdit(meta, this.#file)
      if (edit === undefined) this.#capture('import.meta', meta, user, 'differs on a worker')
      else this.#edits.push(edit)
    }
    for (const expression of this.#analysis.imports) {
      const edit = within(expression, start, end) ? importEdit(expression, this.#file) : undefined
      if (edit !== undefined) this.#edits.push(edit)
    }
  }

  #take(name: string, at: Syntax | undefined, user?: string): void {
    const declared = this.#analysis.module.names.get(name)
    if (declared === undefined || this.#taken.has(name)) return
    const { kind, node } = declared
    this.#taken.set(name, node)
    if (kind === 'import') {
      this.#imports.push({ statement: node, imported: declared.imported ?? name, local: name })
      return
    }
    if (kind === 'variable') {
      const state =
        declared.keyword === 'const' || declared.keyword === 'let' || declared.keyword === 'var'
          ? undefined
          : 'is closed when the module ends'
      const reason = state ?? runTimeState(node, this.#analysis)
      if (reason !== undefined) {
        this.#capture(name, at ?? node, user, `only exists in the running program: it ${reason}`)
        return
      }
    }
    // Names of one `const { a, b } = ...` share their declarator.
    if (this.#pieces.some(piece => piece.start === node.start)) return
    const before = kind === 'variable' ? `${declared.keyword === 'const' ? 'const' : 'let'} ` : ''
    this.#pieces.push({ start: node.start, end: node.end, line: node.loc.start.line, column: node.loc.start.column, before, after: ';' })
    this.#follow(node.start, node.end, name)
  }

  /** A copy of a variable would not see what the program does to it later, nor the program what the function does. */
  #checkChanges(): void {
    for (const { name, node, scope, changes } of this.#analysis.references) {
      if (changes === 'no' || !this.#taken.has(name) || resolve(name, scope) !== this.#analysis.module) continue
      const inside = this.#pieces.some(piece => within(node, piece.start, piece.end))
      if (changes === 'variable' || !inside) this.#capture(name, node, undefined, 'changes while the program runs')
    }
  }

  #capture(name: string, node: Syntax, user: string | undefined, why: string): void {
    if (!this.#captured.some(captured => captured.name === name)) this.#captured.push({ name, line: node.loc.start.line, user, why })
  }
}

interface Captured {
  readonly name: string
  readonly line: number
  readonly user: string | undefined
  readonly why: string
}

/** The range of a function's own text; methods as they stand in their object. */
function rangeOf(place: FunctionPlace, file: SourceFile): { start: number; end: number; method: boolean } {
  const { shown, node } = place
  return { start: shown.end - shownText(place, file).length, end: shown.end, method: shown !== node }
}

function within(node: Syntax, start: number, end: number): boolean {
  return node.start >= start && node.end <= end
}

/** `map((row, { rate }) => ...)` without `{ with: { rate } }` would fail on every row. */
function checkWith({ node }: FunctionPlace, file: SourceFile, options: FunctionOptions, site: CallSite | undefined): void {
  const second = parts(node, 'params')[1]
  if (second?.type !== 'ObjectPattern' || options.context === true || options.name === 'combine' || options.name === 'reduce') return
  const given = options.with ?? {}
  const missing = parts(second, 'properties')
    .filter(item => item.type === 'Property' && item['computed'] !== true && part(item, 'value').type !== 'AssignmentPattern')
    .map(item => nameOf(part(item, 'key')))
    .filter(key => !(key in given))
  if (missing.length === 0) return
  throw new TidemillError(
    'workers.captured',
    `missing value: ${missing.join(', ')} for the second argument of ${options.name ?? 'the function'} at ${lineText(file, site?.line ?? node.loc.start.line)}`,
    {
      hint: `hand it over: ${options.name ?? 'map'}(${file.text.slice(node.start, Math.min(node.end, node.start + 30)).split('\n')[0]}..., { with: { ${missing.join(', ')} } })`,
      details: { names: missing },
    },
  )
}

/** Without a file a function can travel that names nothing but globals. */
function standAlone(name: string, text: string, site: CallSite | undefined): string {
  return `const $tidemill = ${standAloneCode(name, text, site)}\nexport { $tidemill as fn }\n`
}

function standAloneCode(name: string, text: string, site: CallSite | undefined): string {
  const own = readOwnText(text)
  if (own === undefined) throw noSource(name, site, 'its text cannot be read')
  const { analysis, code } = own
  const free = new Set<string>()
  for (const reference of analysis.references)
    if (resolve(reference.name, reference.scope) === undefined && !isGlobal(reference.name)) free.add(reference.name)
  if (analysis.metas.length > 0 || analysis.imports.length > 0) free.add('import')
  if (analysis.receivers.some(({ owner }) => owner === undefined || owner === own.node)) free.add('this')
  if (free.size > 0) throw noSource(name, site, `it uses ${[...free].join(', ')}`)
  return code
}

function noSource(name: string, site: CallSite | undefined, why: string): TidemillError {
  const at = printCallSite(site)
  return new TidemillError('workers.no-source', `source not found: function ${name}${at === undefined ? '' : ` at ${at}`} (${why})`, {
    hint: 'a function travels as text: write it in the call or at the top of a file that Node runs as it is (not in a REPL, not rewritten by a tool), or let it use only its arguments and `with`',
    details: { function: name },
  })
}

function capturedError(name: string, file: SourceFile, captured: readonly Captured[]): TidemillError {
  const sentences = captured.map(
    ({ name: variable, line, user, why }) => `${variable} (${user === undefined ? '' : `through ${user}, `}${lineText(file, line)}) ${why}`,
  )
  const names = captured
    .map(({ name: variable }) => variable)
    .filter(variable => /^[\w$]+$/.test(variable) && variable !== 'this' && variable !== 'super')
  const list = names.join(', ')
  return new TidemillError(
    'workers.captured',
    `captured variable: ${sentences.join('; ')}; function ${name} runs on workers, where it is not`,
    {
      hint:
        names.length === 0
          ? 'write the function without it: an arrow function or a function at the top of the module'
          : handOver(name, list),
      details: { names: captured.map(item => item.name), line: captured[0]?.line },
    },
  )
}

/** How a function gets values, by the verb it is given to. */
function handOver(name: string, list: string): string {
  if (name === 'generate') return `make ${list} a constant at the top of the module, or take it from an import`
  const call = calls[name] ?? `map((row, { ${list} }) => ..., { with: { ${list} } })`
  return `hand it over: ${call.replaceAll('LIST', list)}; a function or class goes to the top of the module instead`
}

const calls: Readonly<Record<string, string>> = {
  process: 'process({ with: { LIST }, event: (row, context, { LIST }) => ... })',
  spout: 'spout(name, { emits, with: { LIST } }, ({ LIST }) => ...)',
  bolt: 'bolt(name, { from, with: { LIST } }, ({ LIST }) => ...)',
}

function lineText(file: SourceFile, line: number): string {
  return `${basename(file.path)}:${line}`
}
