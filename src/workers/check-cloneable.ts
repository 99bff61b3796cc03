import { types } from 'node:util'
import { TidemillError } from '../errors/index.ts'

/**
 * Copies the values of `with`, each of which must survive a structured clone as it is.
 *
 * @throws workers.not-cloneable naming the key: a function, a symbol, a WeakMap, or an instance of a class, which would lose its methods
 */
export function checkCloneable(values: object): Readonly<Record<string, unknown>> {
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(values)) {
    const problem = faultOf(value, key, new Set())
    if (problem !== undefined) throw notCloneable(problem.path, problem.what)
    try {
      copy[key] = structuredClone(value)
    } catch (error) {
      throw notCloneable(key, error instanceof Error ? error.message : String(error))
    }
  }
  return Object.freeze(copy)
}

/** The error for a value that cannot be cloned. */
export function notCloneable(path: string, what: string): TidemillError {
  return new TidemillError('workers.not-cloneable', `value cannot be sent to a worker: ${path} is ${what}`, {
    hint: 'give plain values (numbers, texts, dates, arrays, plain objects, Map, Set, typed arrays); make the rest inside the function, or at the top of its module',
    details: { key: path },
  })
}

interface Fault {
  readonly path: string
  readonly what: string
}

function faultOf(value: unknown, path: string, seen: Set<object>): Fault | undefined {
  if (typeof value === 'function') return { path, what: `a function${value.name === '' ? '' : ` (${value.name})`}` }
  if (typeof value === 'symbol') return { path, what: 'a symbol' }
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined
  seen.add(value)
  if (types.isProxy(value)) return { path, what: 'a proxy' }
  if (types.isPromise(value)) return { path, what: 'a promise: await it first' }
  if (types.isMap(value)) return firstFault([...value].flat(), path, seen)
  if (types.isSet(value)) return firstFault([...value], path, seen)
  const made: unknown = Object.getPrototypeOf(value)
  if (Array.isArray(value)) return made === Array.prototype ? firstFault(value, path, seen) : { path, what: className(made) }
  if (made !== null && !isPlain(made) && !builtin(value, made)) return { path, what: className(made) }
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return undefined
  for (const [name, item] of Object.entries(value)) {
    const fault = faultOf(item, `${path}.${name}`, seen)
    if (fault !== undefined) return fault
  }
  return undefined
}

function firstFault(items: readonly unknown[], path: string, seen: Set<object>): Fault | undefined {
  for (const [index, item] of items.entries()) {
    const fault =
      typeof item === 'object' || typeof item === 'function' || typeof item === 'symbol'
        ? faultOf(item, `${path}[${index}]`, seen)
        : undefined
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Also true for the plain objects of another realm, as test runners make them. */
function isPlain(made: unknown): boolean {
  return typeof made === 'object' && made !== null && Object.getPrototypeOf(made) === null && Object.hasOwn(made, 'hasOwnProperty')
}

/** What a structured clone knows, and not a class derived from it. */
function builtin(value: object, made: unknown): boolean {
  if (types.isDate(value) || types.isRegExp(value) || types.isNativeError(value)) return !isDerived(made)
  return ArrayBuffer.isView(value) ? !isDerived(made) || Buffer.isBuffer(value) : types.isAnyArrayBuffer(value)
}

function isDerived(made: unknown): boolean {
  const constructor: unknown = (made as { readonly constructor?: unknown }).constructor
  return typeof constructor === 'function' && !/\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(constructor))
}

function className(made: unknown): string {
  const name = (made as { readonly constructor?: { readonly name?: string } }).constructor?.name ?? 'a class'
  return `an instance of ${name}, which would lose its methods`
}
