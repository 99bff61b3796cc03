import { type CallSite, callSite, didYouMean, type ErrorCode, printCallSite, TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'

let known: { readonly at: CallSite | undefined } | undefined

/** An error of an expression: the message ends with the line of the user's program, `details.at` holds it as text. */
export function problem(
  code: ErrorCode,
  message: string,
  options: { readonly hint?: string; readonly details?: Readonly<Record<string, unknown>> } = {},
): TidemillError {
  const at = printCallSite(known === undefined ? callSite() : known.at)
  return new TidemillError(code, at === undefined ? message : `${message} at ${at}`, {
    ...options,
    details: { ...options.details, ...(at === undefined ? {} : { at }) },
  })
}

/** Errors inside name this place instead of the line that is running: for expressions that were written earlier. */
export function placed<T>(at: CallSite | undefined, run: () => T): T {
  const before = known
  known = { at }
  try {
    return run()
  } finally {
    known = before
  }
}

/** The error for a name that no column has, with names that are near. */
export function unknownColumn(code: 'expr.unknown-column' | 'plan.unknown-column', name: string, schema: Schema): TidemillError {
  const names = schema.map(field => field.name)
  const hint = didYouMean([name], names)
  return problem(code, `unknown column: ${name} ${have(schema)}`, {
    details: { ...(code === 'expr.unknown-column' ? { name } : { missing: [name] }), have: names },
    ...(hint === undefined ? {} : { hint }),
  })
}

/** `(have price, rooms)`, cut after twenty names. */
function have(schema: Schema): string {
  if (schema.length === 0) return '(there are none)'
  const names = schema.slice(0, 20).map(field => field.name)
  return `(have ${names.join(', ')}${schema.length > names.length ? ` and ${schema.length - names.length} more` : ''})`
}
