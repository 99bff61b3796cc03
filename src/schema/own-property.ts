/**
 * Puts a property into an object that is being made, whatever its name. A plain store under `__proto__` would give the object another prototype instead.
 *
 * @example
 * setOwn(row, field.name, value)
 */
export function setOwn(object: object, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  else (object as Record<string, unknown>)[name] = value
}

/**
 * A property of an object that users gave; undefined where only the prototype of all objects has one of this name (`constructor`, `toString`, `__proto__`).
 * A getter of a class counts as theirs.
 *
 * @example
 * const value = ownValue(row, field.name)
 */
export function ownValue(object: object, name: string): unknown {
  const value = (object as Record<string, unknown>)[name]
  // What all objects inherit are functions, but for the prototype itself.
  if (typeof value !== 'function' && name !== '__proto__') return value
  return Object.hasOwn(object, name) ? value : undefined
}
