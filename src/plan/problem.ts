import { type CallSite, didYouMean, type ErrorCode, printCallSite, TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'

/** An error of a verb: the message ends with where the user wrote the verb. */
export function problem(
  code: ErrorCode,
  message: string,
  at: CallSite | undefined,
  options: { readonly hint?: string | undefined; readonly details?: Readonly<Record<string, unknown>> } = {},
): TidemillError {
  const { hint, details } = options
  const site = at === undefined || at.line === 0 ? undefined : printCallSite(at)
  return new TidemillError(code, site === undefined ? message : `${message} at ${site}`, {
    ...(hint === undefined ? {} : { hint }),
    details: { ...details, ...(at === undefined ? {} : { at: { file: at.file, line: at.line, column: at.column } }) },
  })
}

/** `(have price, rooms)`, cut after twenty names. */
export function have(fields: Schema): string {
  if (fields.length === 0) return '(there are none)'
  const names = fields.slice(0, 20).map(field => field.name)
  const more = fields.length - names.length
  return `(have ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''})`
}

/** Throws one error that names all the columns that are not there. */
export function needColumns(fields: Schema, names: Iterable<string>, at: CallSite | undefined): void {
  const known = new Set(fields.map(field => field.name))
  const missing = [...new Set(names)].filter(name => !known.has(name))
  if (missing.length === 0) return
  throw problem('plan.unknown-column', `unknown column${missing.length > 1 ? 's' : ''}: ${missing.join(', ')} ${have(fields)}`, at, {
    details: { missing, have: [...known] },
    hint: didYouMean(missing, [...known]),
  })
}

/** Throws one error that names all the columns that are there twice. */
export function needDistinct(names: readonly string[], at: CallSite | undefined, hint?: string): void {
  if (new Set(names).size === names.length) return
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
  throw problem('plan.duplicate-column', `two columns have one name: ${twice.join(', ')}`, at, {
    details: { names: twice },
    ...(hint === undefined ? {} : { hint }),
  })
}
