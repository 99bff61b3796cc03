/**
 * A value as a message names it: `"x"`, `5`, `undefined`, `an array`, `a promise: await it first`, `a function`, `an object (a, b)`.
 *
 * @example
 * throw new TidemillError('plan.argument', `filter wants a callback, not ${whatIs(keep)}`)
 */
export function whatIs(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
    case 'function':
      return /^class\b/.test(Function.prototype.toString.call(value)) ? `the class ${value.name}` : 'a function'
    case 'symbol':
      return 'a symbol'
    case 'object':
      return value === null ? 'null' : whatObject(value)
    default:
      return String(value)
  }
}

function whatObject(value: object): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  if ('then' in value && typeof value.then === 'function') return 'a promise: await it first'
  if (Symbol.asyncIterator in value && !('plan' in value)) return 'an async generator'
  if (value instanceof Date) return Number.isNaN(Number(value)) ? 'an invalid date' : `the date ${value.toISOString()}`
  const kind = className(value)
  if (kind !== undefined) return /^[A-Z]/.test(kind) ? `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}` : 'an object of another kind'
  const names = Object.keys(value)
  if (names.length === 0) return 'an empty object'
  return `an object (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''})`
}

/** The class of an object that is not plain. */
function className(value: object): string | undefined {
  const above: unknown = Object.getPrototypeOf(value)
  if (above === null || above === Object.prototype || typeof above !== 'object') return undefined
  const { name } = above.constructor
  return name === '' || name === 'Object' ? undefined : name
}
