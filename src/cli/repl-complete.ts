import { col } from '../expr/index.ts'
import type { Schema } from '../schema/index.ts'
import { filesLike } from './complete-query.ts'
import { isTable } from './evaluate.ts'

const identifier = String.raw`[A-Za-z_$][\w$]*`
/** Verbs whose texts name columns of the table. */
const namesColumns =
  /\.(select|drop|groupBy|sort|distinct|unpivot|pivot|dropNulls|column|explode|valueCounts|crosstab|correlation|fillNull|reorder|rename|plot|join|replace|cast|tryCast|topK|unnest|split|sample)\($/

/**
 * What may be typed next: columns after the parameter of a callback (`houses.filter(r => r.`) and between quotes (`houses.select('`), methods of an expression, of a
 * table and of any global, data files between other quotes. Nothing is called: getters and functions stay untouched.
 *
 * @returns candidates, and the piece of the line that they stand for
 */
export function completeRepl(line: string): [string[], string] {
  const quoted = /(['"])((?:(?!\1).)*)$/.exec(openQuote(line) ?? '')
  if (quoted !== null) return insideQuotes(line, quoted[2] ?? '')
  const [, path = '', word = ''] = new RegExp(String.raw`((?:${identifier}\??\.)*)(${identifier})?$`).exec(line) ?? []
  if (path === '') {
    // After a call nobody knows what it gives; a table's verbs mostly give tables.
    const after = /\)\.([\w$]*)$/.exec(line)
    if (after !== null) return methodsAfterCall(line, after[1] ?? '')
    return word === '' ? [[], ''] : [starting(namesOf(globalThis), word), word]
  }
  const [first = '', ...rest] = path.replaceAll('?', '').split('.').slice(0, -1)
  const columns = isParameter(line, first) ? columnsFor(line) : undefined
  if (columns !== undefined) {
    const names = rest.length === 0 ? columns.map(field => field.name).filter(name => /^[A-Za-z_$][\w$]*$/.test(name)) : namesOf(col('x'))
    return [starting(names, word), word]
  }
  const value = rest.reduce<unknown>(dataProperty, dataProperty(globalThis, first))
  return value === undefined || value === null ? [[], word] : [starting(namesOf(value), word), word]
}

function insideQuotes(line: string, start: string): [string[], string] {
  const before = line.slice(0, line.length - start.length - 1)
  const call = before.replace(/(?:\s*'[^']*'\s*,|\s*"[^"]*"\s*,|\s*\[|\s)*$/, '')
  const columns = namesColumns.test(call) ? columnsFor(line) : undefined
  const names = columns === undefined ? filesLike(start) : columns.map(field => field.name).filter(name => name.startsWith(start))
  return [names, start]
}

/** `houses.filter(...).`: verbs of the table that the chain began with, or methods of an expression inside of a callback. */
function methodsAfterCall(line: string, word: string): [string[], string] {
  const arrow = /=>[^]*$/.exec(line)?.[0] ?? ''
  const inCallback =
    count(arrow, '(') > count(arrow, ')') - (arrow === '' ? 1 : 0) || (arrow !== '' && count(arrow, ')') <= count(arrow, '('))
  if (arrow !== '' && inCallback) return [starting(namesOf(col('x')), word), word]
  const table = rootTable(line)
  return [table === undefined ? [] : starting(namesOf(table), word), word]
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1
}

/** Whether a name is a parameter of an arrow function that the line is in. */
function isParameter(line: string, name: string): boolean {
  return new RegExp(
    String.raw`(?:^|[^\w$.])(?:\(\s*)?(?:${identifier}\s*,\s*)*${name.replaceAll('$', String.raw`\$`)}\s*(?:,[^()]*)?\)?\s*=>`,
  ).test(line)
}

/** The columns of the table that the call begins with, and those that the line adds. */
function columnsFor(line: string): Schema | undefined {
  const schema = rootTable(line)?.schema
  if (schema === undefined) return undefined
  const added = [...line.matchAll(/(?:withColumns|agg)\(\s*[\w$]+\s*=>\s*\(\{([^]*?)\}\)\)/g)].flatMap(([, made = '']) =>
    [...made.matchAll(/(?:^|,)\s*([A-Za-z_$][\w$]*)\s*:/g)].map(([, name = '']) => ({ name, type: 'unknown' as const, nullable: true })),
  )
  return [...schema, ...added]
}

/** The last global table that the line calls a verb of. */
function rootTable(line: string): ReturnType<typeof tableNamed> {
  for (const [, name = ''] of [...line.matchAll(new RegExp(String.raw`(?:^|[^\w$.])(${identifier})\s*\.`, 'g'))].toReversed()) {
    const table = tableNamed(name)
    if (table !== undefined) return table
  }
  return undefined
}

function tableNamed(name: string): { readonly schema: Schema } | undefined {
  const value = dataProperty(globalThis, name)
  return isTable(value) ? value : undefined
}

/** A property that is a plain value; a getter is not asked. */
function dataProperty(of: unknown, name: string): unknown {
  if ((typeof of !== 'object' && typeof of !== 'function') || of === null) return undefined
  for (let at: object | null = of; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, name)
    if (found !== undefined) return found.value
  }
  return undefined
}

function namesOf(value: unknown): readonly string[] {
  const names = new Set<string>()
  for (let at: unknown = Object(value); at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at)) if (/^[A-Za-z_$][\w$]*$/.test(name) && name !== 'constructor') names.add(name)
  return [...names]
}

function starting(names: readonly string[], start: string): string[] {
  return names.filter(name => name.startsWith(start)).sort()
}

/** The line from a quote on that is still open. */
function openQuote(line: string): string | undefined {
  let open: { readonly sign: string; readonly at: number } | undefined
  for (const [at, sign] of [...line].entries()) {
    if (sign !== "'" && sign !== '"') continue
    if (open === undefined) open = { sign, at }
    else if (open.sign === sign) open = undefined
  }
  return open === undefined ? undefined : line.slice(open.at)
}
