/** Which name of a file means which declaration. */
import { boundNames, children, isFunction, nameOf, part, parts, type Syntax } from './syntax.ts'

/** Where a name of the module comes from. */
export interface Declared {
  readonly kind: 'import' | 'function' | 'class' | 'variable'
  /** The import statement, the function, the class, or the declarator. */
  readonly node: Syntax
  /** `const`, `let`, `var`, `using` of a variable. */
  readonly keyword?: string
  /** Of an import: the name there, `default`, or `*`. */
  readonly imported?: string
}
export interface Scope {
  readonly parent: Scope | undefined
  readonly node: Syntax
  readonly names: Map<string, Declared | undefined>
  /** Calls of functions get a scope where `var` lands. */
  readonly ofFunction: boolean
}
export interface Reference {
  readonly name: string
  readonly node: Syntax
  readonly scope: Scope
  /** `name = 1`, `name++`: the variable changes. `name.x = 1`, `name.push(1)` outside of any function: what it holds changes. */
  readonly changes: 'no' | 'variable' | 'content'
}
export interface FunctionPlace {
  readonly node: Syntax
  /** The property or class member that `fn.toString()` shows for a method; else the function itself. */
  readonly shown: Syntax
  readonly scope: Scope
}
export interface Analysis {
  readonly module: Scope
  readonly references: readonly Reference[]
  readonly byNode: ReadonlyMap<Syntax, Reference>
  readonly functions: readonly FunctionPlace[]
  readonly calls: readonly { readonly node: Syntax; readonly scope: Scope }[]
  /** `this` and `super`, each with the function it belongs to (undefined: the module). */
  readonly receivers: readonly { readonly node: Syntax; readonly owner: Syntax | undefined }[]
  readonly metas: readonly Syntax[]
  readonly imports: readonly Syntax[]
}

/** Reads the scopes of a whole module. */
export function analyse(program: Syntax): Analysis {
  const walker = new Walker(program)
  walker.run()
  return walker
}

/** The scope that binds a name, seen from a scope; undefined for globals. */
export function resolve(name: string, from: Scope): Scope | undefined {
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) if (scope.names.has(name)) return scope
  return undefined
}

const mutators = new Set([
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'fill',
  'copyWithin',
  'set',
  'add',
  'delete',
  'clear',
  'append',
])

class Walker implements Analysis {
  readonly module: Scope
  readonly references: Reference[] = []
  readonly byNode = new Map<Syntax, Reference>()
  readonly functions: FunctionPlace[] = []
  readonly calls: { node: Syntax; scope: Scope }[] = []
  readonly receivers: { node: Syntax; owner: Syntax | undefined }[] = []
  readonly metas: Syntax[] = []
  readonly imports: Syntax[] = []
  readonly #program: Syntax
  /** Functions, arrows aside, around the node at hand. */
  readonly #owners: Syntax[] = []
  #depth = 0

  constructor(program: Syntax) {
    this.#program = program
    this.module = { parent: undefined, node: program, names: new Map(), ofFunction: true }
  }

  run(): void {
    const body = parts(this.#program, 'body')
    for (const statement of body) if (statement.type === 'ImportDeclaration') this.#declareImport(statement)
    this.#hoistVars(this.#program, this.module)
    this.#declareLexical(body, this.module)
    for (const statement of body) this.#visit(statement, this.module)
  }

  #declareImport(statement: Syntax): void {
    for (const specifier of parts(statement, 'specifiers')) {
      const imported =
        specifier.type === 'ImportDefaultSpecifier'
          ? 'default'
          : specifier.type === 'ImportNamespaceSpecifier'
            ? '*'
            : nameOf(part(specifier, 'imported'))
      this.module.names.set(nameOf(part(specifier, 'local')), { kind: 'import', node: statement, imported })
    }
  }

  /** `var` belongs to the function around it, however deep it stands. */
  #hoistVars(node: Syntax, scope: Scope): void {
    for (const child of children(node)) {
      if (isFunction(child) || child.type === 'StaticBlock' || child.type === 'PropertyDefinition') continue
      if (child.type === 'VariableDeclaration' && child['kind'] === 'var') this.#declareVariables(child, scope)
      this.#hoistVars(child, scope)
    }
  }

  #declareVariables(declaration: Syntax, scope: Scope): void {
    for (const declarator of parts(declaration, 'declarations'))
      for (const name of boundNames(part(declarator, 'id')))
        scope.names.set(nameOf(name), { kind: 'variable', node: declarator, keyword: String(declaration['kind']) })
  }

  #declareLexical(statements: readonly Syntax[], scope: Scope): void {
    for (const statement of statements) {
      const declaration = statement.type.startsWith('Export') ? (statement['declaration'] as Syntax | null | undefined) : statement
      if (declaration === null || declaration === undefined) continue
      if (declaration.type === 'VariableDeclaration' && declaration['kind'] !== 'var') this.#declareVariables(declaration, scope)
      else if (declaration.type === 'FunctionDeclaration' && declaration['id'])
        scope.names.set(nameOf(part(declaration, 'id')), { kind: 'function', node: declaration })
      else if (declaration.type === 'ClassDeclaration' && declaration['id'])
        scope.names.set(nameOf(part(declaration, 'id')), { kind: 'class', node: declaration })
    }
  }

  #block(node: Syntax, parent: Scope, statements: readonly Syntax[]): Scope {
    const scope: Scope = { parent, node, names: new Map(), ofFunction: false }
    this.#declareLexical(statements, scope)
    return scope
  }

  #visit(node: Syntax, scope: Scope, shown: Syntax = node): void {
    switch (node.type) {
      case 'Identifier':
        this.#refer(node, scope, 'no')
        return
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.#visitFunction(node, scope, shown)
        return
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.#visitClass(node, scope)
        return
      case 'MethodDefinition':
      case 'Property': {
        const value = part(node, 'value')
        if (node['computed'] === true) this.#visit(part(node, 'key'), scope)
        const method = node.type === 'MethodDefinition' || node['method'] === true || node['kind'] !== 'init'
        this.#visit(value, scope, method ? node : value)
        return
      }
      case 'PropertyDefinition':
      case 'StaticBlock': {
        if (node['computed'] === true) this.#visit(part(node, 'key'), scope)
        const inner: Scope = { parent: scope, node, names: new Map(), ofFunction: true }
        this.#hoistVars(node, inner)
        const statements = node.type === 'StaticBlock' ? parts(node, 'body') : []
        this.#declareLexical(statements, inner)
        this.#owners.push(node)
        if (node['value']) this.#visit(part(node, 'value'), inner)
        for (const statement of statements) this.#visit(statement, inner)
        this.#owners.pop()
        return
      }
      case 'BlockStatement':
        this.#visitAll(node, this.#block(node, scope, parts(node, 'body')))
        return
      case 'ForStatement':
        this.#visitAll(node, this.#block(node, scope, node['init'] ? [part(node, 'init')] : []))
        return
      case 'ForInStatement':
      case 'ForOfStatement': {
        const left = part(node, 'left')
        const inner = this.#block(node, scope, [left])
        if (left.type === 'VariableDeclaration') this.#visit(left, inner)
        else this.#change(left, inner)
        this.#visit(part(node, 'right'), scope)
        this.#visit(part(node, 'body'), inner)
        return
      }
      case 'SwitchStatement': {
        this.#visit(part(node, 'discriminant'), scope)
        const inner = this.#block(
          node,
          scope,
          parts(node, 'cases').flatMap(item => parts(item, 'consequent')),
        )
        for (const item of parts(node, 'cases')) this.#visitAll(item, inner)
        return
      }
      case 'CatchClause': {
        const inner: Scope = { parent: scope, node, names: new Map(), ofFunction: false }
        const caught = node['param'] as Syntax | null
        for (const name of boundNames(caught)) inner.names.set(nameOf(name), undefined)
        if (caught !== null) this.#visitPattern(caught, inner)
        this.#visit(part(node, 'body'), inner)
        return
      }
      case 'VariableDeclarator':
        this.#visitPattern(part(node, 'id'), scope)
        if (node['init']) this.#visit(part(node, 'init'), scope)
        return
      case 'AssignmentExpression':
        this.#change(part(node, 'left'), scope)
        this.#visit(part(node, 'right'), scope)
        return
      case 'UpdateExpression':
        this.#change(part(node, 'argument'), scope)
        return
      case 'UnaryExpression':
        if (node['operator'] === 'delete') this.#change(part(node, 'argument'), scope)
        else this.#visit(part(node, 'argument'), scope)
        return
      case 'MemberExpression':
        this.#visit(part(node, 'object'), scope)
        if (node['computed'] === true) this.#visit(part(node, 'property'), scope)
        return
      case 'CallExpression':
      case 'NewExpression':
        this.#visitCall(node, scope)
        return
      case 'ThisExpression':
      case 'Super':
        this.receivers.push({ node, owner: this.#owners.at(-1) })
        return
      case 'MetaProperty':
        if (nameOf(part(node, 'meta')) === 'import') this.metas.push(node)
        else this.receivers.push({ node, owner: this.#owners.at(-1) })
        return
      case 'ImportExpression':
        this.imports.push(node)
        this.#visitAll(node, scope)
        return
      case 'LabeledStatement':
        this.#visit(part(node, 'body'), scope)
        return
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'BreakStatement':
      case 'ContinueStatement':
        return
      case 'ExportNamedDeclaration':
        if (node['declaration']) this.#visit(part(node, 'declaration'), scope)
        return
      default:
        this.#visitAll(node, scope)
    }
  }

  #visitAll(node: Syntax, scope: Scope): void {
    for (const child of children(node)) this.#visit(child, scope)
  }

  #visitFunction(node: Syntax, parent: Scope, shown: Syntax): void {
    this.functions.push({ node, shown, scope: parent })
    const arrow = node.type === 'ArrowFunctionExpression'
    const scope: Scope = { parent, node, names: new Map(), ofFunction: true }
    if (!arrow) scope.names.set('arguments', undefined)
    if (node.type === 'FunctionExpression' && node['id']) scope.names.set(nameOf(part(node, 'id')), undefined)
    const body = part(node, 'body')
    this.#hoistVars(body, scope)
    for (const pattern of parts(node, 'params')) for (const name of boundNames(pattern)) scope.names.set(nameOf(name), undefined)
    if (body.type === 'BlockStatement') this.#declareLexical(parts(body, 'body'), scope)
    if (!arrow) this.#owners.push(node)
    this.#depth++
    for (const pattern of parts(node, 'params')) this.#visitPattern(pattern, scope)
    if (body.type === 'BlockStatement') for (const statement of parts(body, 'body')) this.#visit(statement, scope)
    else this.#visit(body, scope)
    this.#depth--
    if (!arrow) this.#owners.pop()
  }

  #visitClass(node: Syntax, parent: Scope): void {
    const scope: Scope = { parent, node, names: new Map(), ofFunction: false }
    if (node['id']) scope.names.set(nameOf(part(node, 'id')), undefined)
    if (node['superClass']) this.#visit(part(node, 'superClass'), scope)
    for (const member of parts(part(node, 'body'), 'body')) this.#visit(member, scope)
  }

  #visitCall(node: Syntax, scope: Scope): void {
    const callee = part(node, 'callee')
    this.calls.push({ node, scope })
    const mutates =
      this.#depth === 0 &&
      callee.type === 'MemberExpression' &&
      callee['computed'] !== true &&
      mutators.has(nameOf(part(callee, 'property')))
    if (mutates) this.#change(callee, scope)
    else this.#visit(callee, scope)
    for (const argument of parts(node, 'arguments')) this.#visit(argument, scope)
  }

  /** Names that a pattern binds are no references; what stands in it (defaults, computed keys) is. */
  #visitPattern(pattern: Syntax, scope: Scope): void {
    if (pattern.type === 'Identifier') return
    if (pattern.type === 'AssignmentPattern') {
      this.#visitPattern(part(pattern, 'left'), scope)
      this.#visit(part(pattern, 'right'), scope)
    } else if (pattern.type === 'RestElement') this.#visitPattern(part(pattern, 'argument'), scope)
    else if (pattern.type === 'ArrayPattern') for (const item of parts(pattern, 'elements')) this.#visitPattern(item, scope)
    else if (pattern.type === 'ObjectPattern')
      for (const item of parts(pattern, 'properties')) {
        if (item['computed'] === true) this.#visit(part(item, 'key'), scope)
        this.#visitPattern(item.type === 'RestElement' ? item : part(item, 'value'), scope)
      }
  }

  /** The left side of an assignment. */
  #change(target: Syntax, scope: Scope): void {
    switch (target.type) {
      case 'Identifier':
        this.#refer(target, scope, 'variable')
        return
      case 'MemberExpression': {
        const root = rootOf(target)
        if (root === undefined) this.#visit(target, scope)
        else this.#refer(root, scope, 'content')
        for (let member: Syntax = target; member.type === 'MemberExpression'; member = part(member, 'object'))
          if (member['computed'] === true) this.#visit(part(member, 'property'), scope)
        return
      }
      case 'AssignmentPattern':
        this.#change(part(target, 'left'), scope)
        this.#visit(part(target, 'right'), scope)
        return
      case 'RestElement':
        this.#change(part(target, 'argument'), scope)
        return
      case 'ArrayPattern':
        for (const item of parts(target, 'elements')) this.#change(item, scope)
        return
      case 'ObjectPattern':
        for (const item of parts(target, 'properties')) {
          if (item['computed'] === true) this.#visit(part(item, 'key'), scope)
          this.#change(item.type === 'RestElement' ? item : part(item, 'value'), scope)
        }
        return
      default:
        this.#visit(target, scope)
    }
  }

  #refer(node: Syntax, scope: Scope, changes: Reference['changes']): void {
    const reference: Reference = { name: nameOf(node), node, scope, changes }
    this.references.push(reference)
    this.byNode.set(node, reference)
  }
}

/** `a` of `a.b[c].d`. */
function rootOf(member: Syntax): Syntax | undefined {
  let node = member
  while (node.type === 'MemberExpression') node = part(node, 'object')
  return node.type === 'Identifier' ? node : undefined
}
