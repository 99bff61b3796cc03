/**
 * A text in which a value stands several times, printed once: bound to the parameter of a lambda. It keeps statements small where functions are nested, and
 * lets `try()` look at a value that may be an `error()`, which it refuses.
 */
export function once(value: string, print: (name: string) => string): string {
  const name = '"~v"'
  return `list_extract(list_transform([${value}], lambda ${name}: ${print(name)}), 1)`
}

/** The same for several values. */
export function onceAll(values: readonly string[], print: (...names: readonly string[]) => string): string {
  const name = '"~v"'
  const fields = values.map((value, at) => `'v${at}': ${value}`).join(', ')
  return `list_extract(list_transform([{${fields}}], lambda ${name}: ${print(...values.map((_, at) => `${name}.v${at}`))}), 1)`
}
