import { type Analysis, resolve } from './scopes.ts'
import { children, isSyntax, nameOf, part, parts, type Syntax } from './syntax.ts'

/** What a function is given: a row, or a batch whose columns it asks for. */
export type Given = 'row' | 'batch'

/**
 * The columns that a function reads of what it is given first, as far as its text tells: `row.a`, `row['a']`, `({ a }) => ...`, `const { a } = row`, `batch.column('a')`.
 *
 * @returns undefined when it may read others: it hands the row on, spreads it, changes it, or asks for a column by a name that is computed
 */
export function readsOf(fn: Syntax, analysis: Analysis, given: Given): readonly string[] | undefined {
  const reading = new Reading(fn, analysis, given)
  return reading.run() ? [...reading.names] : undefined
}

class Reading {
  readonly names = new Set<string>()
  readonly #fn: Syntax
  readonly #analysis: Analysis
  readonly #given: Given
  #whole = false
  #row: string | undefined

  constructor(fn: Syntax, analysis: Analysis, given: Given) {
    this.#fn = fn
    this.#analysis = analysis
    this.#given = given
  }

  /** False when the function may read any column. */
  run(): boolean {
    const [first] = parts(this.#fn, 'params')
    const bound = first?.type === 'AssignmentPattern' ? part(first, 'left') : first
    if (bound?.type === 'Identifier') this.#row = nameOf(bound)
    else if (bound !== undefined && (this.#given === 'batch' || !this.#takePattern(bound))) return false
    this.#walk(this.#fn, [])
    return !this.#whole
  }

  /** `above`: the nodes around, the nearest last. */
  #walk(node: Syntax, above: readonly Syntax[]): void {
    if (this.#whole) return
    const reference = this.#analysis.byNode.get(node)
    if (reference !== undefined) {
      const home = resolve(reference.name, reference.scope)
      // `eval` sees every name, and `arguments` of the function every argument.
      if (home === undefined ? reference.name === 'eval' : home.node === this.#fn && reference.name === 'arguments') this.#whole = true
      else if (home?.node === this.#fn && reference.name === this.#row) this.#use(node, above, reference.changes !== 'no')
    }
    const around = [...above, node]
    for (const child of children(node)) this.#walk(child, around)
  }

  #use(node: Syntax, above: readonly Syntax[], changed: boolean): void {
    const parent = above.at(-1)
    if (changed || parent === undefined) this.#whole = true
    else if (parent.type === 'MemberExpression' && parent['object'] === node) this.#useMember(parent, above)
    else if (parent.type === 'VariableDeclarator' && parent['init'] === node)
      this.#whole = this.#given === 'batch' || !this.#takePattern(part(parent, 'id'))
    else if (!(parent.type === 'UnaryExpression' && parent['operator'] !== 'delete')) this.#whole = true
  }

  #useMember(member: Syntax, above: readonly Syntax[]): void {
    const name = keyOf(member, part(member, 'property'))
    // `a?.b` stands in a node of its own.
    const user = above.at(-2)?.type === 'ChainExpression' ? above.at(-3) : above.at(-2)
    const callee = user?.['callee'] ?? user?.['tag']
    // The row is `this` of what is called.
    const called = callee === member || (isSyntax(callee) && callee.type === 'ChainExpression' && callee['expression'] === member)
    if (name === undefined || name === '__proto__') this.#whole = true
    else if (this.#given === 'row') {
      if (called) this.#whole = true
      else this.names.add(name)
    } else if (name === 'column' && called && user !== undefined) this.#takeArgument(user)
    else this.#whole = name !== 'rows' || called
  }

  #takeArgument(call: Syntax): void {
    const [argument] = parts(call, 'arguments')
    if (argument?.type === 'Literal' && typeof argument['value'] === 'string') this.names.add(argument['value'])
    else this.#whole = true
  }

  /** `{ a, b: other, 'c d': third = 1 }`; false for what takes more. */
  #takePattern(pattern: Syntax): boolean {
    if (pattern.type !== 'ObjectPattern') return false
    for (const item of parts(pattern, 'properties')) {
      const name = item.type === 'RestElement' ? undefined : keyOf(item, part(item, 'key'))
      if (name === undefined || name === '__proto__') return false
      this.names.add(name)
    }
    return true
  }
}

/** The name of a member or a property that is written down; undefined when it is computed. */
function keyOf(owner: Syntax, key: Syntax): string | undefined {
  if (key.type === 'Literal') return String(key['value'])
  return owner['computed'] !== true && key.type === 'Identifier' ? nameOf(key) : undefined
}
